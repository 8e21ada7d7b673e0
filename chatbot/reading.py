"""A message read: its separate questions, each with what it needs of what came before.

Whether a segment of the message is a question of its own, and whether a question can be understood
alone, are two small logistic models over what the index makes of the texts alone and together.
Their weights, in reading.json, are fitted by `scripts/fit_reading.py`; the figures know nothing of
any FAQ.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from chatbot.asking import asks, begins_asking
from chatbot.confidence import Logistic
from chatbot.errors import MessageError
from chatbot.faq import BARE_ANSWERS, Faq, fold
from chatbot.lookup import Judged, Lookup
from chatbot.message import Message
from chatbot.ranking import Floats
from chatbot.segmenting import Segment
from chatbot.text import MAX_CHARACTERS, clean
from chatbot.topics import stems

FILE = Path(__file__).with_name("reading.json")
FULL = 10  # words from which a text counts as long
NONE = -3.0  # log odds of a segment that is not there
BESIDES = 11  # figures of a segment beside the one before it
SURE = 0.5  # of an answer that two questions share, to be given once
BESIDE = 0.9  # of the answer to a part of a question, for that part to be asked as well
REPEATED = 0.5
VERBATIM = 0.97
WHOLE = 5  # words from which a question that points to nothing stands alone
TURNS = 2  # earlier turns that a question may lean on
_LEANING = re.compile(
    r"^(?:so |ok |okay |right |no |but )*"
    r"(?:and|or|but|what about|how about|same|even|also|i mean|not)\b"
)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|that|thats|this|these|those|there|then|he|him|his|she|her"
    r"|hers|one|ones|same|such|either|both|neither|too|instead)\b"
)

_CONDITION = re.compile(r"if (?:not|so)\b", re.IGNORECASE)
_COORDINATED = re.compile(r"[,;/?&]|\band\b|\bor\b", re.IGNORECASE)
_SUBORDINATE = re.compile(
    r"^(?:if|when|with|without|by|then|say|now|even|although|though|because|since|as|so|that|after"
    r"|before|once|where|while|one|i|im|ive|we|weve|were|she|he|they|it|my|our)\b"
)
_BARE = re.compile(r"^(?:and |but |so |ok )*(?:who|when|where|why|how|how come|since when)$")


class Reading(BaseModel):
    """The two models: that a segment begins a question, and that a question stands alone."""

    begins: Logistic
    alone: Logistic


class Turn(BaseModel):
    """An earlier message of the conversation, and the entry it was answered with, if any."""

    model_config = ConfigDict(extra="forbid")

    message: str = Field(max_length=MAX_CHARACTERS)
    entry_id: str | None = None


@cache
def models() -> Reading:
    """The fitted models."""
    return Reading.model_validate_json(FILE.read_bytes())


def turns(messages: Iterable[str]) -> list[Turn]:
    """The turns of earlier messages; what holds no text is left out."""
    found = []
    for message in messages:
        try:
            found.append(Turn(message=clean(message[:MAX_CHARACTERS])))
        except MessageError:
            continue
    return found


class Reader:
    """Reads messages by what one index makes of their parts."""

    def __init__(self, lookup: Lookup, faq: Faq) -> None:
        self._lookup = lookup
        self._faq = faq

    def read(self, message: Message, whole: Judged, history: Sequence[Turn] = ()) -> list[Judged]:
        """The questions of a message, judged, in order; at least one.

        `whole` is what the index makes of it as one question.
        `history` holds the turns before it, oldest first.
        """
        before = self._before(history)
        groups = [] if stored(whole) else self._groups(message)
        if len(groups) < 2:
            return [self._resolved(whole, before)]
        read: list[Judged] = []
        for text, background in groups:
            (alone,) = self._lookup.judge([text])
            # Within one message a word that points to nothing begins something new.
            context = background or (before if leans(text) or begins_asking(text) else "")
            judged = self._resolved(alone, context)
            if read and _same(read[-1], judged):
                both = max(read[-1], judged, key=lambda one: one.confidence)
                judged = replace(both, question=f"{read.pop().question} {text}")
            read.append(judged)
            before = text
        return read

    def also_asked(self, judged: Judged) -> list[Judged]:
        """The things named beside the one that a bare yes or no answers.

        "Will they visit, train and run surgeries?" must not get the yes to one of them.
        """
        if fold(self._faq.entries[judged.first].answer) not in BARE_ANSWERS:
            return []
        if judged.read_as != judged.question:  # what it leans on has been answered
            return []
        pieces = [piece.strip() for piece in _COORDINATED.split(judged.question)]
        pieces = [one for one in pieces if stems(one) and not _SUBORDINATE.match(_plain(one))]
        if len(pieces) < 2:
            return []
        named = [one for one in self._lookup.judge(pieces) if one.talk is None]
        if len(named) < 2:
            return []
        others = [one for one in named if one.confidence >= BESIDE and one.first != judged.first]
        return list({one.first: one for one in others}.values())

    def _before(self, history: Sequence[Turn]) -> str:
        """What a message may lean on: the last turn, with what that one leaned on."""
        text = ""
        for turn in history[-TURNS:]:
            try:
                (alone,) = self._lookup.judge([clean(turn.message)])
            except MessageError:
                continue
            entry = self._faq.by_id.get(turn.entry_id or "")
            if entry is not None and self._faq.entries[alone.first] != entry:
                text = entry.question  # what was chosen tells more than what was typed
            elif alone.ranking is not None:
                text = self._resolved(alone, text).read_as
        return text

    def _resolved(self, alone: Judged, before: str) -> Judged:
        """The question as it is to be understood: alone, or after what came before."""
        if not before or alone.ranking is None or stored(alone):
            return alone
        if alone.words >= WHOLE and not leans(alone.question):
            return alone
        joined = self._lookup.judge_after(before, alone)
        if (
            _BARE.match(_plain(alone.question))
            and joined.first == self._lookup.judge([before])[0].first
        ):
            # "Why?" is not answered by the same answer again.
            return replace(joined, confidence=joined.confidence * REPEATED)
        return alone if models().alone(alone_figures(alone, joined)) >= 0.5 else joined

    def _groups(self, message: Message) -> list[tuple[str, str]]:
        """The questions of a message, each with the background before it."""
        segments = message.segments
        if len(segments) < 2:
            return []
        groups: list[tuple[str, str]] = []
        passed = ""  # what turned out to ask nothing
        for segment, figures in zip(segments, segment_figures(segments, self._lookup), strict=True):
            begins = models().begins(figures) >= 0.5 and not _CONDITION.match(segment.text)
            if begins:
                background = f"{passed} {segment.background}".strip()
                groups.append((segment.text, background))
                passed = ""
            elif groups:  # "if not, who does" asks on
                text, background = groups[-1]
                groups[-1] = (f"{text} {segment.text}", background)
            else:
                passed = f"{passed} {segment.background} {segment.text}".strip()
        return groups


def _same(one: Judged, other: Judged) -> bool:
    """Whether two questions surely have the same answer, which is then given once."""
    return one.first == other.first and min(one.confidence, other.confidence) >= SURE


def segment_figures(segments: Sequence[Segment], lookup: Lookup) -> list[Floats]:
    """What tells of each segment of a message whether it begins a question of its own.

    The words tell a part of it, the index another: how sure it is of the segment, of the one
    before, and of both in one.
    """
    if not segments:
        return []
    texts = [one.text for one in segments]
    judged = lookup.judge(_with_pairs(texts))
    single, joint = judged[: len(texts)], judged[len(texts) :]
    odds = [_log_odds(one.probability) for one in segments]
    whole = sum(one.probability for one in segments)
    rows = []
    for n, here in enumerate(single):
        words = [
            odds[n],
            odds[n - 1] if n else NONE,
            odds[n + 1] if n + 1 < len(odds) else NONE,
            whole - segments[n].probability,
            n == 0,
            min(here.words, FULL) / FULL,
            here.confidence,
            _nearest(here),
            bool(segments[n].background),
            asks(texts[n]),
            stored(here),
        ]
        beside = [0.0] * BESIDES
        if n:
            one, both = single[n - 1], joint[n - 1]
            beside = [
                one.confidence,
                both.confidence,
                max(one.confidence, here.confidence) - both.confidence,
                one.first == here.first,
                min(one.confidence, here.confidence) * (one.first != here.first),
                float(one.vector @ here.vector),
                _nearest(one),
                _nearest(both),
                min(one.words, FULL) / FULL,
                asks(texts[n - 1]),
                stored(here) and one.first != here.first,
            ]
        rows.append(np.array([*words, *beside], np.float64))
    return rows


def parts_of(message: Message) -> list[str]:
    """The texts that are looked up to take a message apart."""
    segments = message.segments
    return _with_pairs([one.text for one in segments]) if len(segments) > 1 else []


def _with_pairs(texts: Sequence[str]) -> list[str]:
    """The texts, and then each with the next."""
    return [*texts, *(f"{one} {other}" for one, other in pairwise(texts))]


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def alone_figures(alone: Judged, joined: Judged) -> Floats:
    """What tells whether a question can be understood without what came before."""
    small = _plain(alone.question)
    return np.array(
        [
            alone.confidence,
            joined.confidence,
            alone.confidence * joined.confidence,
            alone.first == joined.first,
            _nearest(alone),
            min(alone.words, FULL) / FULL,
            bool(_LEANING.match(small)),
            bool(_POINTING.search(small)),
        ],
        np.float64,
    )


def leans(text: str) -> bool:
    """Whether a word of the text points to what came before it."""
    return bool(_LEANING.match(_plain(text)) or _POINTING.search(_plain(text)))


def _plain(text: str) -> str:
    return re.sub(r"[^\w\s]", "", text.casefold())


def stored(judged: Judged) -> bool:
    """Whether a message is all but a text of the index, which is never split."""
    return judged.confidence >= SURE and _nearest(judged) >= VERBATIM


def _nearest(judged: Judged) -> float:
    return judged.ranking.nearest if judged.ranking else 0.0
