import datetime
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import LineBreak, P, S

from chatbot import tables
from chatbot.errors import TableError
from chatbot.tables import Line, Number, text_of


def texts(path: Path) -> list[tuple[str, list[str]]]:
    return [(line.sheet, [text_of(cell) for cell in line.row]) for line in tables.read(path)]


def test_cells_of_a_workbook_are_read_as_they_look(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("March")
        day = datetime.datetime(2026, 3, 9)
        sheet.write_row(0, 0, ["Question", 7, 2.50, True])
        sheet.write(1, 0, 2.5, book.add_format({"num_format": '"£"#,##0.00'}))
        sheet.write(1, 1, day, book.add_format({"num_format": "dd mmm yyyy"}))
        sheet.write_formula(1, 2, '="Who" & " pays?"', None, "Who pays?")
        sheet.write(3, 0, "two\nlines")
        sheet.write_blank(9, 0, None, book.add_format({"bold": True}))
    lines = list(tables.read(path))
    assert lines == [
        Line("March", ["Question", Number("7", 7), Number("2.5", 2.5), Number("TRUE", True)]),
        Line(
            "March",
            [
                Number("£2.50", 2.5, '"£"#,##0.00'),
                Number("09 Mar 2026", 46090.0, "dd mmm yyyy"),
                "Who pays?",
            ],
        ),
        Line("March", []),
        Line("March", ["two\nlines"]),
    ]


def test_a_value_merged_downwards_stands_in_each_of_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["School", "Question"],
        ["A", "One?"],
        [None, "Two?"],
        ["B", None],
        ["C", "Three?"],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B3:B4")
    sheet.merge_cells("D1:F1")
    book.save(path)
    assert [line.row[:2] for line in tables.read(path)] == [
        ["School", "Question"],
        ["A", "One?"],
        ["A", "Two?"],
        ["B", "Two?"],
        ["C", "Three?"],
    ]


def test_sheets_come_one_after_another(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "One"
    book.active["A1"] = "Who?"
    book.create_sheet("Blank")
    book.create_sheet("Two")["B2"] = "When?"
    book.save(path)
    assert texts(path) == [("One", ["Who?"]), ("Two", []), ("Two", ["", "When?"])]


def absurd(path: Path, cell: str) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"] = "Who?"
    book.active[cell] = "far away"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("XFD2", "list.xlsx: sheet 'Sheet', row 2: has 16,384 columns; the most is 500"),
        ("A20000", "sheet 'Sheet', row 20,000: more than 10,000 blank rows stand before it"),
    ],
)
def test_a_workbook_of_absurd_dimensions_is_refused(tmp_path: Path, cell: str, reason: str) -> None:
    with pytest.raises(TableError) as error:
        texts(absurd(tmp_path / "list.xlsx", cell))
    assert reason in str(error.value)


def ods(path: Path, rows: list[list[Any]], name: str = "March") -> Path:
    """A spreadsheet of elements, texts and None."""
    book = OpenDocumentSpreadsheet()
    table = Table(name=name)
    for row in rows:
        element = TableRow()
        for cell in row:
            if isinstance(cell, str):
                text = cell
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=text))
            element.addElement(cell or TableCell())
        table.addElement(element)
    book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


def number(value: float, text: str, **attributes: Any) -> Any:
    cell = TableCell(valuetype="float", value=value, **attributes)
    cell.addElement(P(text=text))
    return cell


def test_cells_of_an_open_document_are_read_as_they_look(tmp_path: Path) -> None:
    spaced = TableCell(valuetype="string")
    paragraph = P(text="Who")
    paragraph.addElement(S(c=2))
    paragraph.addText("pays?")
    paragraph.addElement(LineBreak())
    paragraph.addText("Or not?")
    spaced.addElement(paragraph)
    date = TableCell(valuetype="date", datevalue="2026-03-09")
    date.addElement(P(text="9 March"))
    twice = TableCell(valuetype="string", numbercolumnsrepeated=2)
    twice.addElement(P(text="x"))
    merged = TableCell(valuetype="string", numberrowsspanned=2)
    merged.addElement(P(text="School"))
    path = ods(
        tmp_path / "list.ods",
        [
            [number(7, "7"), number(2.5, "£2.50"), date, spaced],
            [twice, "y", None],
            [None],
            [merged, "One?"],
            [CoveredTableCell(), "Two?"],
        ],
    )
    assert [line.row for line in tables.read(path)] == [
        [Number("7", 7.0), "£2.50", "9 March", "Who  pays?\nOr not?"],
        ["x", "x", "y"],
        [],
        ["School", "One?"],
        ["School", "Two?"],
    ]


