"""The columns of a sheet: where its headings are, which holds the questions, and who asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from chatbot.asking import asks, has_question_word
from chatbot.errors import TableError
from chatbot.tables import Headings, Row, text_of

SAMPLE = 200  # rows that are looked at
TITLES = 20  # rows that headings may have above them
LONGEST_HEADING = 120
LIKELY = 0.3  # share of a column's texts that read as questions, for it to hold them
FEWEST_WORDS = 3
# What people head such a column with, the most telling first.
_EXACT = (
    "question",
    "questions",
    "question text",
    "question asked",
    "your question",
    "query",
    "queries",
    "enquiry",
    "enquiries",
    "message",
    "text",
    "comment",
    "comments",
    "post",
    "body",
    "asked",
)
_TELLING = re.compile(r"\b(?:questions?|quer(?:y|ies)|enquir(?:y|ies))\b")
# A number or a kind of question is not the question.
_NOT = re.compile(r"\b(?:number|no|num|id|ref|type|category|date|status|count|by|response)\b|#")
_WHO = re.compile(
    r"^(?:who|asked by|who asked|from|name|full name|your name|school|setting|school or setting"
    r"|school name|name of school|setting name|organisation|nursery|author|posted by|sender)$"
)
_OTHER = re.compile(
    r"^(?:date|time|start time|completion time|e-?mail(?: address)?|id|no|number|section|topic"
    r"|theme|category|area|district|role|answer|answers|response|responses|status|notes?|phone)$"
)


@dataclass(frozen=True)
class Layout:
    """The columns of a sheet.

    `above` rows stand before the first row of the list: titles, and the headings, if any, as the
    last of them. `question` is None where no column holds questions.
    """

    above: int
    headings: tuple[str, ...]
    question: int | None
    who: int | None

    @property
    def titles(self) -> int:
        """How many rows stand above the headings."""
        return self.above - 1 if self.headings else 0


def letter(column: int) -> str:
    """The name that a spreadsheet gives a column: A for 0."""
    name = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        name = ascii_uppercase[place] + name
    return name


def find(rows: Sequence[Row], wanted: str = "") -> Layout:
    """The layout of a sheet that begins with `rows`; `wanted` names the column of questions.

    Raises `TableError`, to be completed with the file, where there is no such column.
    """
    place = _headings(rows, wanted)
    headings = _texts(rows[place]) if place >= 0 else ()
    body = rows[place + 1 :]
    width = max(map(len, rows), default=0)
    if wanted:
        question: int | None = _named(wanted, headings, width)
    else:
        question = _by_name(headings)
        if question is None or _read(body, question) == 0:
            by_content = _by_content(body, width)
            question = by_content if by_content is not None else question
        if question is None and width == 1:
            question = 0
    who = next((n for n, name in enumerate(headings) if _WHO.match(_plain(name))), None)
    return Layout(place + 1, headings, question, who if who != question else None)


def _texts(row: Row) -> tuple[str, ...]:
    """The names of columns; those of programs are kept to the letter."""
    texts = map(text_of, row)
    return tuple(texts) if isinstance(row, Headings) else tuple(text.strip() for text in texts)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w#-]", " ", text.casefold()).split())


def _headings(rows: Sequence[Row], wanted: str) -> int:
    """The row that names the columns, -1 for none."""
    first = True  # of the rows with several cells
    for place, row in enumerate(rows[:TITLES]):
        if isinstance(row, Headings):
            return place
        names = [_plain(text_of(cell)) for cell in row]
        if any(len(text_of(cell)) > LONGEST_HEADING for cell in row):
            return -1
        if wanted and _plain(wanted) in names:
            return place
        filled = [name for name in names if name]
        known = sum(bool(_WHO.match(one) or _OTHER.match(one) or one in _EXACT) for one in filled)
        telling = any(_tells(one) for one in filled) and len(filled) > 1
        # A title over the table is one cell of many; so is a column that is alone.
        if known >= 2 or (telling and known) or (telling and not _asks_in(row)):
            return place
        # Forms head a column with what they asked: "Anything you want to know?"
        if known and len(filled) > 1 and first:
            return place
        first = first and len(filled) < 2
        if (
            known
            and not _asks_in(row)
            and (len(filled) > 1 or len(row) == 1 or max(map(len, rows)) == 1)
        ):
            return place
    return -1


def _tells(name: str) -> bool:
    return bool(_TELLING.search(name) and not _NOT.search(name))


def _asks_in(row: Row) -> bool:
    return any(text_of(cell).rstrip().endswith("?") for cell in row)


def _named(wanted: str, headings: Sequence[str], width: int) -> int:
    """The column of that heading, letter or number."""
    names = [_plain(one) for one in headings]
    if _plain(wanted) in names:
        return names.index(_plain(wanted))
    for column in range(width):
        if wanted.strip().upper() in (letter(column), str(column + 1)):
            return column
    known = ", ".join(f"'{one}'" for one in headings if one) or f"A to {letter(max(width, 1) - 1)}"
    raise TableError(f"has no column '{wanted}'; its columns are {known}")


def _by_name(headings: Sequence[str]) -> int | None:
    names = [_plain(one) for one in headings]
    for exact in _EXACT[:9]:
        if exact in names:
            return names.index(exact)
    if telling := [n for n, name in enumerate(names) if _tells(name)]:
        return telling[0]
    return next((names.index(exact) for exact in _EXACT if exact in names), None)


def _by_content(body: Sequence[Row], width: int) -> int | None:
    """The column whose texts read most like questions."""
    shares = [_read(body, column) for column in range(width)]
    best = max(range(width), key=lambda column: shares[column], default=0)
    return best if width and shares[best] >= LIKELY else None


def _read(body: Sequence[Row], column: int) -> float:
    """The share of the column's texts that read as questions."""
    texts = [text_of(row[column]).strip() for row in body if column < len(row)]
    texts = [text for text in texts if text]
    return sum(map(_reads_as_question, texts)) / len(texts) if texts else 0.0


def _reads_as_question(text: str) -> bool:
    if text.endswith("?"):
        return True
    words = len(text.split())
    return words >= FEWEST_WORDS and (asks(text[:500]) or has_question_word(text[:500]))
