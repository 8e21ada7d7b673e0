"""Measure the answers to labelled questions: figures with 95% intervals, by kind, and confusions.

Terms: of the answerable questions, *coverage* is the share answered; of the answers given,
*precision* is the share that is right. *AUROC* is the probability that an answerable question gets
more confidence than an unanswerable one; the *calibration error* is the mean distance between
confidence and share right over ten equal bins (Guo et al. 2017, weighted by bin).
"""

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from chatbot.answering import Answerer
from chatbot.confidence import interval
from chatbot.errors import DataError
from chatbot.manifest import Share
from chatbot.reply import Outcome

BINS = 10
RESAMPLES = 1_000
TOP = 3
Numbers = npt.NDArray[np.float64]


class Question(BaseModel):
    """A labelled question: the entries that rightly answer it, none where no entry does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    of: tuple[str, ...]
    kind: str = ""
    by: str = ""


@dataclass(frozen=True)
class Result:
    """What one question got; `rank` counts from 1, 0 where no right entry was among the first."""

    question: Question
    confidence: float
    answered: bool
    rank: int
    first: str  # the entry that came first, answered or not

    @property
    def right(self) -> bool:
        """Whether the first entry is a right one."""
        return self.rank == 1


def lines(path: Path) -> list[tuple[int, str]]:
    """(number, text) of each line that is not blank; `DataError` where there is none to read."""
    try:
        found = enumerate(path.read_text(encoding="utf-8").split("\n"), start=1)
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise DataError(f"{path}: not a UTF-8 text file ({error})") from None
    filled = [(number, line) for number, line in found if line.strip()]
    if not filled:
        raise DataError(f"{path}: holds no questions")
    return filled


def read(path: Path) -> list[Question]:
    """The labelled questions of a JSON Lines file; `DataError` names the line that is wrong."""
    questions = []
    for number, line in lines(path):
        try:
            questions.append(Question.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "line"
            raise DataError(f"{path}:{number}: {field}: {first['msg']}") from None
    return questions


def evaluate(answerer: Answerer, questions: Sequence[Question]) -> "Report":
    """Ask every question and compare with its labels."""
    known = answerer.faq.answer_of
    for question in questions:
        for one in question.of:
            if one not in known:
                raise DataError(f"'{question.text}': of: no entry has the id '{one}'")
    results = []
    replies = answerer.ask_each([question.text for question in questions], limit=TOP)
    for question, reply in zip(questions, replies, strict=True):
        order = [reply.match.entry_id] if reply.match else []
        order = [*order, *(one.entry_id for one in reply.alternatives)][:TOP]
        right = {known[one] for one in question.of}
        hits = [place for place, one in enumerate(order, start=1) if known[one] in right]
        results.append(
            Result(
                question=question,
                confidence=reply.confidence,
                answered=reply.outcome == Outcome.ANSWER,
                rank=hits[0] if hits else 0,
                first=order[0] if order else "",
            )
        )
    return Report(tuple(results))


@dataclass(frozen=True)
class Report:
    """Results of an evaluation and the figures drawn from them."""

    results: tuple[Result, ...]

    def figures(self) -> dict[str, Any]:
        """All figures; a share is (value, low, high), None where it is undefined."""
        answerable = [one for one in self.results if one.question.of]
        unanswerable = [one for one in self.results if not one.question.of]
        given = [one for one in self.results if one.answered]
        whole: dict[str, Any] = {
            "questions": len(self.results),
            "answerable": len(answerable),
            "right_at_1": _share(answerable, lambda one: one.rank == 1),
            "right_in_3": _share(answerable, lambda one: one.rank > 0),
            "coverage": _share(answerable, lambda one: one.answered),
            "precision": _share(given, lambda one: one.right),
            "false_answers": _share(unanswerable, lambda one: one.answered),
            "auroc": _resampled(
                self.results, lambda confidence, outcome: auroc(confidence, outcome[:, 0] > 0)
            ),
            "calibration_error": _resampled(self.results, _calibration_error),
        }
        kinds = sorted({one.question.kind for one in self.results})
        whole["by_kind"] = {kind or "(none)": self._of_kind(kind) for kind in kinds}
        whole["confusions"] = [
            {"asked": asked, "got": got, "times": times}
            for (asked, got), times in self._confusions().most_common(15)
        ]
        whole["reliability"] = [
            {"confidence": low, "questions": many, "mean_confidence": mean, "right": right}
            for low, many, mean, right in reliability(self.results)
        ]
        return whole

    def _of_kind(self, kind: str) -> dict[str, Any]:
        some = [one for one in self.results if one.question.kind == kind]
        return {
            "questions": len(some),
            "answered": _share(some, lambda one: one.answered),
            "answered_right": _share([one for one in some if one.answered], lambda one: one.right),
            "right_at_1": _share([one for one in some if one.question.of], lambda one: one.right),
        }

    def _confusions(self) -> Counter[tuple[str, str]]:
        return Counter(
            (one.question.of[0] if one.question.of else "(unanswerable)", one.first)
            for one in self.results
            if (one.answered and not one.right) or (one.question.of and not one.right)
        )

    def in_words(self) -> str:
        """The figures as a text for a terminal."""
        figures = self.figures()
        lines = [
            f"{figures['questions']} questions, {figures['answerable']} of them answerable",
            "",
            f"{'':28}{'value':>7}   95% interval",
        ]
        names = {
            "right_at_1": "right entry first",
            "right_in_3": "right entry in first three",
            "coverage": "coverage",
            "precision": "precision",
            "false_answers": "false answers",
            "auroc": "AUROC",
            "calibration_error": "calibration error",
        }
        lines += [f"{words:28}{share_in_words(figures[name])}" for name, words in names.items()]
        lines += ["", f"{'kind':18}{'asked':>6}{'answered':>10}{'right of these':>16}{'first':>8}"]
        for kind, some in figures["by_kind"].items():
            cells = (some[name] for name in ("answered", "answered_right", "right_at_1"))
            shares = ["-" if cell is None else f"{cell[0]:.3f}" for cell in cells]
            lines.append(
                f"{kind:18}{some['questions']:>6}{shares[0]:>10}{shares[1]:>16}{shares[2]:>8}"
            )
        lines += ["", "most confused (asked -> came first)"]
        lines += [
            f"{one['times']:4}  {one['asked']} -> {one['got']}" for one in figures["confusions"]
        ]
        return "\n".join(lines)


def reliability(results: Sequence[Result]) -> list[tuple[float, int, float, float]]:
    """For each tenth of confidence that holds questions: start, count, mean, share right."""
    rows = []
    for low in range(BINS):
        some = [one for one in results if min(int(one.confidence * BINS), BINS - 1) == low]
        if some:
            mean = sum(one.confidence for one in some) / len(some)
            right = sum(one.right for one in some) / len(some)
            rows.append((low / BINS, len(some), round(mean, 4), round(right, 4)))
    return rows


def write_rows(path: Path, report: Report) -> None:
    """A CSV line for each question, in the order asked."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text", "of", "kind", "by", "confidence", "answered", "rank", "first"])
            for one in report.results:
                asked = one.question
                writer.writerow(
                    [
                        asked.text,
                        " ".join(asked.of),
                        asked.kind,
                        asked.by,
                        one.confidence,
                        int(one.answered),
                        one.rank,
                        one.first,
                    ]
                )
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror}") from None


