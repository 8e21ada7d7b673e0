"""An answered list as a file of the kind that its suffix says, whole or not at all."""

import csv
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chatbot import reports, workbook
from chatbot.answered import AnsweredList
from chatbot.errors import TableError
from chatbot.files import replacing
from chatbot.sheets import FIELDS
from chatbot.tables import MOST_ROWS, Cell, Number

# What spreadsheet programs take for the start of a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MOST_DOCX = 20_000  # rows of a Word document, which is made in memory


def csv_file(answered: AnsweredList, path: Path, folder: Path) -> int:
    """Write comma-separated values, which Excel reads as UTF-8; the number of rows written."""
    count = 0
    # Every cell is quoted, so that no other delimiter cuts a formula out of one.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([as_text(heading) for heading in answered.headings])
        for asked, result, groups in answered.rows():
            cells = answered.cells(asked, result, groups)
            writer.writerow(
                [one.text if isinstance(one, Number) else as_text(one) for one in cells]
            )
            count += 1
    return count


def as_text(cell: str) -> str:
    """The text, marked with an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def jsonl(answered: AnsweredList, path: Path, folder: Path) -> int:
    """Write a JSON object a row; the number of rows written.

    It has the list's columns, and `replies` with what each question of the row got; where there is
    just one, its fields stand in the row as well.
    """
    count = 0
    own = answered.asked.columns
    keys = [_key(one) for one in answered.headings[len(own) :]]
    first, last = 1 + answered.several_sheets, len(keys) - 2  # of what one question got
    plain = [_key(one) for one in FIELDS]
    together = "replies" if "replies" not in own else "replies_faq"
    with path.open("w", encoding="utf-8") as file:
        for asked, result, groups in answered.rows():
            cells = [_value(cell) for cell in answered.cells(asked, result, groups)]
            line: dict[str, Any] = dict(zip(own, cells[: len(own)], strict=True))
            line |= zip(keys, (_or_null(cell) for cell in cells[len(own) :]), strict=True)
            if len(result.questions) > 1:
                line |= dict.fromkeys(keys[first:last])
            line[together] = [
                {"question": one.text}
                | dict(
                    zip(plain, [_value(cell) for cell in answered.fields(one, number)], strict=True)
                )
                for one, number in zip(result.questions, groups, strict=True)
            ]
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def _key(heading: str) -> str:
    return re.sub(r"\W+", "_", heading.lower()).strip("_")


def _value(cell: Cell) -> str | float:
    return cell if isinstance(cell, str) else cell.value


def _or_null(value: str | float) -> str | float | None:
    """Nothing where a field is empty."""
    return None if value == "" else value


Writer = Callable[[AnsweredList, Path, Path], int]
WRITERS: dict[str, Writer] = {
    ".xlsx": workbook.write,
    ".csv": csv_file,
    ".jsonl": jsonl,
    ".docx": reports.docx,
    ".html": reports.html,
}
MOST = {".xlsx": MOST_ROWS, ".docx": MOST_DOCX}


def check(out: Path, rows: int = 0) -> None:
    """Raise `TableError` where a list of so many rows cannot be written to `out`."""
    suffix = out.suffix.lower()
    if suffix not in WRITERS:
        known = ", ".join(WRITERS)
        raise TableError(f"{out.name}: cannot write '{suffix}' files; use {known}")
    if not out.parent.is_dir():
        raise TableError(f"{out}: there is no such folder to write to")
    if rows > (most := MOST.get(suffix, rows)):
        raise TableError(f"{out.name}: the most rows of {suffix} is {most:,}; use .csv or .jsonl")


def check_free(out: Path) -> None:
    """Raise `TableError` where writing to `out` would lose what a person wrote there."""
    if out.suffix.lower() == ".xlsx" and out.is_file() and (filled := workbook.filled_in(out)):
        raise TableError(
            f"{out}: somebody has filled in answers there ({filled:,}); adopt them first, or give "
            "another name with --out"
        )


def write(answered: AnsweredList, out: Path, folder: Path) -> None:
    """Write the list to `out` in one step; temporary files go to `folder`.

    Raises `TableError`, and leaves `out` as it was, where a row got lost on the way.
    """
    check(out, answered.asked.count)
    suffix = out.suffix.lower()
    with tempfile.TemporaryDirectory(dir=folder) as working:
        ready = Path(working) / f"ready{suffix}"
        count = WRITERS[suffix](answered, ready, Path(working))
        if count != answered.asked.count:
            raise TableError(
                f"{out.name}: not written: of {answered.asked.count:,} rows {count:,} came out"
            )
        with ready.open("rb") as made, replacing(out) as file:
            shutil.copyfileobj(made, file)
