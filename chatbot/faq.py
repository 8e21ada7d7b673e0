"""Entries, phrasings and glossary: read, check, write.

Three JSON Lines files make an FAQ. `faq.jsonl` holds what is answered, `phrasings.jsonl` how
people ask it, `glossary.jsonl` the local terms. Only the first is needed.
"""

import json
import re
from calendar import month_name
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chatbot.errors import DataError
from chatbot.files import replace

ENTRIES_FILE = "faq.jsonl"
PHRASINGS_FILE = "phrasings.jsonl"
GLOSSARY_FILE = "glossary.jsonl"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
# Answers that say nothing without their question; two such entries are never one answer.
BARE_ANSWERS = {"yes", "no"}


class Record(BaseModel):
    """One line of a file; unknown fields are refused, so that a typing slip is not lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Link(Record):
    """A link of an answer; `url` is None where the document lost the address."""

    text: Text
    url: str | None = Field(default=None, pattern=r"^(https?://|mailto:)")


class Source(Record):
    """The document an entry was taken from, and the month it speaks for (YYYY-MM)."""

    document: Text
    as_of: str = Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")


class Entry(Record):
    """One stored question and its answer."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    number: Text
    also_numbered: tuple[str, ...] = ()  # other rows with the same question and answer
    section: str = ""
    question: Text
    questions: tuple[Text, ...] = ()  # the separate questions, where the cell holds several
    answer: Text
    audience: tuple[str, ...] = ()  # whom the answer is for; empty means everybody
    links: tuple[Link, ...] = ()
    source: Source


class Phrasing(Record):
    """Another way to ask what the entries `of` answer; no entry answers it where `of` is empty."""

    text: str  # may be blank: an empty message is one that no entry answers
    after: str = ""  # the message before it in a conversation, where it leans on that
    of: tuple[str, ...]
    source: str = ""  # who wrote it; held-out folds keep one writer's phrasings together


class Term(Record):
    """A local term and what it stands for; `sure` ones are expanded in messages."""

    term: Text
    expansions: tuple[Text, ...] = Field(min_length=1)
    sure: bool = True


AnyRecord = TypeVar("AnyRecord", bound=Record)


def month_in_words(as_of: str) -> str:
    """A month such as 2025-03 in words."""
    year, number = as_of.split("-")
    return f"{month_name[int(number)]} {year}"


def month_of(text: str) -> str:
    """The first month that a text names in words, as 2025-03; empty where it names none."""
    months = list(month_name)  # the first is empty, so that January is 1
    pattern = rf"\b({'|'.join(months[1:])})\s+(\d{{4}})\b"
    found = re.search(pattern, text, re.IGNORECASE)
    return f"{found[2]}-{months.index(found[1].capitalize()):02}" if found else ""


def fold(text: str) -> str:
    """Text without case, punctuation and extra spaces, to tell whether two texts are the same."""
    return " ".join(re.findall(r"\w+", text.casefold()))


