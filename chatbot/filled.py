"""Groups of questions whose answer an officer filled in, from the answered workbook or a CSV file.

The sheet `For a person` has a row a group; `Answers` and `Questions` hold how each was asked. A CSV
file needs the columns `Question` and `Answer`; rows of one `Group` are one group.
"""

import csv
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.errors import AdoptionError
from chatbot.faq import fold

PERSON_SHEET, ANSWERS_SHEET, QUESTIONS_SHEET = "For a person", "Answers", "Questions"
GROUP, QUESTION, ANSWER, SECTION = "Group", "Question", "Answer", "Section"
OUTCOME = "Outcome"  # the first column that was added to the list in `Answers`

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_UNPACKED = 400_000_000  # bytes of a workbook; that of 100,000 questions has a tenth
TITLES = 20  # rows that may stand above the names of the columns
# Not text: what was typed cannot be told from the value.
_DATE = "is a date or a truth value and not text; type it as text"
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
    """A row by names of columns, those of `wrong` with what is wrong with them."""

    number: int
    cells: dict[str, str]
    wrong: dict[str, str]


def read(path: Path) -> Read:
    """The groups in the file at `path`; `AdoptionError` says what is wrong with it."""
    if not path.is_file():
        raise AdoptionError(f"{path}: no such file")
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _groups(_csv_lines(path), {})
    if suffix != ".xlsx":
        raise AdoptionError(f"{path}: cannot read '{path.suffix}' files; use .xlsx or .csv")
    _refuse_bomb(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are not read
            return _xlsx(path)
    except (AdoptionError, MemoryError):
        raise
    except Exception as error:  # openpyxl lets zip, XML, key and value errors through
        raise AdoptionError(f"{path}: is no sound workbook ({type(error).__name__})") from None


def _groups(lines: Sequence[_Line], asked: dict[str, list[str]]) -> Read:
    """The groups of a table; `asked` are their questions by group from elsewhere."""
    by_group: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        by_group[line.cells.get(GROUP) or f"row {line.number}"].append(line)
    groups, faults, unanswered = [], [], 0
    for name, rows in by_group.items():
        answered = [row for row in rows if row.cells[ANSWER] or ANSWER in row.wrong]
        if not answered:
            unanswered += any(row.cells[QUESTION] for row in rows)
            continue
        first = answered[0]
        where = f"row {first.number}"
        questions = [row.cells[QUESTION] for row in rows if row.cells[QUESTION]]
        if wrong := [f"{field} {row.wrong[field]}" for row in answered for field in row.wrong]:
            faults.append(f"{where}: {wrong[0]}")
        elif len({row.cells[ANSWER] for row in answered}) > 1:
            faults.append(f"{where}: group {name!r} has different answers")
        elif not questions:
            faults.append(f"{where}: an answer without a question")
        else:
            question = first.cells[QUESTION] or questions[0]
            others = (*questions, *asked.get(name, ()))
            section = next((row.cells.get(SECTION, "") for row in answered), "")
            groups.append(Filled(where, question, first.cells[ANSWER], section, others))
    return Read(tuple(groups), tuple(faults), unanswered)


def _csv_lines(path: Path) -> list[_Line]:
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", "replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", "replace")  # as Excel saves a plain CSV file
    missing = AdoptionError(f"{path}: has no columns {QUESTION} and {ANSWER}")
    for delimiter in (",", ";", "\t"):
        try:
            rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
        except csv.Error as error:
            missing = AdoptionError(f"{path}: is no table ({error})")
            continue
        if len(rows) > MOST_ROWS:
            raise AdoptionError(f"{path}: has {len(rows):,} rows; the most is {MOST_ROWS:,}")
        found = _lines(([(cell, "") for cell in row] for row in rows), QUESTION, ANSWER)
        if found is not None:
            return found
    raise missing


def _xlsx(path: Path) -> Read:
    import openpyxl

    shown = openpyxl.load_workbook(path, read_only=True, data_only=True)
    typed = openpyxl.load_workbook(path, read_only=True)
    try:
        sheets = {sheet.title.strip().casefold(): sheet for sheet in shown.worksheets}
        first = sheets.get(PERSON_SHEET.casefold())
        lines = None
        # An officer may have renamed the sheet, or saved it alone.
        for sheet in [first] if first else list(sheets.values()):
            cells = zip(_rows(path, sheet), _rows(path, typed[sheet.title]), strict=True)
            lines = _lines(([*map(_cell, a, b)] for a, b in cells), QUESTION, ANSWER)
            if lines is not None:
                break
        if lines is None:
            names = ", ".join(f"'{sheet.title}'" for sheet in shown.worksheets)
            raise AdoptionError(
                f"{path}: no sheet has the columns {QUESTION} and {ANSWER}; "
                f"looked at {PERSON_SHEET!r}" + ("" if first else f" and at {names}")
            )
        groups = {one.cells.get(GROUP, ""): one.cells[QUESTION] for one in lines}
        asked: dict[str, list[str]] = defaultdict(list)
        if sheet := sheets.get(ANSWERS_SHEET.casefold()):
            _ask(asked, groups, _texts(path, sheet))
        if sheet := sheets.get(QUESTIONS_SHEET.casefold()):
            rows = ([(text, "") for text in row] for row in _texts(path, sheet))
            for line in _lines(rows, QUESTION, GROUP) or ():
                asked[line.cells[GROUP]].append(line.cells[QUESTION])
        return _groups(lines, asked)
    finally:
        shown.close()
        typed.close()


def _rows(path: Path, sheet: Any) -> Iterator[Sequence[Any]]:
    sheet.reset_dimensions()  # what a file says of itself may be absurd
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            raise AdoptionError(f"{path}: has more rows than {MOST_ROWS:,}")
        yield row


def _texts(path: Path, sheet: Any) -> Iterator[list[str]]:
    for row in _rows(path, sheet):
        texts = [_cell(cell, cell)[0].strip() for cell in row]
        yield texts + [""] * (MOST_COLUMNS - len(texts))


def _ask(asked: dict[str, list[str]], groups: dict[str, str], rows: Iterator[list[str]]) -> None:
    """Add the questions of `groups` (name to question) from the rows of the answered list.

    The list's own columns stand before the outcome. Its column of questions may have any name: it
    is the one in which the questions of the groups stand.
    """
    for row in rows:
        names = [" ".join(text.split()).casefold() for text in row]
        place, end = _added(names, GROUP), _added(names, OUTCOME)
        if place is not None and end is not None:
            break
    else:
        return
    kept = [(row[place], row[:end]) for row in rows if row[place] in groups]
    hits = [
        sum(fold(row[column]) == fold(groups[group]) for group, row in kept)
        for column in range(end)
    ]
    if any(hits):
        for group, row in kept:
            asked[group].append(row[hits.index(max(hits))])


def _added(names: Sequence[str], name: str) -> int | None:
    """The place of a column that was added to a list, renamed where the list had one of its own."""
    for one in (f"{name} (FAQ)".casefold(), name.casefold()):
        if one in names:
            return names.index(one)
    return None


def _cell(shown: Any, typed: Any) -> tuple[str, str]:
    """The text of a cell, and what is wrong with it."""
    value = shown.value
    if value is None:
        return "", _FORMULA if typed.data_type == "f" else ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return "", _DATE
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("_x000D_", ""), ""  # how Excel keeps a carriage return


def _lines(rows: Iterator[list[tuple[str, str]]], *needed: str) -> list[_Line] | None:
    """The rows below the names of the columns; None where no row has the names `needed`."""
    names: dict[str, int] = {}
    known = {one.casefold(): one for one in (GROUP, QUESTION, ANSWER, SECTION)}
    lines = []
    for number, row in enumerate(rows, start=1):
        if not names:
            found: dict[str, int] = {}
            for place, (text, _) in enumerate(row):
                if name := known.get(" ".join(text.split()).casefold()):
                    found.setdefault(name, place)
            names = found if found.keys() >= set(needed) else {}
            if not names and number >= TITLES:
                return None
            continue
        cells = {name: row[n] if n < len(row) else ("", "") for name, n in names.items()}
        lines.append(
            _Line(
                number,
                {name: text.strip() for name, (text, _) in cells.items()},
                {name: wrong for name, (_, wrong) in cells.items() if wrong},
            )
        )
    return lines if names else None


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        raise AdoptionError(
            f"{path}: is no workbook, or is damaged or protected; save it as .xlsx without a "
            "password"
        ) from None
    if unpacked > MOST_UNPACKED:
        raise AdoptionError(f"{path}: would unpack to {unpacked:,} bytes, more than is ever needed")
