"""What each part of the pipeline is worth: the labelled questions without it.

Used by scripts/report_accuracy.py. Every variant is calibrated anew on held-out phrasings, and its
threshold is that of 95% right answers there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from chatbot import building
from chatbot.building import HeldOut
from chatbot.confidence import FOLDS, fit
from chatbot.encoder import Encoder, Vectors, open_encoder
from chatbot.errors import PrecisionError
from chatbot.evaluation import Question, auroc
from chatbot.faq import Faq
from chatbot.index import Index, embed, rows_of
from chatbot.nearest import NEIGHBOURS
from chatbot.ranking import FIGURES, NEAREST, NOTHING, Floats, Ranking, rank
from chatbot.spelling import Speller
from chatbot.text import normalise
from chatbot.vocabulary import Vocabulary

PRECISION = 0.95
TOP = 3
Change = Callable[[Floats], Floats]
# Figures that a variant does without.
WITHOUT = {
    "soft odds": [name for name in FIGURES if "odds" in name],
    "margins and odds against unanswerable phrasings": [
        NOTHING,
        NEAREST,
        *(name for name in FIGURES if "unanswerable" in name or "many rows" in name),
    ],
    "shares of the nearest rows": [name for name in FIGURES if name.startswith("share")],
    "length of the question": ["words"],
}
ALONE = "score of the first answer"


@dataclass(frozen=True)
class Asked:
    """Rankings of the labelled questions, and those of held-out phrasings to calibrate by."""

    held_out: HeldOut
    rankings: list[Ranking]


class Ablation:
    """Measures variants on labelled questions."""

    def __init__(self, faq: Faq, questions: Sequence[Question]) -> None:
        self._faq = faq
        self._rows = rows_of(faq)
        self._questions = questions
        self._answer_of = building.answer_positions(faq)
        self._mend = Speller(Vocabulary.of(faq).counts)
        place = {entry.id: n for n, entry in enumerate(faq.entries)}
        self._right = [{self._answer_of[place[of]] for of in one.of} for one in questions]

    def table(self, encoder: Encoder, stock: Encoder, folds: Path) -> list[str]:
        """A line a variant: without one part each, and the plain ways for comparison."""
        ours, theirs = embed(self._rows, encoder), embed(self._rows, stock)
        out_of_fold = [
            embed(self._rows, open_encoder(folds / str(fold) / "onnx")) for fold in range(FOLDS)
        ]
        whole = self._ask(encoder, ours, out_of_fold)
        plain = self._ask(stock, theirs, [theirs] * FOLDS)
        unmended = self._ask(encoder, ours, out_of_fold, mended=False)
        lines = [self._line("everything", whole)]
        lines += [
            self._line(f"without {name}", _masked(whole, names)) for name, names in WITHOUT.items()
        ]
        others = [name for name in FIGURES if name != ALONE]
        lines += [
            self._line("the score of the first answer alone", _masked(whole, others)),
            self._line("without mending typing slips", unmended),
            self._line("the stock encoder", plain),
            self._line("the stock encoder, score of the first alone", _masked(plain, others)),
        ]
        return lines

    def _ask(
        self, encoder: Encoder, vectors: Vectors, fold: Sequence[Vectors], mended: bool = True
    ) -> Asked:
        texts = [normalise(one.text) for one in self._questions]
        texts = [self._mend(text) for text in texts] if mended else texts
        index = Index.of_vectors(vectors, [row.of for row in self._rows])
        rankings = [
            rank(found, self._answer_of, len(text.split()))
            for found, text in zip(
                index.search(encoder.encode(texts), NEIGHBOURS), texts, strict=True
            )
        ]
        return Asked(building.hold_out(self._faq, fold), rankings)

    def _line(self, name: str, asked: Asked) -> str:
        held_out = asked.held_out
        model = fit(held_out.rankings, held_out.right, held_out.among, held_out.answerable, "")
        try:
            threshold = model.stated(PRECISION).threshold
        except PrecisionError:
            threshold = 1.0
        sure = np.array([model.confidence(one.figures) for one in asked.rankings])
        hits = [
            [self._answer_of[answer] in right for answer in one.answers[:TOP]]
            for one, right in zip(asked.rankings, self._right, strict=True)
        ]
        known = np.array([bool(right) for right in self._right])
        first = np.array([bool(hit) and hit[0] for hit in hits])
        three = np.array([any(hit) for hit in hits])
        given = sure >= threshold
        cells = [
            first[known].mean(),
            three[known].mean(),
            auroc(sure, known),
            first[given].mean() if given.any() else np.nan,
            given[known].mean(),
            given[~known].mean(),
        ]
        return f"| {name} | {' | '.join(f'{cell:.3f}' for cell in cells)} |"


def _masked(asked: Asked, names: Sequence[str]) -> Asked:
    """The same rankings, their figures of these names gone."""
    mask = np.array([name not in names for name in FIGURES], float)

    def without(rankings: Sequence[Ranking]) -> list[Ranking]:
        return [replace(one, figures=one.figures * mask) for one in rankings]

    held_out = replace(asked.held_out, rankings=without(asked.held_out.rankings))
    return Asked(held_out, without(asked.rankings))
