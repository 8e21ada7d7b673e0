import json
from pathlib import Path

import openpyxl
import pytest

from chatbot import question_lists
from chatbot.errors import TableError
from chatbot.question_lists import BLANK, EMPTY, NO_COLUMN, TITLE, QuestionList


def read(path: Path, content: str = "", **options: object) -> QuestionList:
    if content:
        path.write_text(content)
    return question_lists.read(path, path.parent, **options)  # type: ignore[arg-type]


def test_every_row_comes_in_order_with_its_number_and_what_it_asks(tmp_path: Path) -> None:
    text = "Forum of March\n\nSchool,Question\nA, Who pays? \n\nB,\n,So?\n"
    found = read(tmp_path / "list.csv", text)
    assert found.columns == ["School", "Question"]
    assert found.count == 6
    assert [(one.number, one.text, one.who, one.reason) for one in found] == [
        (1, "", "Forum of March", TITLE),
        (2, "", "", TITLE),
        (4, "Who pays?", "A", ""),
        (5, "", "", BLANK),
        (6, "", "B", EMPTY),
        (7, "So?", "", ""),
    ]
    assert [one.cells for one in found][2] == ["A", " Who pays? "]


def test_a_cell_that_says_there_is_no_question_asks_nothing(tmp_path: Path) -> None:
    texts = ["n/a", "None.", "-", "???", "See above", "So?", "No LIFT?"]
    found = read(tmp_path / "list.json", json.dumps([{"Question": one} for one in texts]))
    assert [one.reason for one in found] == [*[EMPTY] * 5, "", ""]
    assert [one.cells for one in found] == [[one] for one in texts]


def test_rows_wider_than_the_headings_lose_nothing(tmp_path: Path) -> None:
    found = read(tmp_path / "list.csv", "Question,Question,\nWho?,When?,x\nWhy?,How?,y,z\n")
    assert found.columns == ["Question", "Question (2)", "Column C", "Column D"]
    assert [one.cells for one in found] == [["Who?", "When?", "x", ""], ["Why?", "How?", "y", "z"]]


def test_a_column_without_a_heading_is_called_what_it_holds(tmp_path: Path) -> None:
    assert read(tmp_path / "list.txt", "Who pays?\nWhen?\n").columns == ["Question"]


def test_items_of_json_are_counted_from_one(tmp_path: Path) -> None:
    found = read(tmp_path / "list.json", json.dumps([{"q": "Who pays?"}, {"q": "When?"}]))
    assert [one.number for one in found] == [1, 2]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "March"
    for row in (["School", "Question"], ["A", "Who pays for it?"]):
        book.active.append(row)
    other = book.create_sheet("April")
    for row in (["question", "School", "Date"], ["When does it start?", "B", "1 April"]):
        other.append(row)
    book.create_sheet("Codes").append(["17", "x"])
    book.save(tmp_path / "list.xlsx")
    return tmp_path / "list.xlsx"


def test_sheets_share_columns_of_the_same_name(workbook: Path) -> None:
    found = read(workbook)
    assert found.columns == ["School", "Question", "question", "Date", "Column A", "Column B"]
    assert [(one.sheet, one.number, one.text, one.who, one.reason) for one in found] == [
        ("March", 2, "Who pays for it?", "A", ""),
        ("April", 2, "When does it start?", "B", ""),
        ("Codes", 1, "", "", NO_COLUMN),
    ]
    assert [one.cells[0] for one in found] == ["A", "B", ""]


def test_one_sheet_may_be_chosen(workbook: Path) -> None:
    assert [one.sheet for one in read(workbook, sheet="april")] == ["April"]
    with pytest.raises(TableError, match=r"list\.xlsx: has no sheet 'May'; its sheets are 'March'"):
        read(workbook, sheet="May")


def test_a_column_need_not_be_in_every_sheet(workbook: Path) -> None:
    assert [one.text for one in read(workbook, column="Date")] == ["", "1 April", ""]
    with pytest.raises(TableError, match="sheet 'March' has no column 'Nope'"):
        read(workbook, column="Nope")


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ("a,b\n7,8\n9,10\n", {}, "list.csv: has no column of questions that can be told"),
        ("Question\n", {}, "list.csv: holds no rows"),
        ("Who?\n" * 11, {"most": 10}, "list.csv: holds more than 10 rows; split it"),
        ("School,Question\nA,Who?\n", {"column": "x"}, "list.csv: has no column 'x'; its columns"),
        ("Who?\n", {"name": "standard input", "sheet": "x"}, "standard input: has no sheet 'x'"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    tmp_path: Path, text: str, options: dict[str, object], reason: str
) -> None:
    with pytest.raises(TableError) as error:
        read(tmp_path / "list.csv", text, **options)
    assert str(error.value).startswith(reason)


def test_the_same_rows_have_the_same_hash_and_others_do_not(tmp_path: Path) -> None:
    one = read(tmp_path / "one.csv", "Who?\nWhen?\n").sha256
    assert read(tmp_path / "two.txt", "Who?\nWhen?\n").sha256 == one
    assert read(tmp_path / "two.csv", "Who?\nWhy?\n").sha256 != one
