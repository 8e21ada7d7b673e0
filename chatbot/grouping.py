"""Questions that ask the same thing, put into groups.

Whether two questions ask the same is a small logistic model over how near their vectors are and what
the index makes of each. Groups grow by average linkage: the two whose pairs have the highest mean
log odds become one, while that is at least the fitted `least`. Every figure of a pair is a sum or an
inner product of figures of its two questions, so the mean over all pairs of two groups follows from
the groups' sums, and only neighbours are ever compared. The weights, in grouping.json, are fitted by
`scripts/fit_grouping.py`.
"""

import heapq
import math
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from chatbot.confidence import Logistic
from chatbot.encoder import Vectors
from chatbot.lookup import Judged
from chatbot.ranking import Floats
from chatbot.text import normalise

FILE = Path(__file__).with_name("grouping.json")
NEIGHBOURS = 24  # that a question is compared with
EXACT = 20_000  # questions up to which the nearest are found by exact search
CELLS = 0.02  # of the cells of a longer list, the share that is searched
FEWEST_CELLS = 24
SLACK = 3.0  # log odds below `least` at which two groups may still come together later

Numbers = npt.NDArray[np.int64]


class Asked(NamedTuple):
    """What grouping needs to know of a question besides its vector."""

    text: str
    first: int  # position of the entry that came first, -1 where none did
    confidence: float  # that it is right
    nearest: float  # similarity of the nearest row of the index

    @classmethod
    def of(cls, judged: Judged) -> "Asked":
        """The same of a judged question."""
        nearest = judged.ranking.nearest if judged.ranking else 0.0
        return cls(judged.question, judged.first, judged.confidence, nearest)


class Grouping(BaseModel):
    """The model of a pair, and the mean log odds from which two groups are one."""

    same: Logistic  # over `FIGURES`
    least: float


FIGURES = (
    "cosine",
    "first entry the same, by confidence",
    "product of confidences",
    "sum of confidences",
    "sum of similarities to the nearest row",
)


@cache
def model() -> Grouping:
    """The fitted model."""
    return Grouping.model_validate_json(FILE.read_bytes())


def group(vectors: Vectors, asked: Sequence[Asked]) -> list[int]:
    """A group number for each question, counted from 0 in order of first appearance.

    `vectors[n]` is the unit vector of `asked[n]`, in float32 or float16. Texts that are equal once
    cleaned share a group; the order of the questions makes no difference to what shares one.
    """
    if not asked:
        return []
    keys = [normalise(one.text) for one in asked]
    place = {key: n for n, key in reversed(list(enumerate(keys)))}  # of each text, the first
    # In an order of their own, so that ties break alike however the list is sorted.
    texts = sorted(place)
    rows = [place[text] for text in texts]
    # Not vectors[rows]: it may be a map of a file, read here in one go.
    groups = Groups(np.asarray(vectors[rows], np.float32), [asked[n] for n in rows], model())
    group_of = dict(zip(texts, groups.grown(), strict=True))
    numbers: dict[int, int] = {}
    return [numbers.setdefault(group_of[key], len(numbers)) for key in keys]


def figures(first: Asked, second: Asked, cosine: float) -> Floats:
    """What tells whether two questions ask the same."""
    product = first.confidence * second.confidence
    same = first.first == second.first and first.first >= 0
    return np.array(
        [
            cosine,
            math.sqrt(product) if same else 0.0,
            product,
            first.confidence + second.confidence,
            first.nearest + second.nearest,
        ]
    )


