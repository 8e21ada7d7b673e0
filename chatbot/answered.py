"""An answered list: its rows, the questions that recur in it, and what a person must answer."""

import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import IO

import numpy as np

from chatbot import grouping
from chatbot import results as result_files
from chatbot.answering import Answerer
from chatbot.faq import Entry
from chatbot.grouping import Halves
from chatbot.question_lists import Asked, QuestionList
from chatbot.reply import PLAUSIBLE, Outcome, Reason
from chatbot.results import Question, Result
from chatbot.sheets import FIELDS, HEADINGS, REASON, ROW, SHEET, added, folded
from chatbot.tables import Cell, Number, Row, text_of

# What became of a question, for people.
NAMED = {
    Outcome.ANSWER: "Answered",
    Outcome.CLARIFY: "Several answers possible",
    Outcome.FALLBACK: "For a person",
}
PERCENT, WHOLE = "0%", "0"  # number formats
NEAREST = 3  # entries that a person is shown
CENTRAL = 1_000  # questions of a group that the most central is chosen from


@dataclass(frozen=True)
class Group:
    """Questions that ask the same thing."""

    number: int
    question: str  # the most central of them, as it was asked
    asked: int
    who: tuple[tuple[str, int], ...]  # who asked, and how often
    entry: Entry | None  # the one that answers most, where half of them or more are answered
    near: tuple[tuple[Entry, float], ...]


@dataclass
class Counts:
    """How many rows and questions a list held, and what became of them."""

    rows: int = 0
    without: Counter[str] = field(default_factory=Counter)  # rows that ask nothing, by reason
    outcomes: Counter[str] = field(default_factory=Counter)  # questions; small talk is none
    reasons: Counter[str] = field(default_factory=Counter)  # questions without an answer
    sections: Counter[str] = field(default_factory=Counter)  # answers given

    @property
    def questions(self) -> int:
        """Questions asked, each of those in one cell counted."""
        return sum(self.outcomes.values())

    @property
    def coverage(self) -> float:
        """The share of the questions that were answered; 1 where there was none."""
        return self.outcomes[Outcome.ANSWER] / self.questions if self.questions else 1.0

    def add(self, result: Result, entries: dict[str, Entry]) -> None:
        """Count a row."""
        self.rows += 1
        asked = [one for one in result.questions if one.reason != Reason.SMALL_TALK]
        if not asked:
            self.without["small talk" if result.questions else result.reason] += 1
        for one in asked:
            self.outcomes[one.outcome] += 1
            if one.entry_id:
                self.sections[entries[one.entry_id].section or "no section"] += 1
            else:
                self.reasons[in_words(one.reason) if one.reason else "too long"] += 1


def in_words(reason: Reason) -> str:
    """A reason for people."""
    return "several entries fit" if reason == Reason.TIE else str(reason).replace("_", " ")


