"""What is new, changed and gone in an FAQ since an earlier version of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from chatbot import documents, faq
from chatbot.faq import Entry, fold


class Mark(StrEnum):
    """What a published row says of itself."""

    NEW = "New"
    CHANGED = "Changed"


@dataclass(frozen=True)
class Changes:
    """What has become of the entries of an earlier version."""

    since: str  # the latest month it speaks for, YYYY-MM
    marks: dict[str, Mark]  # id -> mark, of the entries that have one
    gone: tuple[Entry, ...]


def read_earlier(path: Path) -> tuple[Entry, ...]:
    """The entries of an earlier version, a published document or a file like faq.jsonl."""
    if path.suffix.lower() == ".jsonl":
        return faq.read_entries(path)
    return documents.read(path, path.stem, "faq").entries


def compare(entries: Sequence[Entry], earlier: Sequence[Entry]) -> Changes:
    """What is new, changed and gone; where a row keeps its question or its number, it is the same.

    Texts are compared word for word, but for the space between the words.
    """
    by_question = {fold(one.question): one for one in earlier}
    by_number = {_place(one): one for one in earlier}
    marks: dict[str, Mark] = {}
    kept: set[str] = set()
    for entry in entries:
        before = by_number.get(_place(entry))
        asked = fold(entry.question)
        if before is None or fold(before.question) != asked:
            # Another question and another answer only happen to have the number.
            reworded = before if before and _same(before.answer, entry.answer) else None
            before = by_question.get(asked, reworded)
        if before is None:
            marks[entry.id] = Mark.NEW
            continue
        kept.add(before.id)
        if not (_same(before.question, entry.question) and _same(before.answer, entry.answer)):
            marks[entry.id] = Mark.CHANGED
    gone = tuple(one for one in earlier if one.id not in kept)
    return Changes(max(one.source.as_of for one in earlier), marks, gone)


def _place(entry: Entry) -> tuple[str, str]:
    return entry.section, entry.number


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()
