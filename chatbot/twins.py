"""Pairs of entries that people's questions hardly tell apart, for the officer who keeps the FAQ."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.encoder import Vectors
from chatbot.faq import Entry, Faq, fold
from chatbot.index import Index, rows_of
from chatbot.ranking import BEST

# A phrasing lies between two entries where the other is at most this much farther (in cosine).
BETWEEN = 0.1
FEWEST = 3  # phrasings between two entries that make them twins
_BLOCK = 512
_OPEN = re.compile(
    r"\b(?:to be|will be|is being|are being|being)\s+(?:\w+\s+)?"
    r"(?:agreed|confirmed|considered|decided|determined|looked at|reviewed)\b"
    r"(?! (?:periodically|regularly))"
)


@dataclass(frozen=True)
class Twins:
    """Two entries with different answers, and the phrasings that lie between them."""

    first: Entry
    second: Entry
    phrasings: tuple[str, ...]  # the most even ones first

    @property
    def verdicts(self) -> tuple[str, str] | None:
        """What each says (yes, no or open), where they do not say the same."""
        verdicts = (_verdict(self.first.answer), _verdict(self.second.answer))
        return verdicts if all(verdicts) and len(set(verdicts)) == 2 else None

    def in_words(self) -> str:
        """A line for people, with the phrasing that tells them apart least."""
        numbers = f"{self.first.number} and {self.second.number}"
        line = f"{numbers}: {len(self.phrasings)} phrasings between them, as “{self.phrasings[0]}”"
        if self.verdicts:
            line += f"; may contradict: {self.first.number} says {self.verdicts[0]}, "
            line += f"{self.second.number} says {self.verdicts[1]}"
        return line


def find(faq: Faq, index: Index) -> list[Twins]:
    """The near twins of an FAQ, those with the most phrasings between them first.

    `index` is the FAQ's own. Each phrasing is scored against the rows of every entry but itself.
    """
    rows = rows_of(faq)
    vectors = index.vectors()
    own = [
        np.array([n for n, row in enumerate(rows) if e in row.of]) for e in range(len(faq.entries))
    ]
    between: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    stored = len(rows) - len(faq.phrasings)
    asked = [n for n in range(stored, len(rows)) if rows[n].of]
    for start in range(0, len(asked), _BLOCK):
        block = asked[start : start + _BLOCK]
        near = vectors[block] @ vectors.T
        near[np.arange(len(block)), block] = -1.0  # itself
        scores = np.stack([_best(near[:, places]) for places in own], axis=1)
        for n, line in zip(block, scores, strict=True):
            for pair, gap in _pairs(faq, rows[n].of, line):
                between[pair].append((gap, n))
    twins = [
        Twins(faq.entries[a], faq.entries[b], tuple(rows[n].text for _, n in sorted(found)))
        for (a, b), found in between.items()
        if len(found) >= FEWEST
    ]
    return sorted(twins, key=lambda one: (-len(one.phrasings), one.first.id, one.second.id))


def _best(near: Vectors) -> Vectors:
    """The mean of each line's `BEST` highest similarities, or of as many as there are."""
    many = min(BEST, near.shape[1])
    best: Vectors = np.partition(near, -many, axis=1)[:, -many:].mean(1)
    return best


def _pairs(faq: Faq, of: Sequence[int], scores: Vectors) -> list[tuple[tuple[int, int], float]]:
    """The entries that a phrasing `of` some lies between, and how uneven it is."""
    answer = [faq.answer_of[entry.id] for entry in faq.entries]
    # Several entries are right: it lies between those.
    pairs = [((a, b), 0.0) for a in of for b in of if a < b and answer[a] != answer[b]]
    if pairs:
        return pairs
    mine = max(of, key=lambda entry: scores[entry])
    others = [n for n in range(len(scores)) if answer[n] not in {answer[one] for one in of}]
    if not others:
        return []
    other = max(others, key=lambda entry: scores[entry])
    gap = float(scores[mine] - scores[other])
    return [((min(mine, other), max(mine, other)), abs(gap))] if gap < BETWEEN else []


def _verdict(answer: str) -> str:
    """Whether an answer says yes, no, or leaves it open; empty where it says something else."""
    folded = fold(answer)
    first = folded.split(" ", 1)[0]
    if first in ("yes", "no"):
        return first
    return "open" if _OPEN.search(folded) else ""
