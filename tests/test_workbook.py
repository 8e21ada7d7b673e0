import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from chatbot import batch, workbook
from chatbot.answering import Answerer

LIFT = "What will replace LIFT?"
POOL = "what time does the swimming pool open"
DANGEROUS = ["=1+1", "+44 1622", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")']
Made = Callable[..., Any]


@pytest.fixture
def made(answerer: Answerer, tmp_path: Path) -> Made:
    """Makes the workbook of a list and opens it."""

    def make(rows: object, source: Path | None = None) -> Any:
        path = source or tmp_path / "list.json"
        if source is None:
            path.write_text(json.dumps(rows))
        out, folder = tmp_path / "out.xlsx", tmp_path / "work"
        folder.mkdir()
        batch.run(answerer, path, out, folder)
        return openpyxl.load_workbook(out)

    return make


def rows(sheet: Any) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_workbook_has_a_sheet_for_each_use(made: Made) -> None:
    book = made([{"School": "A", "Question": f"{POOL}? {LIFT}"}, {"School": "B", "Question": POOL}])
    names = ["Answers", "Questions", "Groups", "For a person", "Summary"]
    assert book.sheetnames == names
    answers = rows(book["Answers"])
    assert answers[0][:4] == ["School", "Question", "Row", "Outcome"]
    assert [row[:4] for row in answers[1:]] == [
        ["A", f"{POOL}? {LIFT}", 1, "1. fallback\n2. answer"],
        ["B", POOL, 2, "fallback"],
    ]
    assert [row[:4] for row in rows(book["Questions"])[1:]] == [
        [1, None, f"{POOL}?", "fallback"],
        [1, None, LIFT, "answer"],
    ]
    assert [row[:5] for row in rows(book["Groups"])] == [
        ["Group", "Question", "Asked", "Asked by", "Stored answer"],
        [1, f"{POOL}?", 2, "A; B", "Not answered yet: see 'For a person'."],
    ]


def test_what_a_person_must_answer_has_the_columns_to_fill_in(made: Made) -> None:
    book = made([{"School": "A", "Question": POOL}, {"School": "B", "Question": "training"}])
    assert "Questions" not in book.sheetnames
    head, pool, training = rows(book["For a person"])
    assert head == [
        "Group",
        "Question",
        "Asked",
        "Asked by",
        "Nearest entries",
        "Section",
        "Answer",
    ]
    assert pool[:4] == [1, POOL, 1, "A"]
    assert training[:4] == [2, "training", 1, "B"]
    assert str(training[4]).startswith("stls-")
    assert training[6] is None
    answers = rows(book["Answers"])
    assert [row[answers[0].index("Group")] for row in answers[1:]] == [1, 2]


def test_every_sheet_is_ready_to_read_and_print(made: Made) -> None:
    book = made([POOL, POOL, f"{POOL}? {LIFT}"])
    for name in ("Answers", "Questions", "Groups", "For a person"):
        sheet = book[name]
        assert sheet.freeze_panes is not None, name
        assert sheet.auto_filter.ref.startswith("A1:"), name
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.cell(2, 2).alignment.wrap_text
        assert all(7 <= one.width <= 65 for one in sheet.column_dimensions.values() if one.width)


def test_no_cell_becomes_a_formula_or_a_link(made: Made) -> None:
    book = made([{"=Heading": one, "Question": one, "n": "http://x.example"} for one in DANGEROUS])
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
    assert [row[0] for row in rows(book["Answers"])] == [
        "=Heading",
        *(one.replace("\r", "_x000D_") for one in DANGEROUS),
    ]


def test_numbers_and_dates_of_a_workbook_stay_what_they_were(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Question", "Paid", "Day", "Late", "Code"])
        sheet.write_row(1, 0, [POOL, 2.5, 46090, True, "007"])
        sheet.write(1, 1, 2.5, book.add_format({"num_format": '"£"0.00'}))
        sheet.write(1, 2, 46090, book.add_format({"num_format": "dd mmm yyyy"}))
    cells = next(made(None, path)["Answers"].iter_rows(min_row=2, max_col=5))
    assert [cell.number_format for cell in cells[1:3]] == ['"£"0.00', "dd mmm yyyy"]
    assert [cell.value for cell in cells[3:]] == [True, "007"]
    assert (cells[1].value, cells[2].value.isoformat()) == (2.5, "2026-03-09T00:00:00")


def test_a_text_that_no_cell_can_hold_is_cut_and_says_so(made: Made) -> None:
    (cell,) = [row[1] for row in rows(made([{"q": POOL, "long": "x" * 40_000}])["Answers"])[1:]]
    assert isinstance(cell, str)
    assert (len(cell), cell[-5:]) == (32_767, "[...]")


def test_answers_that_somebody_filled_in_are_counted(made: Made, tmp_path: Path) -> None:
    book = made([POOL, "training"])
    assert workbook.filled_in(tmp_path / "out.xlsx") == 0
    book["For a person"]["G2"] = "It opens at nine."
    book["For a person"]["G3"] = "  "
    book.save(tmp_path / "out.xlsx")
    assert workbook.filled_in(tmp_path / "out.xlsx") == 1
    (tmp_path / "other.xlsx").write_text("no workbook")
    assert workbook.filled_in(tmp_path / "other.xlsx") == 0


def test_another_program_opens_it_and_shows_the_same(
    made: Made, tmp_path: Path, office: Callable[[Path, str, Path], Path]
) -> None:
    made([{"School": "A", "Question": LIFT}, {"School": "=1+1", "Question": POOL}])
    shown = office(tmp_path / "out.xlsx", "csv", tmp_path)
    head, lift, pool = shown.read_text().splitlines()
    assert head.startswith("School,Question,Row,Outcome,Confidence,Matched question,Answer")
    assert lift.startswith(f"A,{LIFT},1,answer,")
    assert pool.startswith(f"=1+1,{POOL},2,fallback,")
