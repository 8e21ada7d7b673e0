"""Answers that an officer filled in, proposed as new entries and phrasings of one FAQ."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError

from chatbot import documents, faq
from chatbot.encoder import Encoder
from chatbot.errors import AdoptionError, MessageError
from chatbot.faq import BARE_ANSWERS, PHRASINGS_FILE, Entry, Faq, Phrasing, Source, fold
from chatbot.filled import Filled
from chatbot.privacy import Finder
from chatbot.proposal import Files, Proposal, Target, phrasing_lines
from chatbot.text import clean, normalise
from chatbot.trial import Current

ADOPTED = "adopted"  # the source of adopted phrasings
GUESSED_BY = 3  # nearest entries whose sections a new entry's is guessed from
_BLOCK = 512
NEAR = 0.85  # cosine from which an unanswerable phrasing may ask what a new entry answers


def propose(
    groups: Sequence[Filled], current: Current, as_of: str | None, relabelled: Collection[int] = ()
) -> tuple[Proposal, list[str]]:
    """What adopting `groups` needs, and unanswerable phrasings near to their questions, in words.

    `as_of` (YYYY-MM) is the month new answers speak for, this one where None; `relabelled` are
    lines of unanswerable phrasings that become phrasings of the answer they are nearest to.
    """
    content, files = current.content, current.files
    try:
        month = as_of or f"{datetime.now(UTC):%Y-%m}"
        source = Source(document=faq.document_name(content.entries), as_of=month)
    except ValidationError:
        raise AdoptionError(f"'{as_of}' is no month; write it as YYYY-MM") from None
    finder = current.answerer.personal
    adopter = Adopter(content, files, finder, current.nearest, source, relabelled)
    for group in groups:
        adopter.add(group)
    found = unanswered(content, files, adopter.proposal, current.encoder)
    relabel(adopter.proposal, found, relabelled)
    near = [one for one in found.values() if one.score >= NEAR and one.line not in relabelled]
    near.sort(key=lambda one: -one.score)
    return adopter.proposal, [one.in_words() for one in near]


def as_written(answer: str) -> str:
    """An answer as typed in a cell: a new line is a paragraph, other space is single."""
    lines = map(_visible, re.split(r"[\r\n\v\f\x85\u2028\u2029]+", answer))
    return "\n\n".join(filter(None, map(documents.tidy, lines)))


def _visible(text: str) -> str:
    """Text without control characters, which no cell shows and a terminal would obey."""
    return "".join(one for one in text if one.isspace() or unicodedata.category(one) != "Cc")


class Adopter:
    """Proposes entries and phrasings for one FAQ.

    `nearest` gives the entries near to a question, nearest first; `finder` finds personal data;
    `relabelled` are lines of unanswerable phrasings that a new answer may take over.
    """

    def __init__(
        self,
        content: Faq,
        files: Files,
        finder: Finder,
        nearest: Callable[[str], Sequence[Entry]],
        source: Source,
        relabelled: Collection[int] = (),
    ) -> None:
        self._finder, self._nearest, self._relabelled = finder, nearest, relabelled
        self._prefix = faq.id_prefix(content.entries)
        self._source = source
        self._known = _Known(content.entries)
        self._noted: set[str] = set()
        numbers = " ".join(self._known.by_number)
        self._number = max(map(int, re.findall(r"\d+", numbers)), default=0) + 1
        self._asked: dict[str, tuple[int, tuple[str, ...]]] = {}
        for line, one in zip(phrasing_lines(files), content.phrasings, strict=True):
            if not one.after:
                self._asked.setdefault(fold(one.text), (line, one.of))
        self.proposal = Proposal()

    def add(self, group: Filled) -> None:
        """Propose what `group` needs, or say why it is left out."""
        try:
            question = self._clean(group, group.question)
            answer = as_written(group.answer)
            entry = self._referred(answer) or self._same_answer(question, answer)
            new = entry is None
            if entry is None:
                entry = self._entry(question, answer, group.section)
            owners = self._known.by_question.get(fold(question), [])
            if owners and not any(_one_answer(entry, one) for one in owners):
                raise AdoptionError(
                    f"its question is already that of {owners[0].id}, with another answer"
                )
            if new:
                self._refuse_known(entry)
        except (AdoptionError, MessageError) as error:
            self.proposal.left_out.append(f"{group.where}: {error}")
            return
        if new:
            self._note_new(group, entry)
        elif entry.source is self._source:  # new in this file
            self.proposal.notes.append(
                f"{group.where}: the answer of {entry.id}, so its questions become phrasings of it"
            )
        phrasings = tuple(self._phrasings(group, question, entry))
        guessed = new and not group.section.strip()
        self.proposal.targets.append(Target(group.where, entry, new, guessed, phrasings))

    def _note_new(self, group: Filled, entry: Entry) -> None:
        if fold(entry.section) not in self._known.sections:
            self.proposal.notes.append(f"{group.where}: '{entry.section}' is a new section")
        kinds = sorted({one.kind for one in self._finder.find(entry.answer)})
        if kinds:
            self.proposal.notes.append(
                f"{group.where}: the answer may hold personal data ({', '.join(kinds)}); "
                "it is taken as typed"
            )
        self._known.add(entry)
        self._number += 1

    def _clean(self, group: Filled, text: str) -> str:
        """A question as it can be kept, personal data masked."""
        cleaned = clean(text)
        if not fold(cleaned):
            raise AdoptionError("its question has no words")
        masked = self._finder.mask(cleaned)
        if masked != cleaned:
            note = f"{group.where}: personal data masked, look whether it reads well: {masked}"
            if note not in self._noted:
                self._noted.add(note)
                self.proposal.notes.append(note)
        return masked

    def _referred(self, answer: str) -> Entry | None:
        """The entry whose id or number was written instead of an answer."""
        given = answer.casefold()
        if given in self._known.by_id:
            return self._known.by_id[given]
        number = re.fullmatch(r"(?:no\.?|number|#)?\s*(\d+[a-z]?)\.?", given)
        if number is None:
            if re.fullmatch(rf"{re.escape(self._prefix)}-\d+[a-z]?", given):
                raise AdoptionError(f"no entry has the id '{given}'")
            return None
        numbered = self._known.by_number.get(number[1], [])
        if not numbered:
            raise AdoptionError(f"no entry is numbered {number[1]}, and an answer needs words")
        if len(numbered) > 1:
            names = " and ".join(one.id for one in numbered)
            raise AdoptionError(f"{number[1]} is the number of {names}; write the id")
        return numbered[0]

    def _same_answer(self, question: str, answer: str) -> Entry | None:
        """The entry that gives this answer already; of several the one nearest to the question."""
        if not (key := fold(answer)):
            raise AdoptionError("its answer has no words")
        if key in BARE_ANSWERS:
            return None
        same = self._known.by_answer.get(key, [])
        if len(same) > 1:
            same = [one for one in self._nearest(question) if one in same] or same
        return same[0] if same else None

    def _entry(self, question: str, answer: str, section: str) -> Entry:
        return Entry(
            id=f"{self._prefix}-{self._number}",
            number=str(self._number),
            section=self._section(question, section),
            question=question,
            questions=documents.separate(question),
            answer=answer,
            links=documents.lost_links(answer),
            source=self._source,
        )

    def _section(self, question: str, asked_for: str) -> str:
        """The section asked for, as the FAQ writes it, or that of most of the nearest entries."""
        if asked := " ".join(_visible(asked_for).split()).rstrip(": "):
            return self._known.sections.get(fold(asked), asked)
        near = [one.section for one in self._nearest(question)[:GUESSED_BY]]
        if not near:
            return next(reversed(self._known.sections.values()))
        return Counter(near).most_common(1)[0][0]  # of equals the nearest

    def _phrasings(self, group: Filled, question: str, entry: Entry) -> Iterator[Phrasing]:
        """The questions of a group that are not yet known to ask for `entry`."""
        for text in (question, *group.asked):
            try:
                text = self._clean(group, text)
            except (AdoptionError, MessageError):
                continue  # nothing to be asked, or too long to be asked again
            key = fold(text)
            owners = self._known.by_question.get(key, [])
            line, of = self._asked.get(key, (-1, ()))
            if owners:
                if not any(_one_answer(entry, one) for one in owners):
                    self.proposal.notes.append(
                        f"{group.where}: left out, the stored question of {owners[0].id}: {text}"
                    )
            elif line < 0:
                self._asked[key] = (0, (entry.id,))
                yield Phrasing(text=text, of=(entry.id,), source=ADOPTED)
            elif line not in self._relabelled and not any(
                _one_answer(entry, self._known.by_id[one]) for one in of
            ):
                self.proposal.notes.append(f"{group.where}: left out, {_known(line, of)}: {text}")

    def _refuse_known(self, entry: Entry) -> None:
        """Refuse a new entry whose question is known to ask for something else, or for nothing."""
        for question in (entry.question, *entry.questions):
            line, of = self._asked.get(fold(question), (-1, ()))
            if line >= 0 and line not in self._relabelled:
                raise AdoptionError(f"its question is {_known(line, of)}")


class _Known:
    """Entries by what may be typed for them; texts are folded."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.by_id: dict[str, Entry] = {}
        self.by_number: dict[str, list[Entry]] = defaultdict(list)
        self.by_answer: dict[str, list[Entry]] = defaultdict(list)
        self.by_question: dict[str, list[Entry]] = defaultdict(list)
        self.sections: dict[str, str] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Know one more."""
        self.by_id[entry.id] = entry
        for number in (entry.number, *entry.also_numbered):
            self.by_number[number].append(entry)
        self.by_answer[fold(entry.answer)].append(entry)
        for question in dict.fromkeys((entry.question, *entry.questions)):
            self.by_question[fold(question)].append(entry)
        self.sections.setdefault(fold(entry.section), entry.section)


def _one_answer(one: Entry, other: Entry) -> bool:
    answer = fold(one.answer)
    return one.id == other.id or (answer == fold(other.answer) and answer not in BARE_ANSWERS)


def _known(line: int, of: Sequence[str]) -> str:
    """What is known of a question already."""
    place = f"{PHRASINGS_FILE}:{line}" if line else "this file"
    if of:
        return f"a phrasing of {', '.join(of)} in {place}"
    return f"one that no entry answers in {place}; --relabel {line} makes it one of this answer"


@dataclass(frozen=True)
class Unanswered:
    """A phrasing that no entry answers, near to the questions of a group."""

    line: int  # of phrasings.jsonl
    phrasing: Phrasing
    entry_id: str
    score: float  # cosine to the nearest of the group's questions

    def in_words(self) -> str:
        """A line for people."""
        text = " ".join(self.phrasing.text.split())
        return f"{PHRASINGS_FILE}:{self.line}: {self.score:.2f} to {self.entry_id}: {text}"


def unanswered(
    content: Faq, files: Files, proposal: Proposal, encoder: Encoder
) -> dict[int, Unanswered]:
    """The unanswerable phrasings by line, each with the answer of `proposal` nearest to it."""
    asked = [
        (text, target.entry.id)
        for target in proposal.targets
        for text in (
            target.entry.question,
            *target.entry.questions,
            *(one.text for one in target.phrasings),
        )
    ]
    lines = zip(phrasing_lines(files), content.phrasings, strict=True)
    none = [(line, one) for line, one in lines if not one.of and not one.after]
    if not asked or not none:
        return {}
    ours = encoder.encode([normalise(text) for text, _ in asked])
    theirs = encoder.encode([normalise(one.text) for _, one in none])
    found = {}
    for start in range(0, len(none), _BLOCK):
        scores = theirs[start : start + _BLOCK] @ ours.T
        for (line, one), row in zip(none[start : start + _BLOCK], scores, strict=True):
            best = int(row.argmax())
            found[line] = Unanswered(line, one, asked[best][1], float(row[best]))
    return found


def relabel(proposal: Proposal, found: dict[int, Unanswered], lines: Collection[int]) -> None:
    """Make the unanswerable phrasings on `lines` ones of the answers they are nearest to."""
    for line in lines:
        if line not in found:
            raise AdoptionError(f"{PHRASINGS_FILE}:{line}: is no phrasing that no entry answers")
        one = found[line]
        proposal.relabelled[line] = one.phrasing.model_copy(update={"of": (one.entry_id,)})
