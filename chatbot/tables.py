"""Lists of questions in files of any kind, as rows of cells, one after another.

A file is named by its suffix, and its content must be of that kind. Rows come in order, blank ones
included; those of a spreadsheet end at the last row that holds anything.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from chatbot import archives
from chatbot.errors import TableError

MOST_COLUMNS = 500
MOST_BLANK = 10_000  # blank rows in a stretch
MOST_ROWS = 1_048_575  # what a worksheet holds below its headings


class Number(NamedTuple):
    """A cell that is a number, a date or true or false: as it looks, and what it is."""

    text: str
    value: float | bool  # a date counts its days from 1899-12-30
    format: str = "General"


Cell = str | Number
Row = list[Cell]


class Headings(list[Cell]):
    """A row that is known to hold the names of the columns."""


class Line(NamedTuple):
    """A row and the sheet it stands in."""

    sheet: str
    row: Row


Reader = Callable[[Path, str], Iterator[Line]]

TEXT = ("csv", "tsv", "txt", "json", "jsonl")
OFFICE = ("xlsx", "ods", "docx")
KINDS = (*OFFICE, *TEXT)
_SAME = {"tab": "tsv", "ndjson": "jsonl", "text": "txt"}
_MARKS = {
    "xlsx": "xl/workbook.xml",
    "docx": "word/document.xml",
    "ods": "content.xml",
}
_ADVICE = {
    "xls": "save it as .xlsx",
    "xlsm": "it may hold macros; save it as .xlsx",
    "xlsb": "save it as .xlsx",
    "xltx": "save it as .xlsx",
    "doc": "save it as .docx",
    "docm": "it may hold macros; save it as .docx",
    "odt": "save it as .docx",
    "rtf": "save it as .docx",
    "pdf": "copy its questions into a .docx or .txt file",
    "numbers": "export it as .xlsx",
}


def text_of(cell: Cell) -> str:
    """The cell as it looks."""
    return cell if isinstance(cell, str) else cell.text


def place(name: str, sheet: str, row: int) -> str:
    """How an error names a row."""
    return f"{name}: sheet '{sheet}', row {row:,}" if sheet else f"{name}: row {row:,}"


def numbered(rows: Iterable[Row]) -> Iterator[tuple[int, Row]]:
    """Rows with their numbers, from 1; `Headings` stand in no row, as those of JSON."""
    number = 0
    for row in rows:
        number += not isinstance(row, Headings)
        yield number, row


def is_blank(row: Row) -> bool:
    """Whether nothing stands in the row."""
    return not any(text_of(cell).strip() for cell in row)


def kind_of(path: Path, name: str) -> str:
    """Of which kind the file at `path`, called `name`, is; `TableError` where of none, or hostile.

    A name without a suffix, as standard input has, goes by the content alone.
    """
    suffix = Path(name).suffix.lower().removeprefix(".")
    kind = _SAME.get(suffix, suffix)
    if suffix and kind not in KINDS:
        advice = _ADVICE.get(suffix, f"use {', '.join('.' + one for one in KINDS)}")
        raise TableError(f"{name}: cannot read '.{suffix}' files; {advice}")
    with path.open("rb") as file:
        head = file.read(4_096)
    if not head.strip():
        raise TableError(f"{name}: is empty")
    if not kind:
        return _guessed(path, head, name)
    if kind in OFFICE:
        if head.startswith((b"PK", archives.OLE)):
            archives.check(path, name)
        actual = _packed(path)
        if actual != kind:
            may_be = f"it may be .{actual}" if actual else "it is no office file at all"
            raise TableError(f"{name}: its suffix says .{kind}, but {may_be}")
    elif head.startswith((b"PK", archives.OLE, b"%PDF")):
        may_be = f"it may be .{packed}" if (packed := _packed(path)) else "it is no text"
        raise TableError(f"{name}: its suffix says .{kind}, but {may_be}")
    return kind


def _packed(path: Path) -> str:
    names = archives.names(path)
    return next((kind for kind, mark in _MARKS.items() if mark in names), "")


def _guessed(path: Path, head: bytes, name: str) -> str:
    if head.startswith((b"PK", archives.OLE)):
        archives.check(path, name)
        if kind := _packed(path):
            return kind
        raise TableError(f"{name}: is a zip file, but no list")
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"["):
        return "json"
    return "jsonl" if start.startswith(b'{"') else "csv"


def read(path: Path, name: str = "") -> Iterator[Line]:
    """The rows of the file at `path`, sheet after sheet; `TableError` says what is wrong where.

    `name` is what people call the file, where that is not its own name.
    """
    from chatbot import office_tables, text_tables

    name = name or path.name
    kind = kind_of(path, name)
    readers: dict[str, Reader] = {
        "xlsx": office_tables.xlsx,
        "ods": office_tables.ods,
        "docx": office_tables.docx,
        "csv": text_tables.csv,
        "tsv": text_tables.tsv,
        "txt": text_tables.txt,
        "json": text_tables.json,
        "jsonl": text_tables.jsonl,
    }
    lines = readers[kind](path, name)
    # The last rows of a spreadsheet are often formatted, but blank.
    yield from _bounded(lines, name, trimmed=kind in ("xlsx", "ods"))


def _bounded(lines: Iterator[Line], name: str, trimmed: bool) -> Iterator[Line]:
    """The lines, refused where a sheet is absurdly wide, long or hollow."""
    sheet, count = "", 0
    blank: list[Line] = []
    for line in lines:
        if line.sheet != sheet or not count:
            sheet, count, blank = line.sheet, 0, []
        count += 1
        where = place(name, sheet, count)
        if count > MOST_ROWS + 1:
            raise TableError(f"{where}: the most rows of a sheet is {MOST_ROWS:,}")
        if is_blank(line.row):
            if not trimmed:
                yield line
            elif len(blank) <= MOST_BLANK:
                blank.append(Line(sheet, []))
            continue
        if len(blank) > MOST_BLANK:
            raise TableError(f"{where}: more than {MOST_BLANK:,} blank rows stand before it")
        if len(line.row) > MOST_COLUMNS:
            raise TableError(
                f"{where}: has {len(line.row):,} columns; the most is {MOST_COLUMNS:,}"
            )
        yield from blank
        blank.clear()
        yield line
