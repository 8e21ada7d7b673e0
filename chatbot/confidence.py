"""Match scores to the probability that the first match is right, and the threshold to answer.

A logistic model over a few figures of the ranking, fitted on phrasings that neither the index nor
the encoder held when they were scored (Platt 1999, on more features than one score).
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ValidationError

from chatbot.errors import StaleIndexError
from chatbot.faq import Phrasing, fold
from chatbot.files import replace
from chatbot.index import Neighbours

CALIBRATION = "calibration.json"
FOLDS = 4
NEIGHBOURS = 300  # rows that a question is ranked by
BEST = 3  # rows of an answer whose mean similarity is its score
MANY = 10
CLOSE = 20
SHARP = 0.02
TEMPERATURE = 0.05  # of the encoder's training
NOTHING = "its margin to unanswerable phrasings"
NEAREST = "the same, nearest row only"
# What share of questions no entry answers is not known before people ask; the phrasings hold fewer
# such than a portal may get, so they are weighted up to this share.
UNANSWERABLE = 0.4
# Below this many held-out questions a probability is a guess, and is marked as one.
ENOUGH = 200

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Share = tuple[float, float, float]  # value, lower and upper end of its interval


@dataclass(frozen=True)
class Ranking:
    """Answers scored for one question, best first, and what tells whether the first is right.

    `answers` are positions of entries, one for each different answer; `scores` are cosines.
    """

    answers: list[int]
    scores: list[float]
    figures: Floats

    def shares(self, confidence: float) -> list[float]:
        """An estimate for each answer: the first gets `confidence`, the others part of the rest.

        The rest is shared out by nearness, unanswerable phrasings taking part.
        """
        if not self.answers:
            return []
        nothing = self.scores[0] - float(self.figures[FIGURES.index(NOTHING)])
        weights = [math.exp((score - self.scores[0]) / TEMPERATURE) for score in self.scores[1:]]
        whole = sum(weights) + math.exp((nothing - self.scores[0]) / TEMPERATURE)
        # What is ranked lower is not called more probable.
        return [
            confidence,
            *(min(confidence, (1 - confidence) * weight / whole) for weight in weights),
        ]


def rank(found: Neighbours, answer_of: Sequence[int], words: int) -> Ranking:
    """Group the nearest rows of a question of so many `words` by answer.

    `answer_of[entry]` is the first entry with the same answer. An answer's score is the mean of its
    `BEST` nearest rows; unanswerable rows compete in the same way but are never ranked.
    """
    # What was not found is no nearer than the last that was; a small index is found whole.
    floor = float(found.scores[-1]) if len(found.scores) == NEIGHBOURS else 0.0
    by_answer: dict[int, list[float]] = {}
    by_entry: dict[int, list[float]] = {}
    nothing: list[float] = []
    for score, of in zip(found.scores.tolist(), found.of, strict=True):
        if not of:
            nothing.append(score)
        for answer in {answer_of[entry] for entry in of}:
            by_answer.setdefault(answer, []).append(score)
        for entry in of:
            by_entry.setdefault(entry, []).append(score)
    if not by_answer:
        return Ranking([], [], np.zeros(len(FIGURES)))
    order = sorted(by_answer, key=lambda answer: -_mean(by_answer[answer], BEST, floor))
    figures = _figures([by_answer[answer] for answer in order], nothing, floor)
    figures["words"] = math.log1p(words)
    first = by_answer[order[0]]
    nearest = float(found.scores[min(CLOSE, len(found.scores)) - 1])
    figures["share of the first in the nearest rows"] = sum(s >= nearest for s in first) / CLOSE
    figures["share of the unanswerable there"] = sum(s >= nearest for s in nothing) / CLOSE
    # Of the entries that give an answer, the nearest one is shown.
    shown: dict[int, int] = {}
    for entry in sorted(by_entry, key=lambda entry: -_mean(by_entry[entry], BEST, floor)):
        shown.setdefault(answer_of[entry], entry)
    return Ranking(
        [shown[answer] for answer in order],
        [_mean(by_answer[answer], BEST, floor) for answer in order],
        np.array([figures[name] for name in FIGURES]),
    )


def _mean(scores: Sequence[float], of: int, floor: float) -> float:
    """The mean of the best `of` scores; missing ones count as the last that was found."""
    return (sum(scores[:of]) + floor * max(0, of - len(scores))) / of


def _soft(scores: Sequence[float], temperature: float, floor: float) -> float:
    """Log of the summed weights exp(score / temperature) of the best `MANY` scores."""
    weights = sum(math.exp((score - 1) / temperature) for score in scores[:MANY])
    return math.log(weights + math.exp((floor - 1) / temperature))


def _figures(
    ranked: Sequence[list[float]], nothing: Sequence[float], floor: float
) -> dict[str, float]:
    """What the scores of the answers, best first, and of unanswerable rows tell."""
    first, others = ranked[0], ranked[1:]
    best = _mean(first, BEST, floor)
    means = [_mean(scores, BEST, floor) for scores in others[:2]] + [floor, floor]
    many = _mean(first, MANY, floor)
    figures = {
        "score of the first answer": best,
        "its margin to the second": best - means[0],
        "its margin to the third": best - means[1],
        NOTHING: best - _mean(nothing, BEST, floor),
        NEAREST: first[0] - _mean(nothing, 1, floor),
        "the same, many rows": many - _mean(nothing, MANY, floor),
        "margin to the second, many rows": many
        - max((_mean(scores, MANY, floor) for scores in others[:5]), default=floor),
    }
    for name, temperature in (("sharp", SHARP), ("soft", TEMPERATURE)):
        own = _soft(first, temperature, floor)
        unanswerable = _soft(nothing, temperature, floor)
        all_others = [_soft(scores, temperature, floor) for scores in others] + [unanswerable]
        top = max(all_others)
        whole = top + math.log(sum(math.exp(one - top) for one in all_others))
        figures[f"{name} odds against all others"] = own - whole
        figures[f"{name} odds against the unanswerable"] = own - unanswerable
    return figures


FIGURES = (
    *_figures([[0.0]], [], 0.0),
    "words",
    "share of the first in the nearest rows",
    "share of the unanswerable there",
)


class Measured(BaseModel):
    """What held-out phrasings showed at the threshold.

    Each share has its 95% interval; None where there was nothing to share.
    """

    date: str
    questions: int
    answerable: int
    precision: Share | None
    coverage: Share | None
    false_answers: Share | None

    def in_words(self) -> str:
        """The precision as a sentence for people."""
        if self.precision is None:
            return "No threshold reaches the precision asked for, so nothing is answered."
        return (
            f"Right in {self.precision[0] * 100:.0f} of 100 answers it gives, measured on "
            f"{self.questions:,} questions it had never seen, on {self.date}."
        )


class Calibration(BaseModel):
    """The confidence model of one encoder, and the threshold from which answers are given."""

    encoder_sha256: str
    means: list[float]
    scales: list[float]
    weights: list[float]
    bias: float
    precision: float
    threshold: float
    measured: Measured | None = None  # None: too few phrasings to measure anything

    def confidence(self, figures: Floats) -> float:
        """The probability that the first answer is right."""
        scaled = (figures - np.array(self.means)) / np.array(self.scales)
        return 1 / (1 + math.exp(-float(scaled @ np.array(self.weights)) - self.bias))

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
        if {len(calibration.means), len(calibration.scales), len(calibration.weights)} != {
            len(FIGURES)
        }:
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
    rankings: Sequence[Ranking], right: Bools, answerable: Bools, precision: float, encoder: str
) -> Calibration:
    """The calibration for held-out `rankings`, whose first answers are `right` or not.

    `precision` is the share of given answers that must be right. With fewer than `ENOUGH`
    questions the calibration is `uncalibrated`, and nothing is called measured.
    """
    figures = np.array([one.figures for one in rankings]).reshape(len(rankings), len(FIGURES))
    if len(rankings) < ENOUGH or right.all() or not right.any():
        return uncalibrated(precision, encoder)
    means, scales = figures.mean(0), figures.std(0) + 1e-6
    mix = _mix(answerable)
    weights, bias = _logistic((figures - means) / scales, right, mix)
    model = Calibration(
        encoder_sha256=encoder,
        means=means.tolist(),
        scales=scales.tolist(),
        weights=weights.tolist(),
        bias=bias,
        precision=precision,
        threshold=1.0,
    )
    confidences = np.array([model.confidence(one) for one in figures])
    threshold = threshold_for(confidences, right, precision, mix)
    given = confidences >= threshold
    share = float(mix[right & given].sum() / max(mix[given].sum(), 1e-9))
    measured = Measured(
        date=datetime.now(UTC).date().isoformat(),
        questions=len(rankings),
        answerable=int(answerable.sum()),
        precision=interval(math.ceil(share * int(given.sum()) - 1e-9), int(given.sum())),
        coverage=interval(int((given & answerable).sum()), int(answerable.sum())),
        false_answers=interval(int((given & ~answerable).sum()), int((~answerable).sum())),
    )
    return model.model_copy(update={"threshold": threshold, "measured": measured})


def uncalibrated(precision: float, encoder: str) -> Calibration:
    """A cautious guess for an FAQ with hardly any phrasings: only near-equal texts are answered."""
    weights = [0.0] * len(FIGURES)
    # The nearest row, read through its margin to unanswerable phrasings: such an FAQ has none, so
    # the margin is the cosine itself, or its distance from the farthest of many rows.
    weights[FIGURES.index(NEAREST)] = 8.0
    return Calibration(
        encoder_sha256=encoder,
        means=[0.5] * len(FIGURES),
        scales=[1.0] * len(FIGURES),
        weights=weights,
        bias=0.0,
        precision=precision,
        threshold=0.9,
    )


def _mix(answerable: Bools) -> Floats:
    """A weight for each question, so that unanswerable ones make up `UNANSWERABLE` of all."""
    few = int((~answerable).sum())
    if not few or few == len(answerable):
        return np.ones(len(answerable))
    odds = UNANSWERABLE / (1 - UNANSWERABLE) * int(answerable.sum()) / few
    return np.where(answerable, 1.0, odds)


def threshold_for(
    confidences: Floats, right: Bools, precision: float, mix: Floats | None = None
) -> float:
    """The least confidence from which answers are right at least as often as `precision` asks.

    `mix` weighs each question. Where no threshold reaches it, a value above every confidence, so
    that nothing is answered.
    """
    order = np.argsort(-confidences, kind="stable")
    weights = np.ones(len(order)) if mix is None else mix[order]
    share = np.cumsum(right[order] * weights) / np.cumsum(weights)
    reached = np.flatnonzero(share >= precision)
    return round(float(confidences[order[reached[-1]]]), 4) if len(reached) else 1.0


def interval(hits: int, of: int) -> Share | None:
    """A share and its 95% Wilson (1927) interval; None where there is nothing to share."""
    if not of:
        return None
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    spread = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (
        round(share, 4),
        round(max(0.0, middle - spread), 4),
        round(min(1.0, middle + spread), 4),
    )


def _logistic(figures: Floats, right: Bools, mix: Floats) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression by Newton's method, lightly ridged."""
    design = np.hstack([figures, np.ones((len(figures), 1))])
    ridge = np.diag([1e-2] * figures.shape[1] + [0.0])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        probability = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (mix * (right - probability)) - ridge @ beta
        hessian = (design * (mix * probability * (1 - probability))[:, None]).T @ design + ridge
        step = np.linalg.solve(hessian + 1e-9 * np.eye(len(beta)), gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return beta[:-1], float(beta[-1])
