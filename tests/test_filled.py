import datetime
import json
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
import workbooks
from workbooks import HELPLINE, NO_HELPLINE, answers, person, questions

from chatbot import archives, filled
from chatbot.errors import AdoptionError, TableError
from chatbot.filled import Filled, read


def test_a_group_comes_with_its_answer_section_and_questions(tmp_path: Path) -> None:
    path = workbooks.write(
        tmp_path / "a.xlsx",
        [
            person(1, HELPLINE[0], f" {NO_HELPLINE}\n", "Training"),
            person(2, "And when?", None),
        ],
        [*answers(1, *HELPLINE), *answers(2, "And when?"), *answers("1. 1\n2. 2", "Both?")],
        [*questions(1, "any helpline?"), *questions(2, "When?")],
    )
    assert read(path) == filled.Read(
        (
            Filled(
                "row 2",
                HELPLINE[0],
                NO_HELPLINE,
                "Training",
                (HELPLINE[0], *HELPLINE, "any helpline?"),
            ),
        ),
        (),
        1,
    )


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_an_office_saved_is_read_as_it_was(
    tmp_path: Path, office: Callable[[Path, str, Path], Path], kind: str
) -> None:
    book = openpyxl.Workbook()
    for row in (
        ("Group", "Question", "Answer"),
        (1, "When?", '=LOWER("AT 8")'),
        (2, "£?", "a\n;b,"),
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    saved = office(tmp_path / "a.xlsx", kind, tmp_path / "saved")
    assert [(one.question, one.answer) for one in read(saved).groups] == [
        ("When?", "at 8"),
        ("£?", "a\n;b,"),
    ]


def test_columns_are_found_by_name_wherever_they_stand(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "for a PERSON "
    sheet.append(["Questions of the spring"])
    sheet.append([])
    sheet.append(["ANSWER", "x", " question ", None, "group"])
    sheet.append(["At 8.", "y", "When?", "z", "g1"])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").groups == (Filled("row 4", "When?", "At 8.", "", ("When?",)),)


def test_a_sheet_of_another_name_is_taken_where_it_has_the_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Something", "else"])
    book.create_sheet("Mine").append(["Question", "Answer"])
    book["Mine"].append(["When?", 8.0])
    book.save(tmp_path / "a.xlsx")
    assert [one.answer for one in read(tmp_path / "a.xlsx").groups] == ["8"]


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        ("=1+1", "Answer is a formula that shows no value"),
    ],
)
def test_a_formula_that_shows_nothing_is_reported(tmp_path: Path, answer: object, got: str) -> None:
    path = workbooks.write(
        tmp_path / "a.xlsx", [person(1, "When?", answer), person(2, "Who?", "All")]
    )
    found = read(path)
    assert [one.question for one in found.groups] == ["Who?"]
    assert [one.startswith(f"row 2: {got}") for one in found.faults] == [True]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (datetime.datetime(2025, 9, 1), "d mmmm yyyy", "1 September 2025"),
        (True, "General", "TRUE"),
        (1250, '"£"#,##0', "£1,250"),
        (0.5, "0%", "50%"),
    ],
)
def test_a_number_or_a_date_is_read_as_it_looks(
    tmp_path: Path, value: object, number_format: str, shown: str
) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", [person(1, "When?", value)])
    book = openpyxl.load_workbook(path)
    book["For a person"]["G2"].number_format = number_format
    book.save(path)
    assert [one.answer for one in read(path).groups] == [shown]


def test_what_the_program_answered_is_nobodys_answer(tmp_path: Path) -> None:
    text = (
        "Question,Outcome,Answer,Group\nWhen?,answer,At 8.,1\nWhy?,fallback,So.,2\n"
        "Who?,clarify,Me.,3\nHow?,1. answer\n2. fallback,1. So.,4\n"
    )
    assert [one.question for one in read(csv_of(tmp_path / "a.csv", text)).groups] == [
        "Why?",
        "Who?",
    ]
    path = workbooks.write(tmp_path / "a.xlsx", [], answers(1, "When?"))
    book = openpyxl.load_workbook(path)
    del book["For a person"]
    book["Answers"]["B1"] = "Question"
    book["Answers"]["G2"] = "At 8."
    book.save(path)
    with pytest.raises(AdoptionError, match="has no rows below the columns Question and Answer"):
        read(path)