class Groups:
    """Groups that grow from single questions; each is named by the least of its places."""

    def __init__(self, vectors: Vectors, asked: Sequence[Asked], model: Grouping) -> None:
        self._least = model.least
        self._cosine, self._entry, self._product, confidence, nearest = model.same.weights
        self._bias = model.same.bias
        # Of each group: the sums of its questions' figures, and how many they are.
        self._vectors = vectors
        self._size = np.ones(len(asked))
        self._sure = np.array([one.confidence for one in asked], float)
        self._own = confidence * self._sure + nearest * np.array([one.nearest for one in asked])
        self._entries = [
            {one.first: math.sqrt(one.confidence)} if one.first >= 0 else {} for one in asked
        ]
        self._version = [0] * len(asked)
        self._group = list(range(len(asked)))
        self._near: list[set[int]] = [set() for _ in asked]

    def grown(self) -> list[int]:
        """The group of each question."""
        waiting: list[tuple[float, int, int, int, int]] = []
        for one, others in enumerate(nearest(self._vectors)):
            self._near[one].update(others)
            for other in others:
                self._near[other].add(one)
        for one, others in enumerate(self._near):
            later = sorted(other for other in others if other > one)
            self._offer(one, later, waiting)
        heapq.heapify(waiting)
        while waiting:
            _, one, other, version, its = heapq.heappop(waiting)
            if (self._version[one], self._version[other]) == (version, its):
                self._join(one, other)
                fresh: list[tuple[float, int, int, int, int]] = []
                self._offer(one, sorted(self._near[one]), fresh)
                for candidate in fresh:
                    heapq.heappush(waiting, candidate)
        return [self._root(one) for one in range(len(self._group))]

    def _offer(
        self, one: int, others: list[int], waiting: list[tuple[float, int, int, int, int]]
    ) -> None:
        """Add what may be joined to `waiting`, and forget neighbours that are no such any more."""
        if not others:
            return
        for other, odds in zip(others, self._log_odds(one, others).tolist(), strict=True):
            if odds < self._least - SLACK:
                self._near[one].discard(other)
                self._near[other].discard(one)
            elif odds >= self._least:
                a, b = min(one, other), max(one, other)
                waiting.append((-odds, a, b, self._version[a], self._version[b]))

    def _log_odds(self, one: int, others: list[int]) -> Floats:
        """The mean log odds of the pairs between a group and others."""
        sizes = self._size[others]
        products = self._cosine * (self._vectors[others] @ self._vectors[one])
        products = products + self._product * self._sure[one] * self._sure[others]
        mine = self._entries[one]
        shared = [
            sum(mine[entry] * weight for entry, weight in self._entries[other].items() if entry in mine)
            for other in others
        ]
        products = products + self._entry * np.array(shared)
        own = self._own[one] / self._size[one] + self._own[others] / sizes
        odds: Floats = products / (self._size[one] * sizes) + own + self._bias
        return odds

    def _join(self, one: int, other: int) -> None:
        """Make `other` part of `one`."""
        for sums in (self._vectors, self._size, self._sure, self._own):
            sums[one] += sums[other]
        entries = self._entries[one]
        for entry, weight in self._entries[other].items():
            entries[entry] = entries.get(entry, 0.0) + weight
        self._group[other] = one
        self._version[one] += 1
        self._version[other] = -1
        for near in self._near[other]:
            self._near[near].discard(other)
            if near != one:
                self._near[near].add(one)
                self._near[one].add(near)
        self._near[one].discard(other)
        self._near[other], self._entries[other] = set(), {}

    def _root(self, one: int) -> int:
        while self._group[one] != one:
            self._group[one] = self._group[self._group[one]]
            one = self._group[one]
        return one


def nearest(vectors: Vectors) -> Iterator[list[int]]:
    """The places of the nearest vectors of each, itself left out."""
    index = _index(vectors)
    many = min(NEIGHBOURS + 1, len(vectors))
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    for start in range(0, len(vectors), EXACT):
        _, found = index.search(vectors[start : start + EXACT], many)
        for one, others in enumerate(found.tolist(), start=start):
            # Where a cell holds too few, there is -1.
            yield [other for other in others if other not in (one, -1)]


def _index(vectors: Vectors) -> faiss.Index:
    count, dimension = vectors.shape
    if count <= EXACT:
        index = faiss.IndexFlatIP(dimension)
    else:
        cells = 4 * math.isqrt(count)
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension),
            dimension,
            cells,
            faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT,
        )
        index.nprobe = max(FEWEST_CELLS, round(CELLS * cells))
        index.train(vectors[:: max(1, count // (40 * cells))])
    index.add(vectors)
    return index
