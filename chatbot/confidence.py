"""Figures of a ranking to the probability that its first answer is right, and the threshold.

A logistic model over the figures, fitted on phrasings that neither the index nor the encoder held
when they were scored (Platt 1999, on more features than one score).
"""

import hashlib
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ValidationError

from chatbot.errors import PrecisionError, StaleIndexError
from chatbot.faq import Phrasing, fold
from chatbot.files import replace
from chatbot.manifest import Measured, Share, Stated
from chatbot.ranking import FIGURES, NEAREST, Floats, Ranking

CALIBRATION = "calibration.json"
FOLDS = 4
CHOICES = 4  # the most stored questions that a person is asked to choose from
FALSE_CHOICES = 0.2  # share of held-out unanswerable questions that get choices all the same
# What share of questions no entry answers is not known before people ask; the phrasings hold fewer
# such than a portal may get, so they are weighted up to this share.
UNANSWERABLE = 0.4
# Below this many held-out questions a probability is a guess, and is marked as one.
ENOUGH = 200
# Log odds of the confidences that the curve is kept at: 0.05 to 0.9999.
CURVE = np.arange(-3.0, 9.25, 0.05)
FEWEST = 30  # answers given, for a precision to be read from them
GUESSED_THRESHOLD = 0.9

Bools = npt.NDArray[np.bool_]


class Point(BaseModel):
    """What held-out questions get at one threshold: how many are answered, how many rightly."""

    threshold: float
    right: int
    answerable: int  # answered
    unanswerable: int  # answered


class Logistic(BaseModel):
    """The weights of a logistic model over scaled figures."""

    weights: list[float]
    bias: float

    def __call__(self, figures: Floats) -> float:
        """The probability."""
        return 1 / (1 + math.exp(-float(figures @ np.array(self.weights)) - self.bias))


class Calibration(BaseModel):
    """The confidence model of one encoder, and what it did to held-out questions.

    `curve` is empty where there were too few of them to measure anything.
    """

    encoder_sha256: str
    means: list[float]
    scales: list[float]
    first: Logistic  # that the first answer is right
    among: Logistic  # that one of the first `CHOICES` is
    offered: float  # from this probability on, the first ones are offered to choose from
    date: str = ""
    answerable: int = 0
    unanswerable: int = 0
    curve: list[Point] = []

    def confidence(self, figures: Floats) -> float:
        """The probability that the first answer is right."""
        return self.first(self._scaled(figures))

    def offers(self, figures: Floats) -> bool:
        """Whether one of the first `CHOICES` answers is likely enough to be right."""
        return self.among(self._scaled(figures)) >= self.offered

    def _scaled(self, figures: Floats) -> Floats:
        scaled: Floats = (figures - np.array(self.means)) / np.array(self.scales)
        return scaled

    def stated(self, precision: float) -> Stated:
        """The least threshold whose held-out precision is `precision`, and what it gives.

        Raises `PrecisionError` where none reaches it.
        """
        if not self.curve:
            return Stated(precision=precision, threshold=GUESSED_THRESHOLD, measured=None)
        reached = [point for point in self.curve if self._precision(point) >= precision]
        if not reached:
            best = max(map(self._precision, self.curve))
            raise PrecisionError(
                f"no threshold makes {precision:.0%} of the answers right: at best {best:.1%} of "
                f"{self.answerable + self.unanswerable:,} held-out phrasings; add phrasings, mend "
                "labels, or ask for a lower 'precision'"
            )
        point = min(reached, key=lambda one: one.threshold)
        given = point.answerable + point.unanswerable
        measured = Measured(
            date=self.date,
            questions=self.answerable + self.unanswerable,
            answerable=self.answerable,
            precision=wilson(math.ceil(self._precision(point) * given - 1e-9), given),
            coverage=interval(point.answerable, self.answerable),
            false_answers=interval(point.unanswerable, self.unanswerable),
        )
        return Stated(precision=precision, threshold=point.threshold, measured=measured)

    def _precision(self, point: Point) -> float:
        odds = _odds(self.answerable, self.unanswerable)
        return _weighed(point.right, point.answerable, point.unanswerable, odds)

    def save(self, folder: Path) -> None:
        """Write to `folder` in one step."""
        replace(folder / CALIBRATION, (self.model_dump_json(indent=2) + "\n").encode())

    @classmethod
    def open(cls, folder: Path) -> "Calibration":
        """The calibration in `folder`; `StaleIndexError` where there is none that can be read."""
        path = folder / CALIBRATION
        try:
            calibration = cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise StaleIndexError(f"{path}: missing; run 'chatbot build'") from None
        except ValidationError:
            raise StaleIndexError(f"{path}: not a calibration of this version") from None
        models = (calibration.first, calibration.among)
        lengths = {len(calibration.means), len(calibration.scales)}
        if lengths | {len(model.weights) for model in models} != {len(FIGURES)}:
            raise StaleIndexError(f"{path}: of a version with other figures")
        return calibration


