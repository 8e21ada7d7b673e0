"""The nearest rows of a question to ranked answers, and the figures that tell how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chatbot.index import Neighbours

BEST = 3  # rows of an answer whose mean similarity is its score
MANY = 10
CLOSE = 20
SHARP = 0.02
TEMPERATURE = 0.05
NOTHING = "its margin to unanswerable phrasings"
NEAREST = "the same, nearest row only"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """Answers scored for one question, best first, and what tells whether the first is right.

    `answers` are positions of entries, one for each different answer; `scores` are cosines.
    """

    answers: list[int]
    scores: list[float]
    figures: Floats
    talk: tuple[int, float] | None = None  # the nearest kind of small talk, and its score
    unanswerable: float = 0.0  # score of the phrasings that no entry answers
    nearest: float = 0.0  # similarity of the nearest row, whatever it is of

    def led_by(self, entry: int, answer_of: Sequence[int]) -> "Ranking":
        """The same with the answer of `entry` first, as near as the nearest."""
        others = [
            (answer, score)
            for answer, score in zip(self.answers, self.scores, strict=True)
            if answer_of[answer] != answer_of[entry]
        ]
        return replace(
            self,
            answers=[entry, *(answer for answer, _ in others)],
            scores=[max([self.nearest, *self.scores[:1]]), *(score for _, score in others)],
        )

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
    # What was not found is no nearer than the last that was.
    floor = float(found.scores[-1]) if len(found.scores) and not found.all else 0.0
    by_answer: dict[int, list[float]] = {}
    by_entry: dict[int, list[float]] = {}
    nothing: list[float] = []
    small_talk: dict[int, list[float]] = {}
    plain: list[float] = []
    for score, of in zip(found.scores.tolist(), found.of, strict=True):
        if not of or of[0] < 0:
            nothing.append(score)
            (small_talk.setdefault(of[0], []) if of else plain).append(score)
            continue
        for entry in of:
            by_entry.setdefault(entry, []).append(score)
        # In their order: a set would part equals by where the entries stand in the file.
        answers = [answer_of[entry] for entry in of]
        for answer in answers if len(answers) == 1 else dict.fromkeys(answers):
            by_answer.setdefault(answer, []).append(score)
    closest = float(found.scores[0]) if len(found.scores) else 0.0
    talk = max(
        ((kind, _mean(scores, BEST, floor)) for kind, scores in small_talk.items()),
        key=lambda one: one[1],
        default=None,
    )
    if not by_answer:
        return Ranking([], [], np.zeros(len(FIGURES)), talk, _mean(plain, BEST, floor), closest)
    score_of = {answer: _mean(scores, BEST, floor) for answer, scores in by_answer.items()}
    order = sorted(score_of, key=lambda answer: -score_of[answer])
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
        [score_of[answer] for answer in order],
        np.array([figures[name] for name in FIGURES]),
        talk,
        _mean(plain, BEST, floor),
        closest,
    )


def _mean(scores: Sequence[float], of: int, floor: float) -> float:
    """The mean of the best `of` scores; missing ones count as the last that was found."""
    return (sum(scores[:of]) + floor * max(0, of - len(scores))) / of


def _soft(lists: Sequence[Sequence[float]], temperature: float, floor: float) -> float:
    """Log of the summed weights exp(score / temperature) of the best `MANY` scores of each list."""
    best = np.array([score for scores in lists for score in scores[:MANY]])
    weights = float(np.exp((best - 1) / temperature).sum())
    return math.log(weights + len(lists) * math.exp((floor - 1) / temperature))


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
        own = _soft([first], temperature, floor)
        figures[f"{name} odds against all others"] = own - _soft(
            [*others, nothing], temperature, floor
        )
        figures[f"{name} odds against the unanswerable"] = own - _soft(
            [nothing], temperature, floor
        )
    return figures


FIGURES = (
    *_figures([[0.0]], [], 0.0),
    "words",
    "share of the first in the nearest rows",
    "share of the unanswerable there",
)
