"""Groups of questions whose answer an officer filled in, from the answered workbook or a table.

The sheet `For a person` has a row a group; `Answers` and `Questions` hold how each was asked. Any
other table needs the columns `Question` and `Answer`; rows of one `Group` are one group.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot import sheets, tables
from chatbot.columns import TITLES
from chatbot.errors import AdoptionError
from chatbot.faq import fold
from chatbot.reply import Outcome
from chatbot.sheets import ANSWER, GROUP, OUTCOME, QUESTION, SECTION

_FORMULA = "is a formula that shows no value; save the file in a spreadsheet program, or type it"


@dataclass(frozen=True)
class Filled:
    """A group with its answer, as they stand in the file."""

    where: str
    question: str
    answer: str
    section: str
    asked: tuple[str, ...]  # the questions of the group, `question` among them or not


@dataclass(frozen=True)
class Read:
    """What a file holds: groups with an answer, a line for each fault, and groups without one."""

    groups: tuple[Filled, ...]
    faults: tuple[str, ...]
    unanswered: int


@dataclass(frozen=True)
class _Line:
    """A row by names of columns, empty where there is no such column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class _Kept:
    """A row of the answered list: its group, and the list's own cells."""

    group: str
    own: list[str]


Texts = tuple[int, list[str]]  # a row's number and the texts of its cells


def read(path: Path) -> Read:
    """The groups in the file at `path`; `TableError` or `AdoptionError` says what is wrong."""
    found: dict[str, list[_Line]] = {}  # sheets with a column to fill in
    kept: list[_Kept] = []
    apart: list[_Line] = []  # questions of rows that ask several
    looked_at = []
    for title, lines in itertools.groupby(tables.read(path, str(path)), lambda line: line.sheet):
        looked_at.append(title)
        rows = _texts(line.row for line in lines)
        name = sheets.folded(title)
        if name == sheets.folded(sheets.ANSWERS):
            kept = _in_list(rows)
        elif name == sheets.folded(sheets.QUESTIONS):
            apart = _lines(rows, QUESTION, GROUP)
        elif table := _lines(rows, QUESTION, ANSWER):
            found[name] = table
    if not found:
        names = ", ".join(f"'{one}'" for one in looked_at if one)
        where = f"; looked at the sheets {names}" if names else ""
        raise AdoptionError(f"{path}: has no rows below the columns {QUESTION} and {ANSWER}{where}")
    # An officer may have renamed the sheet, or saved it alone.
    table = found.get(sheets.folded(sheets.FOR_A_PERSON)) or next(iter(found.values()))
    asked = _asked({one.cells[GROUP]: one.cells[QUESTION] for one in table}, kept)
    for line in apart:
        asked[line.cells[GROUP]].append(line.cells[QUESTION])
    return _groups(table, asked)


def _groups(lines: Sequence[_Line], asked: dict[str, list[str]]) -> Read:
    """The groups of a table; `asked` are their questions by group from elsewhere."""
    by_group: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        by_group[line.cells[GROUP] or f"row {line.number}"].append(line)
    groups, faults, unanswered = [], [], 0
    for name, rows in by_group.items():
        answered = [row for row in rows if row.cells[ANSWER]]
        if not answered:
            unanswered += any(row.cells[QUESTION] for row in rows)
            continue
        first = answered[0]
        where = f"row {first.number}"
        questions = [row.cells[QUESTION] for row in rows if row.cells[QUESTION]]
        formulas = [
            field for row in answered for field, text in row.cells.items() if text.startswith("=")
        ]
        if formulas:
            faults.append(f"{where}: {formulas[0]} {_FORMULA}")
        elif len({row.cells[ANSWER] for row in answered}) > 1:
            faults.append(f"{where}: group {name!r} has different answers")
        elif not questions:
            faults.append(f"{where}: an answer without a question")
        else:
            question = first.cells[QUESTION] or questions[0]
            others = (*questions, *asked.get(name, ()))
            section = next((row.cells[SECTION] for row in answered), "")
            groups.append(Filled(where, question, first.cells[ANSWER], section, others))
    return Read(tuple(groups), tuple(faults), unanswered)


def _texts(rows: Iterator[tables.Row]) -> Iterator[Texts]:
    for number, row in tables.numbered(rows):
        yield number, [tables.text_of(cell).strip() for cell in row]


def _in_list(rows: Iterator[Texts]) -> list[_Kept]:
    """The rows of the answered list whose questions are of one group."""
    for _, texts in itertools.islice(rows, TITLES):
        names = [sheets.folded(text) for text in texts]
        group, outcome = sheets.place(names, GROUP), sheets.place(names, OUTCOME)
        if group is not None and outcome is not None:  # the list's own columns stand before it
            return [
                _Kept(texts[group], (texts + [""] * outcome)[:outcome])
                for _, texts in rows
                if group < len(texts) and texts[group]
            ]
    return []


def _asked(groups: dict[str, str], kept: Sequence[_Kept]) -> dict[str, list[str]]:
    """The questions of `groups` (name to question) in the rows of the answered list.

    Its column of questions may have any name: it is the one in which those of the groups stand.
    """
    rows = [row for row in kept if row.group in groups]
    hits = [
        sum(fold(text) == fold(groups[row.group]) for row, text in zip(rows, column, strict=True))
        for column in zip(*(row.own for row in rows), strict=True)
    ]
    asked: dict[str, list[str]] = defaultdict(list)
    if any(hits):
        for row in rows:
            asked[row.group].append(row.own[hits.index(max(hits))])
    return asked


def _lines(rows: Iterator[Texts], *needed: str) -> list[_Line]:
    """The rows below the names of the columns; none where no row has the names `needed`."""
    for _, texts in itertools.islice(rows, TITLES):
        names = [sheets.folded(text) for text in texts]
        places = {
            name: sheets.place(names, name) for name in (GROUP, QUESTION, ANSWER, SECTION, OUTCOME)
        }
        if all(places[name] is not None for name in needed):
            break
    else:
        return []
    lines = []
    for number, texts in rows:
        cells = {
            name: texts[n] if n is not None and n < len(texts) else "" for name, n in places.items()
        }
        # In an answered list, what the program answered is not what a person filled in.
        if cells.pop(OUTCOME) in ("", Outcome.CLARIFY, Outcome.FALLBACK) or ANSWER not in needed:
            lines.append(_Line(number, cells))
    return lines