def folds_of(phrasings: Sequence[Phrasing]) -> list[int]:
    """The held-out fold of each phrasing.

    A fold is a writer where four or more have written, since people who ask later are other writers
    too; else, and for writers past the fourth, a hash of the text decides.
    """
    writers = list(dict.fromkeys(one.source for one in phrasings if one.source))
    named = dict(zip(writers, range(FOLDS), strict=False)) if len(writers) >= FOLDS else {}
    return [
        named[one.source]
        if one.source in named
        else hashlib.sha256(fold(one.text).encode()).digest()[0] % FOLDS
        for one in phrasings
    ]


def fit(
    rankings: Sequence[Ranking], right: Bools, among: Bools, answerable: Bools, encoder: str
) -> Calibration:
    """The calibration for held-out `rankings`.

    `right` says whether the first answer is, `among` whether one of the first `CHOICES` is. With
    fewer than `ENOUGH` questions it is `uncalibrated`, and nothing is called measured.
    """
    figures = np.array([one.figures for one in rankings]).reshape(len(rankings), len(FIGURES))
    if len(rankings) < ENOUGH or right.all() or not right.any():
        return uncalibrated(encoder)
    means, scales = figures.mean(0), figures.std(0) + 1e-6
    many, few = int(answerable.sum()), int((~answerable).sum())
    mix = np.where(answerable, 1.0, _odds(many, few))
    scaled = (figures - means) / scales
    model = Calibration(
        encoder_sha256=encoder,
        means=means.tolist(),
        scales=scales.tolist(),
        first=logistic(scaled, right, mix),
        among=logistic(scaled, among, mix),
        offered=0.0,
        date=datetime.now(UTC).date().isoformat(),
        answerable=many,
        unanswerable=few,
    )
    confidences = np.array([model.confidence(one) for one in figures])
    chances = np.array([model.among(one) for one in scaled[~answerable]])
    return model.model_copy(
        update={
            "curve": curve(confidences, right, answerable),
            "offered": float(np.quantile(chances, 1 - FALSE_CHOICES)) if few else 0.5,
        }
    )


def curve(confidences: Floats, right: Bools, answerable: Bools) -> list[Point]:
    """What is answered at each threshold of `CURVE`; ends where hardly anything is."""
    points = []
    for threshold in (1 / (1 + np.exp(-CURVE))).round(5).tolist():
        given = confidences >= threshold
        if given.sum() < FEWEST:
            break
        points.append(
            Point(
                threshold=threshold,
                right=int((given & right).sum()),
                answerable=int((given & answerable).sum()),
                unanswerable=int((given & ~answerable).sum()),
            )
        )
    return points


def uncalibrated(encoder: str) -> Calibration:
    """A cautious guess for an FAQ with hardly any phrasings: only near-equal texts are answered."""
    weights = [0.0] * len(FIGURES)
    # By its margin to the nearest small talk, since such an FAQ has hardly any other rows that no
    # entry answers (a stored question is some 0.4 nearer to itself), and by how near it is at all.
    weights[FIGURES.index(NEAREST)] = 12.0
    weights[0] = 8.0
    guess = Logistic(weights=weights, bias=-5.2)
    return Calibration(
        encoder_sha256=encoder,
        means=[0.0] * len(FIGURES),
        scales=[1.0] * len(FIGURES),
        first=guess,
        among=guess,
        offered=0.5,
    )


def mixed_precision(given: Bools, right: Bools, answerable: Bools) -> float:
    """The share of `given` answers that are right, were `UNANSWERABLE` of all questions so."""
    odds = _odds(int(answerable.sum()), int((~answerable).sum()))
    known, unknown = int((given & answerable).sum()), int((given & ~answerable).sum())
    return _weighed(int((given & right).sum()), known, unknown, odds)


def _weighed(right: int, answerable: int, unanswerable: int, odds: float) -> float:
    """The share of answers that are right, each to an unanswerable question weighing `odds`."""
    return right / max(answerable + odds * unanswerable, 1e-9)


def _odds(answerable: int, unanswerable: int) -> float:
    """The weight of an unanswerable question that makes them `UNANSWERABLE` of all."""
    if not answerable or not unanswerable:
        return 1.0
    return UNANSWERABLE / (1 - UNANSWERABLE) * answerable / unanswerable


def interval(hits: int, of: int) -> Share | None:
    """A share and its 95% interval; None where there is nothing to share."""
    return wilson(hits, of) if of else None


def wilson(hits: int, of: int) -> Share:
    """A share and its 95% interval after Wilson (1927); `of` is more than 0."""
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    spread = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (
        round(share, 4),
        round(max(0.0, middle - spread), 4),
        round(min(1.0, middle + spread), 4),
    )


def logistic(figures: Floats, right: Bools, mix: Floats, ridge: float = 1e-2) -> Logistic:
    """A logistic regression by Newton's method; `mix` weighs each line of `figures`."""
    design = np.hstack([figures, np.ones((len(figures), 1))])
    penalty = np.diag([ridge] * figures.shape[1] + [0.0])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        probability = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (mix * (right - probability)) - penalty @ beta
        hessian = (design * (mix * probability * (1 - probability))[:, None]).T @ design + penalty
        step = np.linalg.solve(hessian + 1e-9 * np.eye(len(beta)), gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return Logistic(weights=beta[:-1].tolist(), bias=float(beta[-1]))
