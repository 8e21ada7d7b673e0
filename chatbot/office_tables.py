"""Lists of questions in office files: .xlsx, .ods, .docx. They have been checked before."""

import html
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from chatbot.errors import TableError
from chatbot.number_formats import general, shown
from chatbot.tables import (
    MOST_BLANK,
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Headings,
    Line,
    Number,
    Row,
    text_of,
)

BLOCK = 1_048_576
TAIL = 10_000  # bytes that an element may be cut by between two blocks; a formula has 8,192
MOST_WORD = 60_000_000  # bytes of a Word document's text, which is read whole
# Bounded, so that no text takes them long.
_MERGED = re.compile(rb'<(?:\w{1,20}:)?mergeCell\s[^>]{0,200}?ref="([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)"')
_UNSHOWN = re.compile(
    rb'<(?:\w{1,20}:)?c\s[^>]{0,200}?r="([A-Z]{1,3}\d{1,7})"[^>]{0,200}>\s*'
    rb"<(?:\w{1,20}:)?f(?:\s[^>]{0,300})?(?:/>|>([^<]*)</(?:\w{1,20}:)?f>)\s*"
    rb"(?:<(?:\w{1,20}:)?v\s*/>|<(?:\w{1,20}:)?v></(?:\w{1,20}:)?v>)?\s*</(?:\w{1,20}:)?c>"
)

Merged = dict[int, dict[int, int]]  # row -> {column: the last row that its value stands for}
Unshown = dict[int, dict[int, str]]  # row -> {column: formula}


def xlsx(path: Path, name: str) -> Iterator[Line]:
    """The rows of a workbook's sheets; formulas as the values they last showed, if they did."""
    import openpyxl

    try:
        with path.open("rb") as file:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and extensions, which are not read
                book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            for sheet in book.worksheets:
                merged, unshown = _beside(path, sheet._worksheet_path)
                sheet.reset_dimensions()  # what a file says of itself may be absurd
                for line in _filled(sheet.iter_rows(), merged, unshown):
                    yield Line(sheet.title, line)
    except (TableError, GeneratorExit, MemoryError):
        raise
    except Exception as error:  # openpyxl lets zip, XML, key and value errors through
        raise TableError(f"{name}: is no sound workbook ({type(error).__name__})") from None


def _beside(path: Path, part: str) -> tuple[Merged, Unshown]:
    """What openpyxl does not give while it streams: merged cells, and formulas without a value."""
    from openpyxl.utils import range_boundaries

    merged: Merged = defaultdict(dict)
    unshown: Unshown = defaultdict(dict)
    with zipfile.ZipFile(path) as archive, archive.open(part) as file:
        before = b""
        while block := file.read(BLOCK):
            for match in _MERGED.finditer(before + block):
                left, top, _, bottom = range_boundaries(match[1].decode())
                if bottom > top:
                    merged[top][left - 1] = bottom
            for match in _UNSHOWN.finditer(before + block):
                left, top, _, _ = range_boundaries(match[1].decode())
                unshown[top][left - 1] = f"={html.unescape((match[2] or b'').decode())}"
            before = block[-TAIL:]
    return merged, unshown


def _filled(rows: Iterator[Any], merged: Merged, unshown: Unshown) -> Iterator[Row]:
    """Rows of cells; a value that is merged over several rows stands in each of them.

    A formula that shows no value stands as itself, so that the cell does not count as empty.
    """
    going: dict[int, tuple[int, Cell]] = {}
    for number, cells in enumerate(rows, start=1):
        row = [_xlsx_cell(cell) for cell in cells]
        for column, formula in unshown.get(number, {}).items():
            if column < len(row):
                row[column] = formula
        while row and not text_of(row[-1]):  # formatted, but blank
            row.pop()
        if going:
            going = {column: one for column, one in going.items() if one[0] >= number}
            for column, (_, value) in going.items():
                row += [""] * (column + 1 - len(row))
                row[column] = value
        for column, bottom in merged.get(number, {}).items():
            if column < len(row):
                going[column] = (bottom, row[column])
        yield row


