"""A list of questions: its rows from a file of any kind, with the question that each asks.

The list is read once, whole, so that what is wrong with it is said before any work; its rows wait
in a temporary file, so that memory stays flat.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chatbot import columns, tables
from chatbot.columns import Layout
from chatbot.errors import TableError
from chatbot.faq import fold
from chatbot.files import sha256
from chatbot.tables import Number, Row, text_of

BLANK = "blank row"
EMPTY = "no question in this row"
TITLE = "above the headings"
NO_COLUMN = "no column of questions in this sheet"
# What stands, folded, in the cell of a question where nobody asks one.
_NOTHING = {
    *("", "n a", "na", "no", "none", "nil", "nothing", "see above", "see below", "as above"),
    *("same", "same as above", "ditto", "tbc", "no question", "no questions", "test"),
}


@dataclass(frozen=True)
class Sheet:
    """A sheet of the list: its name, its layout, and which column of the output each of its is."""

    name: str
    layout: Layout
    places: list[int]


@dataclass(frozen=True)
class Asked:
    """A row of the list: where it stands, its cells by column of the output, and its question."""

    sheet: str
    number: int  # in its sheet, from 1
    cells: Row
    text: str
    who: str
    reason: str = ""  # why it asks nothing, where it does not


@dataclass
class QuestionList:
    """The rows of a list, kept in a temporary file."""

    name: str
    sha256: str
    sheets: list[Sheet]
    columns: list[str]
    count: int
    path: Path

    @property
    def has_who(self) -> bool:
        """Whether a column says who asked."""
        return any(sheet.layout.who is not None for sheet in self.sheets)

    def __iter__(self) -> Iterator[Asked]:
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                place, number, cells = json.loads(line)
                yield self._asked(self.sheets[place], number, cells)

    def _asked(self, sheet: Sheet, number: int, kept: list[Any]) -> Asked:
        row: Row = [one if isinstance(one, str) else Number(*one) for one in kept]
        cells: Row = [""] * len(self.columns)
        for place, cell in zip(sheet.places, row, strict=False):
            cells[place] = cell
        layout = sheet.layout

        def text(column: int | None) -> str:
            return text_of(row[column]).strip() if column is not None and column < len(row) else ""

        reason = ""
        if number <= layout.titles:
            reason = TITLE
        elif tables.is_blank(row):
            reason = BLANK
        elif layout.question is None:
            reason = NO_COLUMN
        elif fold(text(layout.question)) in _NOTHING:
            reason = EMPTY
        asked = "" if reason else text(layout.question)
        return Asked(sheet.name, number, cells, asked, text(layout.who), reason)


def read(
    path: Path,
    folder: Path,
    *,
    name: str = "",
    column: str = "",
    sheet: str = "",
    most: int = tables.MOST_ROWS,
) -> QuestionList:
    """The list in the file at `path`, whole; its rows go to a file in `folder`.

    `name` is what people call the file, `column` names the column of questions, `sheet` the one
    sheet to read, and `most` bounds the rows. `TableError` says what is wrong.
    """
    name = name or path.name
    target = folder / "rows.jsonl"
    names: dict[str, int] = {}
    sheets: list[Sheet] = []
    faults: list[str] = []
    seen: list[str] = []
    count = 0
    with target.open("w", encoding="utf-8") as file:
        for title, lines in itertools.groupby(tables.read(path, name), lambda line: line.sheet):
            seen.append(title)
            if sheet and title.casefold() != sheet.casefold():
                continue
            one, rows, fault = _sheet(title, (line.row for line in lines), column, names)
            sheets.append(one)
            faults += [f"{name}: sheet '{title}' {fault}" if title else f"{name}: {fault}"]
            for number, row in rows:
                count += 1
                if count > most:
                    raise TableError(f"{name}: holds more than {most:,} rows; split it")
                kept = [len(sheets) - 1, number, row]
                file.write(json.dumps(kept, ensure_ascii=False) + "\n")
    if sheet and not sheets:
        known = ", ".join(f"'{one}'" for one in seen if one) or "none has a name"
        raise TableError(f"{name}: has no sheet '{sheet}'; its sheets are {known}")
    if not count:
        raise TableError(f"{name}: holds no rows")
    # Sheets of other things may stand beside those of questions.
    if all(one.layout.question is None for one in sheets):
        raise TableError(faults[0])
    return QuestionList(name, sha256(target), sheets, list(names), count, target)


def _sheet(
    title: str, rows: Iterator[Row], column: str, names: dict[str, int]
) -> tuple[Sheet, Iterator[tuple[int, Row]], str]:
    """A sheet with its layout, its numbered rows without headings, and what is wrong with it.

    `names` are the columns of the output, to which those of the sheet are added.
    """
    first = list(itertools.islice(rows, columns.SAMPLE))
    fault = "has no column of questions that can be told from its others; name the column"
    try:
        layout = columns.find(first, column)
    except TableError as error:
        layout, fault = replace(columns.find(first), question=None), str(error)
    places: list[int] = []
    taken: set[str] = set()

    def place(number: int) -> None:
        heading = layout.headings[number] if number < len(layout.headings) else ""
        unnamed = "Question" if number == layout.question else f"Column {columns.letter(number)}"
        heading = base = heading or unnamed
        for again in itertools.count(2):
            if heading not in taken:
                break
            heading = f"{base} ({again})"
        taken.add(heading)
        places.append(names.setdefault(heading, len(names)))

    def listed() -> Iterator[tuple[int, Row]]:
        for line, (number, row) in enumerate(tables.numbered(itertools.chain(first, rows))):
            for new in range(len(places), len(row)):
                place(new)
            if not (layout.headings and line == layout.titles):
                yield number, row

    for number in range(len(layout.headings)):
        place(number)
    return Sheet(title, layout, places), listed(), fault