class AnsweredList:
    """The rows of a list with what each got, for any kind of file to be written from.

    The results are in the file `partial`; `folder` takes the vectors while questions are grouped.
    """

    def __init__(
        self, asked: QuestionList, partial: Path, answerer: Answerer, folder: Path
    ) -> None:
        self.asked, self.answerer = asked, answerer
        self.counts = Counts()
        self._partial = partial
        self._asked: list[grouping.Asked] = []
        self._who: list[str] = []
        self._firsts: list[int] = []  # position of the entry that answers a question, or -1
        # Of each question `NEAREST` entries that came near, -1 where they were fewer, and an
        # estimate for each: arrays, since tuples for 100,000 questions are 50 MB.
        self._near, self._shares = array("i"), array("d")
        with tempfile.TemporaryFile(dir=folder) as file:
            self._collect(file)
            vectors: Halves = np.empty((0, 0), np.float16)
            if self._asked:  # on disk, since memory should not grow with the list
                vectors = np.memmap(file, np.float16, "r").reshape(len(self._asked), -1)
            self.groups = self._numbered(vectors)
            self.recurring = self._grouped(vectors, range(len(self._asked)), least=2)
            unanswered = [n for n, first in enumerate(self._firsts) if first < 0]
            self.unanswered = self._grouped(vectors, unanswered, least=1)

    @cached_property
    def headings(self) -> list[str]:
        """The columns of the list, where a row stands in it, and what it got, each name once."""
        own = self.asked.columns
        taken = {folded(one) for one in own}
        headings = list(own)
        for name in (*([SHEET] if self.several_sheets else []), ROW, *HEADINGS):
            headings.append(added(name, taken))
            taken.add(folded(headings[-1]))
        return headings

    @cached_property
    def several_sheets(self) -> bool:
        """Whether the list has more than one sheet."""
        return len(self.asked.sheets) > 1

    def rows(self) -> Iterator[tuple[Asked, Result, list[int]]]:
        """Each row, what it got, and the groups of its questions, 0 for small talk."""
        start = 0
        results = result_files.kept(self._partial)
        for asked, (result, _) in zip(self.asked, results, strict=True):
            numbers = []
            for one in result.questions:
                grouped = one.reason != Reason.SMALL_TALK
                numbers.append(self.groups[start] if grouped else 0)
                start += grouped
            yield asked, result, numbers

    def cells(self, asked: Asked, result: Result, groups: Sequence[int]) -> Row:
        """The cells under `headings`; what several questions of a row got is numbered."""
        place: Row = [asked.sheet] if self.several_sheets else []
        got = [self.fields(one, n) for one, n in zip(result.questions, groups, strict=True)]
        if len(got) == 1:
            fields = got[0]
        else:
            fields = [_together(column) for column in zip(*got, strict=True)]
            fields = fields or [""] * len(FIELDS)
        if result.reason:
            fields[FIELDS.index(REASON)] = result.reason
        version = self.answerer.version if result.questions else ""
        return [
            *asked.cells,
            *place,
            whole(asked.number),
            *fields,
            version,
            "\n".join(result.notes),
        ]

    def fields(self, question: Question, group_number: int) -> Row:
        """What one question got, as `sheets.FIELDS` names it."""
        entry = self._entry(question.entry_id)
        runner_up = self._entry(question.near[0][0]) if question.near else None
        matched: Row = ["", "", "", "", ""]
        if entry is not None:
            matched = [entry.question, entry.answer, entry.id, entry.section, entry.source.as_of]
        return [
            str(question.outcome),
            _share(question.confidence),
            *matched,
            runner_up.question if runner_up else "",
            _share(question.near[0][1]) if question.near else "",
            in_words(question.reason) if question.reason else "",
            whole(group_number) if group_number else "",
        ]

    def _entry(self, entry_id: str | None) -> Entry | None:
        return self.answerer.faq.by_id[entry_id] if entry_id else None

    def _collect(self, file: IO[bytes]) -> None:
        """Count the rows, and gather what grouping needs of their questions."""
        entries = self.answerer.faq.by_id
        places = {entry_id: place for place, entry_id in enumerate(entries)}
        for asked, (result, vectors) in zip(
            self.asked, result_files.kept(self._partial), strict=True
        ):
            self.counts.add(result, entries)
            for one, vector in zip(result.questions, vectors, strict=True):
                if one.reason == Reason.SMALL_TALK:
                    continue
                file.write(vector.astype(np.float16).tobytes())
                self._asked.append(grouping.Asked(one.text, one.first, one.confidence, one.score))
                self._who.append(asked.who or self._place(asked))
                self._firsts.append(places[one.entry_id] if one.entry_id else -1)
                near = [*one.near, *[("", 0.0)] * NEAREST][:NEAREST]
                self._near.extend(places.get(entry_id, -1) for entry_id, _ in near)
                self._shares.extend(share for _, share in near)
        file.flush()

    def _place(self, asked: Asked) -> str:
        return f"{asked.sheet} row {asked.number}" if self.several_sheets else f"row {asked.number}"

    def _numbered(self, vectors: Halves) -> list[int]:
        """The group of each question, from 1, in order of first appearance."""
        model = grouping.model(self.answerer.settings.encoder_place)
        return [number + 1 for number in grouping.group(vectors, self._asked, model)]

    def _grouped(self, vectors: Halves, members: Sequence[int], least: int) -> list[Group]:
        """The groups of these questions with at least so many, the most asked first."""
        by_group: dict[int, list[int]] = {}
        for member in members:
            by_group.setdefault(self.groups[member], []).append(member)
        large = [(n, of) for n, of in by_group.items() if len(of) >= least]
        large.sort(key=lambda one: -len(one[1]))  # stable: then the first asked
        return [self._group(vectors, number, of) for number, of in large]

    def _group(self, vectors: Halves, number: int, members: Sequence[int]) -> Group:
        looked_at = vectors[members[:CENTRAL]].astype(np.float32)
        central = members[int((looked_at @ looked_at.mean(0)).argmax())]
        answers = Counter(self._firsts[one] for one in members if self._firsts[one] >= 0)
        near = range(central * NEAREST, (central + 1) * NEAREST)
        entry = None
        if 2 * answers.total() >= len(members):
            ((first, _),) = answers.most_common(1)
            entry = self.answerer.faq.entries[first]
        return Group(
            number=number,
            question=self._asked[central].text,
            asked=len(members),
            who=tuple(Counter(self._who[one] for one in members).most_common()),
            entry=entry,
            near=tuple(
                (self.answerer.faq.entries[self._near[n]], self._shares[n])
                for n in near
                if self._near[n] >= 0 and self._shares[n] >= PLAUSIBLE
            ),
        )


def told(answered: AnsweredList) -> list[str]:
    """Where the answers come from and how good they are, a sentence each."""
    answerer = answered.answerer
    stated = answerer.stated
    measured = stated.measured
    return [
        f"Answered on {date.today():%d %B %Y} from version {answerer.version} of "
        f"'{answerer.settings.title}'.",
        measured.in_words()
        if measured
        else "How often its answers are right has not been measured.",
        f"An answer is given where the confidence is at least {stated.threshold:.0%}.",
    ]


def who_asked(who: Sequence[tuple[str, int]], most: int = 20) -> str:
    """Who asked, as a cell shows it: names in the order of how often, and how many more."""
    names = [name if count == 1 else f"{name} ({count})" for name, count in who[:most]]
    more = len(who) - most
    return "; ".join([*names, *([f"and {more:,} more"] if more > 0 else [])])


def nearest(found: Group) -> str:
    """The entries nearest to a group, a line each."""
    return "\n".join(
        f"{entry.id}: {' '.join(entry.question.split())} ({share:.0%})"
        for entry, share in found.near
    )


def whole(number: int) -> Number:
    """A whole number as a cell."""
    return Number(str(number), number, WHOLE)


def _share(confidence: float) -> Number:
    return Number(f"{confidence:.4g}", confidence, PERCENT)


def _together(cells: Sequence[Cell]) -> str:
    """What several questions of a row got, numbered; once where they all got the same outcome."""
    texts = [
        f"{one.value:.0%}" if isinstance(one, Number) and one.format == PERCENT else text_of(one)
        for one in cells
    ]
    if len(set(texts)) == 1 and texts[0] in (*Outcome, ""):
        return texts[0]
    return "\n".join(f"{n}. {text or '–'}" for n, text in enumerate(texts, start=1))