def _xlsx_cell(cell: Any) -> Cell:
    from openpyxl.utils.datetime import to_excel
    from openpyxl.utils.escape import unescape

    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return unescape(value) if "_x" in value else value
    number_format = cell.number_format
    if isinstance(value, date | time | timedelta):
        return Number(shown(value, number_format), to_excel(value), number_format)
    if isinstance(value, bool | int | float):
        return Number(shown(value, number_format), value, number_format)
    return str(value)


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def ods(path: Path, name: str) -> Iterator[Line]:
    """The rows of an OpenDocument spreadsheet's sheets, cells as they look.

    The format keeps the shown text of each cell; no library gives that, streams, and bounds the
    rows and cells that a file says it repeats.
    """
    from lxml import etree

    try:
        with zipfile.ZipFile(path) as archive, archive.open("content.xml") as file:
            events = etree.iterparse(
                file,
                events=("start", "end"),
                tag=(f"{{{_TABLE}}}table", f"{{{_TABLE}}}table-row"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
            )
            yield from _ods_lines(events, name)
    except (TableError, GeneratorExit, MemoryError):
        raise
    except Exception as error:  # zip, XML and value errors
        raise TableError(f"{name}: is no sound spreadsheet ({type(error).__name__})") from None


def _ods_lines(events: Any, name: str) -> Iterator[Line]:
    title = ""
    going: dict[int, tuple[int, Cell]] = {}
    for event, element in events:
        if element.tag == f"{{{_TABLE}}}table":
            if event == "start":
                title, going = element.get(f"{{{_TABLE}}}name", ""), {}
            continue
        if event == "start":
            continue
        row = _ods_row(element, going)
        again = int(element.get(f"{{{_TABLE}}}number-rows-repeated", "1"))
        if row and again > MOST_ROWS:
            raise TableError(f"{name}: sheet '{title}' repeats a row {again:,} times")
        # Of blank rows so many are refused, or trimmed, as if all had come.
        for _ in range(again if row else min(again, MOST_BLANK + 1)):
            yield Line(title, list(row))
        element.clear()
        while element.getprevious() is not None:  # else the whole document stays in memory
            del element.getparent()[0]


def _ods_row(element: Any, going: dict[int, tuple[int, Cell]]) -> Row:
    """The cells of a row; `going` holds what is merged downwards: column -> (rows left, value)."""
    row: Row = []
    for cell in element.iterchildren(f"{{{_TABLE}}}table-cell", f"{{{_TABLE}}}covered-table-cell"):
        again = int(cell.get(f"{{{_TABLE}}}number-columns-repeated", "1"))
        value = _ods_cell(cell)
        if covered := cell.tag.endswith("covered-table-cell"):
            left, above = going.get(len(row), (0, ""))
            if left:
                value = above
                going[len(row)] = (left - 1, above)
        spanned = int(cell.get(f"{{{_TABLE}}}number-rows-spanned", "1"))
        if spanned > 1 and not covered:
            going[len(row)] = (spanned - 1, value)
        row += [value] * min(again, MOST_COLUMNS + 1 - min(len(row), MOST_COLUMNS))
    while row and not text_of(row[-1]):  # sheets are said to be filled with blank cells
        row.pop()
    return row


def _ods_cell(cell: Any) -> Cell:
    text = "\n".join(_ods_text(one) for one in cell.iterchildren(f"{{{_TEXT}}}p"))
    value = cell.get(f"{{{_OFFICE}}}value")
    if value is not None and text and general(float(value)) == text:
        return Number(text, float(value))
    return text


def _ods_text(paragraph: Any) -> str:
    parts = [paragraph.text or ""]
    for child in paragraph.iterchildren(tag=None):
        tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if tag == "s":
            parts.append(" " * min(int(child.get(f"{{{_TEXT}}}c", "1")), 1_000))
        elif tag in ("tab", "line-break"):
            parts.append("\t" if tag == "tab" else "\n")
        elif tag not in ("", "annotation"):
            parts.append(_ods_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def docx(path: Path, name: str) -> Iterator[Line]:
    """The paragraphs of a Word document, its headings apart, and then the rows of each table."""
    import docx as word
    from docx.table import Table

    with zipfile.ZipFile(path) as archive:
        if archive.getinfo("word/document.xml").file_size > MOST_WORD:
            raise TableError(f"{name}: is too long; copy its questions into a .txt or .csv file")
    try:
        blocks = list(word.Document(str(path)).iter_inner_content())
        tables = [block for block in blocks if isinstance(block, Table)]
        paragraphs = [block for block in blocks if not isinstance(block, Table)]
        # Without any text outside its tables a document has no such sheet.
        if any(one.text.strip() for one in paragraphs):
            yield Line("Text", Headings(["Heading", "Text"]))
        for one in paragraphs if any(one.text.strip() for one in paragraphs) else ():
            style = (one.style.name or "") if one.style is not None else ""
            heading = style.startswith(("Heading", "Title", "Subtitle"))
            yield Line("Text", [one.text, ""] if heading else ["", one.text])
        for number, table in enumerate(tables, start=1):
            for row in table.rows:
                yield Line(f"Table {number}", _docx_row(row))
    except (TableError, GeneratorExit, MemoryError):
        raise
    except Exception as error:  # python-docx lets zip, XML, key and index errors through
        raise TableError(f"{name}: is no sound Word document ({type(error).__name__})") from None


def _docx_row(row: Any) -> Row:
    cells: Row = []
    before = None
    for cell in row.cells:
        # A cell over several columns comes once for each of them.
        cells.append("" if cell._tc is before else cell.text.strip())
        before = cell._tc
    return cells