@dataclass(frozen=True)
class Faq:
    """The three files of one FAQ, in memory and checked."""

    entries: tuple[Entry, ...]
    phrasings: tuple[Phrasing, ...] = ()
    glossary: tuple[Term, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """Entries by id."""
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def answer_of(self) -> dict[str, str]:
        """Entry id -> id of the first entry that gives the same answer.

        Entries are one answer only where their text is identical and says more than yes or no.
        """
        first: dict[str, str] = {}
        same: dict[str, str] = {}
        for entry in self.entries:
            key = fold(entry.answer)
            if key in BARE_ANSWERS:
                key = entry.id
            same[entry.id] = first.setdefault(key, entry.id)
        return same


def id_prefix(entries: Sequence[Entry]) -> str:
    """What most ids begin with, before a dash and the number."""
    named = [one.id.removesuffix(f"-{one.id.rsplit('-', 1)[-1]}") for one in entries]
    return Counter(named).most_common(1)[0][0]


def document_name(entries: Sequence[Entry]) -> str:
    """The document that most entries were taken from."""
    return Counter(one.source.document for one in entries).most_common(1)[0][0]


def read_entries(path: Path) -> tuple[Entry, ...]:
    """The entries of one file; `DataError` names the first line that is wrong."""
    _need_file(path)
    faults: list[str] = []
    entries = _read(path, Entry, faults)
    faults += _entry_faults(entries)
    if faults or not entries:
        raise DataError(faults[0] if faults else f"{path}: holds no entry")
    return tuple(entry for _, entry in entries)


def load_entries(folder: Path) -> Faq:
    """The entries and glossary in `folder` alone, checked, without the many phrasings."""
    _need_file(folder / ENTRIES_FILE)
    faults: list[str] = []
    entries = _read(folder / ENTRIES_FILE, Entry, faults)
    glossary = _read(folder / GLOSSARY_FILE, Term, faults)
    if faults:
        raise DataError(faults[0])
    return Faq(tuple(e for _, e in entries), (), tuple(t for _, t in glossary))


def load(folder: Path) -> Faq:
    """The FAQ in `folder`, checked; `DataError` names the first thing that is wrong."""
    faq, faults = inspect(folder)
    if faults:
        more = f" (and {len(faults) - 1} more: run 'chatbot check')" if len(faults) > 1 else ""
        raise DataError(faults[0] + more)
    return faq


def inspect(folder: Path) -> tuple[Faq, list[str]]:
    """The FAQ in `folder` as far as it can be read, and a line for each fault."""
    _need_file(folder / ENTRIES_FILE)
    faults: list[str] = []
    entries = _read(folder / ENTRIES_FILE, Entry, faults)
    phrasings = _read(folder / PHRASINGS_FILE, Phrasing, faults)
    glossary = _read(folder / GLOSSARY_FILE, Term, faults)
    if not entries and not faults:
        faults.append(f"{ENTRIES_FILE}: holds no entry")
    faq = Faq(
        tuple(e for _, e in entries), tuple(p for _, p in phrasings), tuple(t for _, t in glossary)
    )
    faults += _entry_faults(entries) + _term_faults(glossary)
    # A phrasing of an entry that could not be read is no fault of the phrasing.
    if not any(fault.startswith(ENTRIES_FILE) for fault in faults):
        faults += _phrasing_faults(phrasings, faq)
    return faq, faults


def _need_file(path: Path) -> None:
    if not path.is_file():
        raise DataError(f"{path}: no such file; it holds the questions and answers")


def dump(records: Iterable[Record]) -> str:
    """Records as JSON Lines, defaults left out, the same bytes for the same records."""
    lines = (
        json.dumps(record.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
        for record in records
    )
    return "".join(line + "\n" for line in lines)


def write(path: Path, records: Iterable[Record]) -> None:
    """Replace the file at `path` in one step, so that a crash leaves the old one whole."""
    try:
        replace(path, dump(records).encode("utf-8"))
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror}") from None


def _read(path: Path, kind: type[AnyRecord], faults: list[str]) -> list[tuple[int, AnyRecord]]:
    """(line number, record) of each good line; a missing file holds none."""
    if not path.is_file():
        return []
    records = []
    for number, raw in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not raw.strip():
            continue
        where = f"{path.name}:{number}"
        try:
            records.append((number, kind.model_validate(json.loads(raw.decode("utf-8")))))
        except UnicodeDecodeError as error:
            faults.append(f"{where}: not UTF-8 text at byte {error.start}")
        except json.JSONDecodeError as error:
            faults.append(f"{where}: not valid JSON, {error.msg} at column {error.colno}")
        except ValidationError as error:
            faults += [
                f"{where}: {'.'.join(map(str, one['loc'])) or 'line'}: {one['msg']}"
                for one in error.errors()
            ]
        except (ValueError, RecursionError):
            faults.append(f"{where}: not valid JSON, nested too deep or a number too long")
    return records


def _entry_faults(entries: Sequence[tuple[int, Entry]]) -> list[str]:
    faults = []
    seen: dict[str, int] = {}
    for line, entry in entries:
        if entry.id in seen:
            first = seen[entry.id]
            faults.append(
                f"{ENTRIES_FILE}:{line}: id: '{entry.id}' is already used on line {first}"
            )
        seen.setdefault(entry.id, line)
    return faults


def _phrasing_faults(phrasings: Sequence[tuple[int, Phrasing]], faq: Faq) -> list[str]:
    faults = []
    stored: dict[str, set[str]] = defaultdict(set)
    for entry in faq.entries:
        for question in (entry.question, *entry.questions):
            stored[fold(question)].add(entry.id)
    seen: dict[str, tuple[int, frozenset[str]]] = {}
    for line, phrasing in phrasings:
        where = f"{PHRASINGS_FILE}:{line}"
        unknown = [one for one in phrasing.of if one not in faq.by_id]
        faults += [f"{where}: of: no entry has the id '{one}'" for one in unknown]
        if unknown:
            continue
        key = fold(phrasing.text)
        if phrasing.after:
            key = f"{fold(phrasing.after)} / {key}"
        answers = frozenset(faq.answer_of[one] for one in phrasing.of)
        owners = stored.get(key, set())
        if owners and not owners & set(phrasing.of):
            names = ", ".join(sorted(owners))
            faults.append(f"{where}: text: is the stored question of {names}, which 'of' lacks")
        if key in seen and seen[key][1] != answers:
            first = seen[key][0]
            faults.append(f"{where}: text: same as on line {first}, but for other answers")
        seen.setdefault(key, (line, answers))
    return faults


def _term_faults(glossary: Sequence[tuple[int, Term]]) -> list[str]:
    faults = []
    seen: dict[str, int] = {}
    for line, term in glossary:
        if term.term in seen:
            first = seen[term.term]
            faults.append(f"{GLOSSARY_FILE}:{line}: term: already on line {first}")
        seen.setdefault(term.term, line)
    return faults
