#!/usr/bin/env python3
"""Train and measure with 5, 10 and 20 phrasings an answer and with all (needs the `train` extra).

    python scripts/learning_curve.py --out build/curve

Used by scripts/report_accuracy.py, which draws what is in build/curve/curve.json. The encoder and
the index have just the phrasings of each step; steps of training grow with their number.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from export_encoder import export
from train_encoder import Recipe, thinned, train

from chatbot import building, evaluation
from chatbot import faq as faq_files
from chatbot.encoder import open_encoder
from chatbot.index import Index, embed, rows_of
from chatbot.nearest import NEIGHBOURS
from chatbot.ranking import FIGURES, rank
from chatbot.text import normalise

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "tests/questions/questions.jsonl"
STEPS = {5: 200, 10: 300, 20: 400}
ODDS = FIGURES.index("sharp odds against all others")


def measure(faq: faq_files.Faq, encoder_folder: Path) -> dict[str, float]:
    """Right first, right in three and AUROC of the odds, on the labelled questions."""
    encoder = open_encoder(encoder_folder)
    rows = rows_of(faq)
    index = Index.of_vectors(embed(rows, encoder), [row.of for row in rows])
    questions = evaluation.read(QUESTIONS)
    texts = [normalise(one.text) for one in questions]
    answer_of = building.answer_positions(faq)
    place = {entry.id: n for n, entry in enumerate(faq.entries)}
    right = [{answer_of[place[of]] for of in one.of} for one in questions]
    rankings = [
        rank(found, answer_of, len(text.split()))
        for found, text in zip(index.search(encoder.encode(texts), NEIGHBOURS), texts, strict=True)
    ]
    known = np.array([bool(one) for one in right])
    hits = [
        [answer_of[answer] in its for answer in one.answers[:3]]
        for one, its in zip(rankings, right, strict=True)
    ]
    odds = np.array([one.figures[ODDS] for one in rankings])
    return {
        "phrasings": len(faq.phrasings),
        "right_at_1": float(np.array([bool(hit) and hit[0] for hit in hits])[known].mean()),
        "right_in_3": float(np.array([any(hit) for hit in hits])[known].mean()),
        "auroc": evaluation.auroc(odds, known),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("build/curve"))
    given = parser.parse_args()
    faq = faq_files.load(ROOT)
    curve = {}
    for per_answer, steps in STEPS.items():
        kept = thinned(faq, per_answer)
        folder = given.out / str(per_answer)
        train(faq, kept, Recipe(steps=steps), folder)
        if not (folder / "onnx/model.onnx").is_file():
            export(str(folder), folder / "onnx", f"{per_answer} phrasings an answer")
        curve[str(per_answer)] = measure(replace(faq, phrasings=tuple(kept)), folder / "onnx")
        print(per_answer, curve[str(per_answer)], flush=True)
    curve["all"] = measure(faq, ROOT / "index/encoder")
    print("all", curve["all"])
    (given.out / "curve.json").write_text(json.dumps(curve, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