def test_a_formula_counts_as_what_it_shows(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", [person(1, "When?", "=UPPER(A1)")])
    shown = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(shown, "w") as new:
        for part in old.namelist():
            content = re.sub(
                rb'<c r="G2"[^>]*><f>(.*?)</f><v ?/?>(</v>)?</c>',
                rb'<c r="G2" t="str"><f>\1</f><v>At 8.</v></c>',
                old.read(part),
            )
            new.writestr(part, content)
    assert [one.answer for one in read(shown).groups] == ["At 8."]


@pytest.mark.parametrize(
    "answer", ["<b>No</b> & <script>", "'=1+1", "@here", "-", "No_x000D_\nand no", "\u200b👍"]
)
def test_an_answer_is_the_text_of_its_cell(tmp_path: Path, answer: str) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", [person(1, "When?", answer)])
    (group,) = read(path).groups
    assert group.answer == answer.replace("_x000D_", "\r")


def test_an_answer_without_a_question_is_reported(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", [person(1, None, "At 8."), person(None, None, " ")])
    assert read(path) == filled.Read((), ("row 2: an answer without a question",), 0)


@pytest.mark.parametrize("renamed", [{}, {"Group (FAQ)": "Group", "Group": "Class"}])
def test_the_column_of_questions_is_found_whatever_its_name(
    tmp_path: Path, renamed: dict[str, str]
) -> None:
    path = workbooks.write(
        tmp_path / "a.xlsx",
        [person(1, "When?", "At 8."), person("2", "Who?", None)],
        [*answers(1, "when", "so when is it"), *answers(2, "Who?"), *answers("1. 1\n2. 2", "Eh?")],
    )
    book = openpyxl.load_workbook(path)
    for cell in book["Answers"][1]:
        cell.value = {"Message": "What they asked", **renamed}.get(cell.value, cell.value)
    book.save(path)
    assert [one.asked for one in read(path).groups] == [("When?", "when", "so when is it")]


def test_without_the_list_a_group_has_its_own_question(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", [person(1, "When?", "At 8.")], answers(1, "Other"))
    assert [one.asked for one in read(path).groups] == [("When?",)]


def csv_of(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_file_is_read_as_it_was_saved(tmp_path: Path, encoding: str, mark: str) -> None:
    lines = [["Question", "Answer"], ["Café?", '"£5, or so; in\nall"']]
    text = "\r\n".join(mark.join(one) for one in lines)
    (group,) = read(csv_of(tmp_path / "a.csv", text, encoding)).groups
    assert (group.question, group.answer) == ("Café?", "£5, or so; in\nall")


def test_rows_of_one_group_in_a_csv_file_are_one_group(tmp_path: Path) -> None:
    text = (
        "Question,Answer,Section,Group\nwhen is it,,,1\nWhen?,At 8.,Gates,1\nWho?,,,2\n"
        "Why?,So.,,\nHow?,So.,,\nA?,x,,3\nB?,y,,3\n"
    )
    found = read(csv_of(tmp_path / "a.csv", text))
    assert found.groups == (
        Filled("row 3", "When?", "At 8.", "Gates", ("when is it", "When?")),
        Filled("row 5", "Why?", "So.", "", ("Why?",)),
        Filled("row 6", "How?", "So.", "", ("How?",)),
    )
    assert found.faults == ("row 7: group '3' has different answers",)
    assert found.unanswered == 1


def test_ten_thousand_rows_are_read_whole(tmp_path: Path) -> None:
    lines = "".join(f"Question {n}?,{'At 8.' * (n % 2)}\n" for n in range(10_000))
    found = read(csv_of(tmp_path / "a.csv", f"Question,Answer\n{lines}"))
    assert (len(found.groups), found.unanswered, found.faults) == (5_000, 5_000, ())
    rows = [person(n, f"Question {n}?", "At 8." if n % 2 else None) for n in range(1_000)]
    found = read(workbooks.write(tmp_path / "a.xlsx", rows))
    assert (len(found.groups), found.unanswered, found.faults) == (500, 500, ())


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.ods", b"PK", "is damaged or cut short"),
        ("a.xlsx", b"", "is empty"),
        ("a.xlsx", archives.OLE + bytes(600), "is in the format of Office 97; save it as .xlsx"),
        ("a.xlsx", b"PK\x05\x06" + bytes(18), "its suffix says .xlsx, but it is no office file"),
        ("a.csv", b"Question,Answer\n", "has no rows below the columns Question and Answer"),
        ("a.csv", b"Question,Reply\nWhen?,At 8.\n", "has no rows below the columns Question and"),
        ("a.csv", b"\1" + random.Random(1).randbytes(3_000), "is not text"),
        ("a.csv", b"Question,Answer\nWhen?," + b"a" * 200_000, "a cell of more than 131,072 char"),
    ],
)
def test_a_file_that_holds_no_answers_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises((AdoptionError, TableError), match=told) as error:
        read(tmp_path / name)
    assert str(error.value).startswith(str(tmp_path / name))


def test_a_workbook_without_the_columns_names_what_was_looked_at(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", [])
    book = openpyxl.load_workbook(path)
    book["For a person"]["G1"] = "Reply"
    book.save(path)
    with pytest.raises(AdoptionError, match="Answer; looked at the sheets 'Answers', "):
        read(path)


def bomb(path: Path, content: str) -> Path:
    book = workbooks.write(path.with_name("good.xlsx"), [person(1, "When?", "At 8.")])
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part.endswith("sheet2.xml") else old.read(part))
    return path


def test_entities_are_refused(tmp_path: Path) -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    path = bomb(tmp_path / "a.xlsx", f"<!DOCTYPE x [{lines}]><worksheet>&a11;</worksheet>")
    with pytest.raises(TableError, match="declares entities, which is refused"):
        read(path)


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(TableError, match=r"would unpack to [0-9,]+ bytes"):
        read(bomb(tmp_path / "a.xlsx", " " * 1_000_000))


def test_absurd_dimensions_are_not_believed(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "good.xlsx", [person(1, "When?", "At 8.")])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert 'ref="A1:G2"' in sheet
    path = bomb(tmp_path / "a.xlsx", sheet.replace('ref="A1:G2"', 'ref="A1:XFD1048576"'))
    assert len(read(path).groups) == 1


def test_a_table_of_any_kind_is_read(tmp_path: Path) -> None:
    rows = [{"Question": "When?", "Answer": "At 8."}, {"Question": "Who?", "Answer": None}]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    book = docx.Document()
    table = book.add_table(rows=0, cols=2)
    for texts in (("Question", "Answer"), ("When?", "At 8."), ("Who?", "")):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    book.save(str(tmp_path / "a.docx"))
    for name, row in (("a.json", "row 1"), ("a.docx", "row 2")):
        found = read(tmp_path / name)
        assert found == filled.Read((Filled(row, "When?", "At 8.", "", ("When?",)),), (), 1), name
