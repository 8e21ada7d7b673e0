"""Questions that ask the same thing, put into groups.

Whether two questions ask the same is a small logistic model over how near their vectors are and
what the index makes of each. Groups grow by average linkage: the two whose pairs have the highest
mean log odds become one, while that is at least the fitted `least`. Every figure of a pair is a sum
or an inner product of figures of its two questions, so the mean over the pairs of two groups is had
from the groups' sums, and only neighbours are compared. The weights are fitted by
`scripts/train_grouping.py`, for each kind of vectors its own.
"""

import heapq
import math
from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from chatbot import nearest
from chatbot.confidence import Logistic
from chatbot.encoder import Vectors
from chatbot.lookup import Judged
from chatbot.processors import available
from chatbot.ranking import Floats
from chatbot.text import normalise

FILE = Path(__file__).with_name("grouping.json")  # for an encoder that brings none
NEIGHBOURS = 16  # that a question is compared with
EXACT = 20_000  # questions up to which the nearest are found by exact search
SEARCHED = 4_096  # questions whose neighbours are looked up together
CELLS = 0.02  # of the cells of a longer list, the share that is searched
FEWEST_CELLS = 24
CODE = 256  # dimensions that tell entries apart
SLACK = 3.0  # log odds below `least` at which two groups may still come together later


Halves = npt.NDArray[np.float16]
Places = npt.NDArray[np.int32]


class Asked(NamedTuple):
    """What grouping needs to know of a question besides its vector."""

    text: str
    first: int  # position of the entry that came first, -1 where none did
    confidence: float  # that it is right
    score: float  # of that entry, or of the unanswerable phrasings where these are nearer

    @classmethod
    def of(cls, judged: Judged) -> "Asked":
        """What is needed of a judged question."""
        ranking = judged.ranking
        score = max([*ranking.scores[:1], ranking.unanswerable]) if ranking else 0.0
        return cls(judged.question, judged.first, judged.confidence, score)


class Grouping(BaseModel):
    """The model of a pair, and the mean log odds from which two groups are one."""

    same: Logistic  # over `FIGURES`
    least: float


FIGURES = (
    "cosine",
    "first entry the same, by confidence",
    "product of confidences",
    "sum of confidences",
    "sum of scores",
)


@cache
def model(encoder: str | Path) -> Grouping:
    """The model fitted for the encoder in a folder or of a name."""
    own = Path(encoder) / FILE.name
    return Grouping.model_validate_json((own if own.is_file() else FILE).read_bytes())


def group(vectors: Vectors | Halves, asked: Sequence[Asked], model: Grouping) -> list[int]:
    """A group number for each question, counted from 0 in order of first appearance.

    `vectors[n]` is the unit vector of `asked[n]`, of a kind for which `model` was fitted. Texts
    that are equal once cleaned share a group; the order of the questions makes no difference to
    what shares one.
    """
    if not asked:
        return []
    rows, texts = _distinct(asked)
    # `vectors` may be a map of a file, which is read here in one go.
    groups = Groups(np.asarray(vectors[rows], np.float32), [asked[n] for n in rows], model).grown()
    numbers: dict[int, int] = {}
    return [numbers.setdefault(groups[text], len(numbers)) for text in texts]


def _distinct(asked: Sequence[Asked]) -> tuple[list[int], list[int]]:
    """The first question of each text, and for each question the number of its text.

    The texts are in an order of their own, so that ties break alike however the list is sorted.
    """
    keys = [normalise(one.text) for one in asked]
    first = {key: n for n, key in reversed(list(enumerate(keys)))}
    number = {text: n for n, text in enumerate(sorted(first))}
    return [first[text] for text in number], [number[key] for key in keys]


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
            first.score + second.score,
        ]
    )


