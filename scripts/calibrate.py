#!/usr/bin/env python3
"""Calibrate a trained encoder from encoders trained without each fold.

    python scripts/train_encoder.py --folds --steps 500 --out build/folds
    for n in 0 1 2 3; do
        python scripts/export_encoder.py build/folds/$n --out build/folds/$n/onnx
    done
    python scripts/calibrate.py --folds build/folds

An encoder scores the texts it was trained on far too well; the calibration of index/encoder is
therefore fitted on each fold's phrasings as the encoder trained without them scores them.
"""

import argparse
from pathlib import Path

from chatbot import building, faq, index, settings
from chatbot.confidence import FOLDS
from chatbot.encoder import open_encoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--faq", type=Path, default=Path("."), help="folder of the FAQ's files")
    parser.add_argument("--folds", type=Path, default=Path("build/folds"))
    given = parser.parse_args()
    options = settings.read(given.faq)
    content = faq.load(given.faq)
    rows = index.rows_of(content)
    vectors = []
    for fold in range(FOLDS):
        encoder = open_encoder(given.folds / str(fold) / "onnx")
        vectors.append(index.embed(rows, encoder))
        print(f"fold {fold}: {len(rows)} rows embedded", flush=True)
    sha256 = open_encoder(options.index / "encoder").sha256
    calibration = building.calibrate(content, vectors, sha256)
    calibration.save(options.index)
    print(calibration.stated(options.precision).model_dump_json(indent=2))


if __name__ == "__main__":
    main()
