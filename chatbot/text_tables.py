"""Lists of questions in text files: .csv, .tsv, .txt, .json, .jsonl, in any usual encoding."""

import codecs
import csv as csv_files
import itertools
import json as json_files
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from chatbot.errors import TableError
from chatbot.number_formats import general
from chatbot.tables import Cell, Headings, Line, Number, Row, place

BLOCK = 1_048_576
SAMPLE = 100  # records that the delimiter is found by
DELIMITERS = ",;\t|"
NONE = "\x1f"  # a delimiter that no text holds
MOST_JSON = 100_000_000  # bytes of a .json file, which is read whole
LONGEST = 131_072  # characters of a cell; more is a quotation mark that is never closed
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")


def encoding_of(path: Path, name: str) -> str:
    """The encoding of a text file: what its byte order mark says, UTF-8, UTF-16 or Windows-1252.

    `TableError` names the row where the file is none of them.
    """
    with path.open("rb") as file:
        head = file.read(4_096)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "")
    if not marked and b"\0" in head:
        # Latin letters leave every second byte of UTF-16 empty.
        odd, even = head[1::2].count(0), head[::2].count(0)
        if not min(odd, even) <= max(odd, even) // 10:
            raise TableError(f"{name}: is not text")
        marked = "utf-16-le" if odd > even else "utf-16-be"
    if marked:
        if row := _broken(path, marked):
            raise TableError(f"{place(name, '', row)}: is not {marked.upper()} text")
        return marked
    if not _broken(path, "utf-8"):
        return "utf-8"
    if row := _broken(path, "cp1252"):
        raise TableError(f"{place(name, '', row)}: is neither UTF-8 nor Windows-1252 text")
    return "cp1252"


def _broken(path: Path, encoding: str) -> int:
    """The first line that is not text of that encoding, 0 where all is."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            # Nearly all bytes are letters of Windows-1252, those of pictures and programs too.
            if encoding == "cp1252" and (control := _CONTROLS.search(block)):
                return lines + block.count(b"\n", 0, control.start())
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return lines + error.object[: error.start].count(b"\n")
            if "\0" in text:
                return lines + text.count("\n", 0, text.index("\0"))
            if not block:
                return 0
            lines += text.count("\n")


def csv(path: Path, name: str) -> Iterator[Line]:
    """The records of a file with delimiters, which are found."""
    yield from _records(path, name, delimiter="")


def tsv(path: Path, name: str) -> Iterator[Line]:
    """The records of a file with tabs."""
    yield from _records(path, name, delimiter="\t")


def txt(path: Path, name: str) -> Iterator[Line]:
    """The lines of a file."""
    with path.open(encoding=encoding_of(path, name)) as file:
        for line in file:
            yield Line("", [line.rstrip("\n")])


def _records(path: Path, name: str, delimiter: str) -> Iterator[Line]:
    encoding = encoding_of(path, name)
    delimiter = delimiter or _delimiter(path, encoding)
    csv_files.field_size_limit(LONGEST)
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        reader = csv_files.reader(file, delimiter=delimiter, strict=True)
        while True:
            number += 1
            try:
                record = next(reader, None)
            except csv_files.Error as error:
                if delimiter == NONE:  # lines with quotation marks of their own
                    break
                raise TableError(f"{place(name, '', number)}: {_reason(error)}") from None
            if record is None:
                return
            yield Line("", list(record))
    with path.open(encoding=encoding) as file:
        for line in itertools.islice(file, number - 1, None):
            yield Line("", [line.rstrip("\n")])


def _reason(error: csv_files.Error) -> str:
    if "field larger" in str(error):
        return f"a cell of more than {LONGEST:,} characters; a quotation mark may not be closed"
    if "end of data" in str(error):
        return "a quotation mark is never closed"
    return 'a quotation mark inside a quoted cell is not doubled ("")'


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that cuts most of the first records into the same number of cells."""
    best, most = NONE, (0.5, 0)
    for delimiter in DELIMITERS:
        records: list[list[str]] = []
        with path.open(encoding=encoding, newline="") as file:
            reader = csv_files.reader(file, delimiter=delimiter)
            with suppress(csv_files.Error):  # it will be named when all is read
                records += (record for record in itertools.islice(reader, SAMPLE) if record)
        widths = Counter(map(len, records))
        ((width, count),) = widths.most_common(1) or [(1, 0)]
        later = [cell for record in records for cell in record[1:] if cell]
        # In prose a space comes after a comma.
        prose = sum(cell.startswith(" ") for cell in later) > len(later) / 2
        if width > 1 and not prose and (count / len(records), width) > most:
            best, most = delimiter, (count / len(records), width)
    return best


def jsonl(path: Path, name: str) -> Iterator[Line]:
    """The items of a file with one JSON value a line; a blank line is a blank row."""
    encoding = encoding_of(path, name)

    def items() -> Iterator[Any]:
        with path.open(encoding=encoding) as file:
            for number, line in enumerate(file, start=1):
                yield _parsed(line, place(name, "", number)) if line.strip() else None

    keys = dict.fromkeys(key for item in items() if isinstance(item, dict) for key in item)
    yield from _rows(items(), list(keys))


def json(path: Path, name: str) -> Iterator[Line]:
    """The items of a JSON list, which may be the one list of an object."""
    if path.stat().st_size > MOST_JSON:
        raise TableError(f"{name}: is larger than {MOST_JSON:,} bytes; save it as .jsonl")
    whole = _parsed(path.read_text(encoding=encoding_of(path, name)), name)
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list)]
        whole = lists[0] if len(lists) == 1 else whole
    if not isinstance(whole, list):
        raise TableError(f"{name}: holds no list of questions")
    keys = dict.fromkeys(key for item in whole if isinstance(item, dict) for key in item)
    yield from _rows(iter(whole), list(keys))


def _parsed(text: str, where: str) -> Any:
    try:
        return json_files.loads(text)
    except json_files.JSONDecodeError as error:
        raise TableError(
            f"{where}: not valid JSON, {error.msg} at character {error.pos + 1}"
        ) from None
    except (ValueError, RecursionError):
        raise TableError(f"{where}: nested too deep, or a number too long") from None


def _rows(items: Iterator[Any], keys: list[str]) -> Iterator[Line]:
    if keys:
        yield Line("", Headings(keys))
    for item in items:
        if isinstance(item, dict):
            row: Row = [_cell(item.get(key)) for key in keys]
        else:
            row = [_cell(one) for one in item] if isinstance(item, list) else [_cell(item)]
        yield Line("", row)


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, str):
        # Half of a pair of code points, which no file can be written with.
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool):
        return Number(str(value).lower(), value)
    if isinstance(value, int | float) and abs(value) < 1e15:  # else digits would be lost
        return Number(general(value) if isinstance(value, int) else repr(value), value)
    return json_files.dumps(value, ensure_ascii=False)
