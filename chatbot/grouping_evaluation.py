"""Measure the grouping of a labelled list: pairs of questions put together, rightly or not.

Terms: of the pairs of questions in one group, *precision* is the share that asks the same thing; of
the pairs that ask the same thing, *recall* is the share in one group; *F1* is their harmonic mean.
The *adjusted Rand index* is the share of pairs treated rightly, set to 0 for what chance gives and
to 1 for no mistake (Hubert and Arabie 1985).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from chatbot.answering import Answerer
from chatbot.errors import DataError, MessageError
from chatbot.evaluation import lines, share_in_words
from chatbot.grouping import Asked, group, model
from chatbot.manifest import Share
from chatbot.ranking import Floats
from chatbot.text import clean

RESAMPLES = 1_000
Numbers = npt.NDArray[np.intp]


class Listed(BaseModel):
    """A question of a list; those that ask the same thing have the same `group`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    group: str


@dataclass(frozen=True)
class Pairs:
    """How many pairs of questions are put together, and how many should be."""

    together: float  # put together, and the same thing asked
    wrongly: float  # put together, and not the same
    parted: float  # the same, and not put together
    apart: float

    @property
    def precision(self) -> float:
        """1 where nothing is put together."""
        return _share(self.together, self.wrongly)

    @property
    def recall(self) -> float:
        """1 where nothing belongs together."""
        return _share(self.together, self.parted)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _share(2 * self.together, self.wrongly + self.parted)

    @property
    def adjusted_rand(self) -> float:
        """The adjusted Rand index, from the four counts (Warrens 2008)."""
        a, b, c, d = self.together, self.wrongly, self.parted, self.apart
        chance = (a + b) * (b + d) + (a + c) * (c + d)
        return 2 * (a * d - b * c) / chance if chance else 1.0


def is_listed(line: str) -> bool:
    """Whether a line is of a list with labelled groups."""
    try:
        Listed.model_validate_json(line)
    except ValidationError:
        return False
    return True


def read(path: Path) -> list[Listed]:
    """The questions of a labelled list; `DataError` names the line that is wrong."""
    questions = []
    for number, line in lines(path):
        try:
            questions.append(Listed.model_validate_json(line))
        except ValidationError:
            raise DataError(f"{path}:{number}: not a question and its group") from None
    return questions


def evaluate(answerer: Answerer, questions: Sequence[Listed]) -> dict[str, int | Share]:
    """Group the questions and compare with their labels."""
    judged = answerer.lookup.judge(_cleaned(questions), to_group=True)
    vectors = np.array([one.group_vector for one in judged])
    fitted = model(answerer.settings.encoder_place)
    groups = group(vectors, [Asked.of(one) for one in judged], fitted)
    return figures([one.group for one in questions], groups)


def _cleaned(questions: Sequence[Listed]) -> list[str]:
    cleaned = []
    for number, one in enumerate(questions, start=1):
        try:
            cleaned.append(clean(one.text))
        except MessageError as error:
            raise DataError(f"a labelled list, question {number}: {error}") from None
    return cleaned


def figures(labels: Sequence[str], groups: Sequence[int]) -> dict[str, int | Share]:
    """The counts, and each figure as (value, low, high).

    The interval of 95% is of what other labels of this kind would give: labels are drawn anew.
    """
    label = np.unique(np.array(labels), return_inverse=True)[1]
    found = np.unique(np.array(groups), return_inverse=True)[1]
    many = int(label.max()) + 1
    drawn = np.random.default_rng(0).multinomial(many, [1 / many] * many, RESAMPLES)
    samples = [pairs(label, found, weights.astype(float)) for weights in drawn]
    whole = pairs(label, found, np.ones(many))
    counts = {
        "questions": len(labels),
        "labelled groups": many,
        "found groups": int(found.max()) + 1,
    }
    names = ("precision", "recall", "f1", "adjusted_rand")
    return counts | {
        name: _with_interval(getattr(whole, name), [getattr(one, name) for one in samples])
        for name in names
    }


def pairs(labels: Numbers, groups: Numbers, weights: Floats) -> Pairs:
    """The pairs of a list whose questions have `labels` and were put into `groups`.

    Both are numbers from 0; `weights[label]` is how many times that label was drawn. Two drawings
    of a label are not the same thing asked, nor are they compared.
    """
    cells, sizes = np.unique(np.stack([labels, groups]), axis=1, return_counts=True)
    label, found = cells
    every = np.bincount(labels, minlength=len(weights))
    weight = weights[label] * sizes
    in_group = np.bincount(found, weight)
    together = float((weights[label] * sizes * (sizes - 1)).sum() / 2)
    same = float((weights * every * (every - 1)).sum() / 2)
    wrongly = float((in_group**2).sum() - (weight**2).sum()) / 2
    drawn = weights * every
    other = float(drawn.sum() ** 2 - (drawn**2).sum()) / 2
    return Pairs(together, wrongly, same - together, other - wrongly)


def in_words(measured: dict[str, int | Share]) -> str:
    """The figures as a text for a terminal."""
    longest = max(map(len, measured))
    return "\n".join(
        f"{name.replace('_', ' '):{longest}}"
        + (f"{one:>7}" if isinstance(one, int) else share_in_words(one))
        for name, one in measured.items()
    )


def _share(of: float, others: float) -> float:
    return of / (of + others) if of + others else 1.0


def _with_interval(value: float, samples: Sequence[float]) -> Share:
    low, high = np.quantile(samples, [0.025, 0.975])
    return (round(value, 4), round(float(low), 4), round(float(high), 4))