def test_repeated_rows_are_rows_and_absurdly_many_are_refused(tmp_path: Path) -> None:
    def repeated(path: Path, **attributes: int) -> Path:
        book = OpenDocumentSpreadsheet()
        table = Table(name="March")
        row = TableRow(numberrowsrepeated=attributes.get("rows", 1))
        cell = TableCell(valuetype="string", numbercolumnsrepeated=attributes.get("columns", 1))
        cell.addElement(P(text="Who?"))
        row.addElement(cell)
        table.addElement(row)
        table.addElement(TableRow(numberrowsrepeated=1_048_000))
        book.spreadsheet.addElement(table)
        book.save(str(path))
        return path

    assert texts(repeated(tmp_path / "a.ods", rows=3)) == [("March", ["Who?"])] * 3
    with pytest.raises(TableError, match="the most is 500"):
        texts(repeated(tmp_path / "b.ods", columns=10**9))
    with pytest.raises(TableError, match="sheet 'March' repeats a row 1,000,000,000 times"):
        texts(repeated(tmp_path / "c.ods", rows=10**9))


def test_paragraphs_headings_lists_and_tables_of_a_document_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list.docx"
    document = docx.Document()
    document.add_heading("Forum of March", level=1)
    document.add_paragraph("Who pays?")
    document.add_paragraph("")
    document.add_paragraph("When does it start?", style="List Bullet")
    table = document.add_table(rows=3, cols=2)
    for row, cells in zip(
        table.rows, (("School", "Question"), ("A", "One?"), ("", "Two?")), strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("Thank you")
    document.save(path)
    assert texts(path) == [
        ("Text", ["Heading", "Text"]),
        ("Text", ["Forum of March", ""]),
        ("Text", ["", "Who pays?"]),
        ("Text", ["", ""]),
        ("Text", ["", "When does it start?"]),
        ("Text", ["", "Thank you"]),
        ("Table 1", ["School", "Question"]),
        ("Table 1", ["A", "One?"]),
        ("Table 1", ["A", "Two?"]),
    ]


@pytest.mark.parametrize(
    ("suffix", "part"),
    [("xlsx", "xl/worksheets/sheet1.xml"), ("docx", "word/document.xml"), ("ods", "content.xml")],
)
def test_a_part_that_is_no_sound_xml_is_refused(tmp_path: Path, suffix: str, part: str) -> None:
    import zipfile

    path = tmp_path / f"list.{suffix}"
    if suffix == "xlsx":
        absurd(path, "B2")
    elif suffix == "ods":
        ods(path, [["Who?"]])
    else:
        docx.Document().save(path)
    broken = tmp_path / f"broken.{suffix}"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<broken" if name == part else old.read(name))
    with pytest.raises(TableError, match=rf"^broken\.{suffix}: is no sound"):
        texts(broken)


@pytest.mark.parametrize("text", ["<c ", "<mergeCell ", '<c r="A1"><f ', "<" + "a" * 50])
def test_text_that_looks_like_cells_takes_no_time(tmp_path: Path, text: str) -> None:
    openpyxl.Workbook().save(tmp_path / "good.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "good.xlsx") as old,
        zipfile.ZipFile(tmp_path / "a.xlsx", "w") as new,
    ):
        for part in old.namelist():
            sheet = part.endswith("sheet1.xml")
            new.writestr(part, text * (400_000 // len(text)) if sheet else old.read(part))
    with pytest.raises(TableError, match="is no sound workbook"):
        list(tables.read(tmp_path / "a.xlsx"))


def test_a_formula_without_a_value_stands_as_itself(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Question", "n"])
    book.active.append(['="Who" & " pays?"', 7])
    book.active.append([None, "=B2*1"])
    book.save(tmp_path / "a.xlsx")
    rows = [[text_of(cell) for cell in line.row] for line in tables.read(tmp_path / "a.xlsx")]
    assert rows == [["Question", "n"], ['="Who" & " pays?"', "7"], ["", "=B2*1"]]
