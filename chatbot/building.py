"""Build an FAQ's index and calibration, and hold phrasings out to learn what the scores mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chatbot import index as index_files
from chatbot.confidence import (
    CHOICES,
    ENOUGH,
    FOLDS,
    Bools,
    Calibration,
    fit,
    folds_of,
    mixed_precision,
    uncalibrated,
)
from chatbot.encoder import Encoder, Vectors
from chatbot.errors import PrecisionError, StaleIndexError
from chatbot.faq import Faq
from chatbot.index import Index, Row
from chatbot.manifest import Manifest, Stated
from chatbot.nearest import NEIGHBOURS
from chatbot.ranking import Ranking, rank
from chatbot.vocabulary import Vocabulary


@dataclass(frozen=True)
class HeldOut:
    """Phrasings scored by an index that did not hold them."""

    rankings: list[Ranking]
    right: Bools  # the first answer is
    among: Bools  # one of the first `CHOICES` is
    answerable: Bools


def answer_positions(faq: Faq) -> list[int]:
    """For each entry, the position of the first entry that gives the same answer."""
    place = {entry.id: n for n, entry in enumerate(faq.entries)}
    return [place[faq.answer_of[entry.id]] for entry in faq.entries]


def hold_out(faq: Faq, vectors_of: Sequence[Vectors]) -> HeldOut:
    """Score each phrasing against the rows of the other folds.

    `vectors_of[fold]` are vectors of all rows, by an encoder that has not been trained on that
    fold's phrasings; the same array serves every fold where the encoder saw none of them.
    """
    rows = index_files.rows_of(faq)
    stored = len(rows) - len(faq.phrasings)
    folds = np.array([-1] * stored + folds_of(faq.phrasings))
    answer_of = answer_positions(faq)
    rankings: list[Ranking] = []
    asked: list[Row] = []
    for fold, vectors in enumerate(vectors_of):
        kept, out = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        index = Index.of_vectors(vectors[kept], [rows[n].of for n in kept])
        found = index.search(vectors[out], NEIGHBOURS)
        questions = [rows[n] for n in out]
        rankings += [
            rank(one, answer_of, len(row.text.split()))
            for one, row in zip(found, questions, strict=True)
        ]
        asked += questions
    hits = np.zeros((len(asked), CHOICES), bool)
    for n, (one, row) in enumerate(zip(rankings, asked, strict=True)):
        right = {answer_of[of] for of in row.of}
        for place, answer in enumerate(one.answers[:CHOICES]):
            hits[n, place] = answer_of[answer] in right
    answerable = np.array([bool(row.of) for row in asked], bool)
    return HeldOut(rankings, hits[:, 0], np.any(hits, axis=1), answerable)


def calibrate(faq: Faq, vectors_of: Sequence[Vectors], sha256: str) -> Calibration:
    """The calibration of an encoder from its held-out phrasings."""
    if not faq.phrasings:
        return uncalibrated(sha256)
    held_out = hold_out(faq, vectors_of)
    return fit(held_out.rankings, held_out.right, held_out.among, held_out.answerable, sha256)


def build(faq: Faq, version: str, encoder: Encoder, folder: Path, precision: float) -> Manifest:
    """Embed the FAQ, calibrate where that is still to do, and publish both in `folder`.

    An encoder trained on the phrasings scores them far too well, so its calibration comes from
    `scripts/calibrate.py`, with encoders trained without each fold, and is kept here. Raises
    `PrecisionError`, and leaves `folder` as it was, where held-out precision is below `precision`.
    """
    rows = index_files.rows_of(faq)
    vectors = index_files.embed(rows, encoder)
    try:
        calibration = Calibration.open(folder)
    except StaleIndexError:
        calibration = None
    if calibration is None or calibration.encoder_sha256 != encoder.sha256:
        calibration = calibrate(faq, [vectors] * FOLDS, encoder.sha256)
        stated = calibration.stated(precision)
    else:
        stated = calibration.stated(precision)
        _recheck(faq, vectors, calibration, stated)
    folder.mkdir(parents=True, exist_ok=True)
    calibration.save(folder)
    index = Index.of_vectors(vectors, [row.of for row in rows])
    words = Vocabulary.of(faq).model_dump_json().encode()
    return index.save(folder, faq, version, encoder, stated, words)


def _recheck(faq: Faq, vectors: Vectors, calibration: Calibration, stated: Stated) -> None:
    """Refuse phrasings that a kept calibration does not hold for.

    Its encoder may know most of them, so this precision is flattered; below the one asked for, it
    shows that phrasings added since are labelled wrongly, or are of entries like one another.
    """
    if len(faq.phrasings) < ENOUGH:
        return
    held_out = hold_out(faq, [vectors] * FOLDS)
    confidences = np.array([calibration.confidence(one.figures) for one in held_out.rankings])
    given = confidences >= stated.threshold
    reached = mixed_precision(given, held_out.right, held_out.answerable)
    if reached < stated.precision:
        raise PrecisionError(
            f"only {reached:.1%} of the answers to held-out phrasings would be right, and "
            f"{stated.precision:.0%} are asked for: some phrasings added since the calibration "
            "are labelled wrongly or belong to several entries; mend them, or calibrate anew"
        )
