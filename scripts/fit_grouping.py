#!/usr/bin/env python3
"""Fit chatbot/grouping.json: what tells questions that ask the same thing from others.

    python scripts/fit_grouping.py

From the labelled lists in scripts/grouping/, written for this alone, as the index of this checkout
judges them. Prints what each list gets from a model of the others. Run it after the encoder or its
calibration has changed.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chatbot import grouping, grouping_evaluation, settings
from chatbot.answering import Answerer
from chatbot.confidence import Logistic, logistic
from chatbot.grouping import Asked, Grouping, Groups
from chatbot.grouping_evaluation import Pairs
from chatbot.text import clean

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "scripts/grouping"
RIDGE = 1.0
NEAR = 0.4  # cosine; others are never put together
LEAST = np.arange(-4.0, 1.6, 0.1)  # log odds tried
SMOOTH = 9  # of them that are averaged, since the best one of few lists is luck


@dataclass(frozen=True)
class List:
    """A labelled list, judged."""

    name: str
    labels: np.ndarray
    vectors: np.ndarray
    asked: list[Asked]

    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The figures of each pair of near questions, and whether it asks the same."""
        cosines = self.vectors @ self.vectors.T
        first, second = np.nonzero(np.triu(cosines >= NEAR, 1))
        figures = [
            grouping.figures(self.asked[a], self.asked[b], float(cosines[a, b]))
            for a, b in zip(first, second, strict=True)
        ]
        return np.array(figures), self.labels[first] == self.labels[second]

    def measured(self, model: Grouping) -> Pairs:
        groups = Groups(self.vectors.copy(), self.asked, model).grown()
        found = np.unique(groups, return_inverse=True)[1]
        return grouping_evaluation.pairs(self.labels, found, np.ones(self.labels.max() + 1))


def read(answerer: Answerer, path: Path) -> List:
    questions = grouping_evaluation.read(path)
    judged = answerer.lookup.judge([clean(one.text) for one in questions])
    return List(
        path.stem,
        np.unique([one.group for one in questions], return_inverse=True)[1],
        np.array([one.vector for one in judged]),
        [Asked.of(one) for one in judged],
    )


def fitted(lists: list[List]) -> Grouping:
    pairs = [one.pairs() for one in lists]
    figures, same = (np.concatenate(some) for some in zip(*pairs, strict=True))
    means, scales = figures.mean(0), figures.std(0)
    scaled = logistic((figures - means) / scales, same, np.ones(len(same)), RIDGE)
    weights = np.array(scaled.weights) / scales
    pair = Logistic(weights=weights.tolist(), bias=scaled.bias - float(weights @ means))
    f1 = np.mean(
        [[one.measured(Grouping(same=pair, least=least)).f1 for least in LEAST] for one in lists], 0
    )
    smooth = np.convolve(f1, np.ones(SMOOTH) / SMOOTH, "valid")
    least = LEAST[int(smooth.argmax()) + SMOOTH // 2]
    return Grouping(same=pair, least=round(float(least), 2))


def main() -> None:
    answerer = Answerer.open(settings.read())
    lists = [read(answerer, path) for path in sorted(FOLDER.glob("*.jsonl"))]
    for out in lists:
        got = out.measured(fitted([one for one in lists if one is not out]))
        print(
            f"{out.name}: {len(out.labels)} questions, F1 {got.f1:.3f}, adjusted Rand "
            f"{got.adjusted_rand:.3f}, precision {got.precision:.3f}, recall {got.recall:.3f}"
        )
    model = fitted(lists)
    for name, weight in zip(grouping.FIGURES, model.same.weights, strict=True):
        print(f"{weight:8.2f}  {name}")
    grouping.FILE.write_text(model.model_dump_json(indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