def _share(some: Sequence[Result], holds: Callable[[Result], bool]) -> Share | None:
    return interval(sum(map(holds, some)), len(some))


def _resampled(
    results: Sequence[Result], figure: Callable[[Numbers, Numbers], float]
) -> Share | None:
    """A figure of (confidence, outcome) with its bootstrap interval."""
    pairs = np.array(
        [(one.confidence, bool(one.question.of), one.right) for one in results], np.float64
    )
    rng = np.random.default_rng(0)
    values = [
        figure(pairs[picked, 0], pairs[picked, 1:])
        for picked in rng.integers(0, len(pairs), (RESAMPLES, len(pairs)))
    ]
    value = figure(pairs[:, 0], pairs[:, 1:])
    if np.isnan(value):
        return None
    low, high = np.nanquantile(values, [0.025, 0.975])
    return (round(value, 4), round(float(low), 4), round(float(high), 4))


def auroc(confidence: Numbers, answerable: npt.NDArray[np.bool_]) -> float:
    """The chance that an answerable question gets more confidence than another; NaN without both.

    Mann-Whitney's U over the number of pairs; ties count half.
    """
    many, few = int(answerable.sum()), int((~answerable).sum())
    if not many or not few:
        return float("nan")
    _, places, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    return float((middle[places][answerable].sum() - many * (many + 1) / 2) / (many * few))


def _calibration_error(confidence: Numbers, outcome: Numbers) -> float:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = (outcome[:, 1] - confidence) @ np.eye(BINS)[bins]
    return float(np.abs(gaps).sum() / len(confidence))


def share_in_words(figure: Share | None) -> str:
    """A share with its interval, in columns."""
    if figure is None:
        return f"{'-':>7}"
    return f"{figure[0]:>7.3f}   {figure[1]:.3f} to {figure[2]:.3f}"