class Groups:
    """Groups that grow from single questions; each is named by the least of its places."""

    def __init__(self, vectors: Vectors, asked: Sequence[Asked], model: Grouping) -> None:
        self._least = model.least
        cosine, entry, product, confidence, score = model.same.weights
        self._bias = model.same.bias
        sure = np.array([one.confidence for one in asked], np.float32)
        codes = _codes([one.first for one in asked])
        codes *= np.sqrt(sure)[:, None]
        # Of each group: the sums of its questions' figures, and how many they are. The first ones
        # count by their products with those of another group, the last one by itself.
        self._sums = np.concatenate([vectors, codes, sure[:, None]], axis=1, dtype=np.float32)
        self._vectors = self._sums[:, : vectors.shape[1]]
        widths = [vectors.shape[1], codes.shape[1], 1]
        self._weights = np.repeat(np.array([cosine, entry, product], np.float32), widths)
        self._own = confidence * sure + score * np.array([one.score for one in asked])
        self._size = np.ones(len(asked))
        self._version = [0] * len(asked)
        self._group = np.arange(len(asked), dtype=np.int32)
        # Neighbours of single questions, in one array since sets would take more memory than all
        # else, and of groups. Those that have become part of a group stay until they are looked at.
        self._starts, self._others = np.zeros(len(asked) + 1, np.intp), np.empty(0, np.int32)
        self._near: dict[int, Places] = {}

    def grown(self) -> list[int]:
        """The group of each question."""
        self._starts, self._others = self._neighbours()
        # The best neighbour of each group. What has become stale is looked up again when its turn
        # comes: a group that grew since has a line of its own, which ranks no lower.
        waiting = [best for one in range(len(self._group)) if (best := self._best(one))]
        heapq.heapify(waiting)
        while waiting:
            _, one, other, version, its = waiting[0]
            if self._version[one] != version:
                heapq.heappop(waiting)
                continue
            if self._version[other] == its:
                one, other = min(one, other), max(one, other)
                self.join(one, other)
            if best := self._best(one):
                heapq.heapreplace(waiting, best)
            else:
                heapq.heappop(waiting)
        found: list[int] = self._roots(np.arange(len(self._group), dtype=np.int32)).tolist()
        return found

    def _neighbours(self) -> tuple[npt.NDArray[np.intp], Places]:
        """Neighbours that may come together: those of a question begin at its place in the first.

        Each is a neighbour of its neighbours.
        """
        ones, others = array("i"), array("i")
        for one, near in enumerate(nearest_of(self._vectors)):
            likely = np.flatnonzero(self.log_odds(one, near) >= self._least - SLACK)
            ones.extend([one] * len(likely))
            others.extend(near[place] for place in likely)
        both = np.concatenate([ones, others], dtype=np.int32)
        order = np.argsort(both, kind="stable")
        starts = np.searchsorted(both[order], np.arange(len(self._group) + 1))
        return starts, np.concatenate([others, ones], dtype=np.int32)[order]

    def _best(self, one: int) -> tuple[float, int, int, int, int] | None:
        """The neighbour to join `one` with, if any, as a line of the heap.

        Those that have grown too unlike are forgotten.
        """
        others = np.unique(self._roots(self._near_to(one)))
        others = others[others != one]
        if not len(others):
            return None
        odds = self.log_odds(one, others)
        if one in self._near:
            self._near[one] = others[odds >= self._least - SLACK]
        best = int(odds.argmax())
        if odds[best] < self._least:
            return None
        other = int(others[best])
        return -float(odds[best]), one, other, self._version[one], self._version[other]

    def log_odds(self, one: int, others: Sequence[int] | Places) -> Floats:
        """The mean log odds of the pairs between a group and others."""
        sizes = self._size[others] * self._size[one]
        products = self._sums[others] @ (self._weights * self._sums[one])
        own = self._own[one] / self._size[one] + self._own[others] / self._size[others]
        odds: Floats = products / sizes + own + self._bias
        return odds

    def join(self, one: int, other: int) -> None:
        """Make `other` part of `one`."""
        for sums in (self._sums, self._own, self._size):
            sums[one] += sums[other]
        self._group[other] = one
        self._version[one] += 1
        self._version[other] = -1
        self._near[one] = np.concatenate([self._near_to(one), self._near_to(other)])
        self._near.pop(other, None)

    def _near_to(self, one: int) -> Places:
        near = self._near.get(one)
        return self._others[self._starts[one] : self._starts[one + 1]] if near is None else near

    def _roots(self, places: Places) -> Places:
        """The groups that questions have become part of."""
        found: Places = self._group[places]
        while (further := self._group[found]).tolist() != found.tolist():
            found = further
        self._group[places] = found
        return found


def nearest_of(vectors: Vectors) -> Iterator[list[int]]:
    """The places of the nearest vectors of each, itself left out."""
    index = _index(vectors)
    many = min(NEIGHBOURS + 1, len(vectors))
    faiss.omp_set_num_threads(available())
    for start in range(0, len(vectors), SEARCHED):
        _, found = index.search(vectors[start : start + SEARCHED], many)
        for one, others in enumerate(found.tolist(), start=start):
            # Where a cell holds too few, there is -1.
            yield [other for other in others if other not in (one, -1)]


def _codes(firsts: Sequence[int]) -> Vectors:
    """A unit vector for each question by its first entry, nothing where there is none.

    Those of different entries are at right angles, or nearly so where there are too many entries.
    """
    known = sorted(set(firsts) - {-1})
    if len(known) <= CODE:
        codes = np.eye(len(known), dtype=np.float32)
    else:
        signs = np.random.default_rng(0).choice([-1, 1], (len(known), CODE))
        codes = (signs / math.sqrt(CODE)).astype(np.float32)
    place = {entry: n for n, entry in enumerate(known)}
    rows = [place.get(first, len(known)) for first in firsts]
    none = np.zeros((1, codes.shape[1]), np.float32)
    found: Vectors = np.concatenate([codes, none])[rows]
    return found


def _index(vectors: Vectors) -> faiss.Index:
    if len(vectors) <= EXACT:
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors))
        return flat
    index = nearest.cells(vectors)
    index.nprobe = max(FEWEST_CELLS, round(CELLS * index.nlist))
    return index
