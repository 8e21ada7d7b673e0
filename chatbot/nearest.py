"""FAISS indexes over unit vectors, by inner product: exact for few, in cells for many.

Many vectors are put into cells around centres (an inverted file; Sivic and Zisserman, 2003), of
which only those near a question are searched. `docs/performance.md` has both at every size.
"""

import math
from collections.abc import Sequence

import faiss
import numpy as np

from chatbot.encoder import Vectors

NEIGHBOURS = 300  # rows that a question is ranked by
EXACT = 50_000  # vectors up to which exact search is a small part of a question's time
PER_CELL, ROUNDS = 40, 5  # vectors that a cell is found from, and how often it is mended
PART = 16_384  # vectors added at once: a view of some columns is copied for it
SAMPLE = 200  # vectors that recall is measured with
TEN, RECALL_TEN = 10, 0.99  # of the nearest ten, which tell most, nearly all must be found
RECALL = 0.95  # and of all that are looked for, most
IP = faiss.METRIC_INNER_PRODUCT
HALF = faiss.ScalarQuantizer.QT_fp16


def store(vectors: Vectors) -> faiss.Index:
    """An index over `vectors` (rows, dimension) in half precision.

    Above `EXACT` rows it searches no more cells than find enough of the nearest `NEIGHBOURS`.
    """
    exact = faiss.IndexScalarQuantizer(vectors.shape[1], HALF, IP)
    exact.add(np.ascontiguousarray(vectors))
    if len(vectors) <= EXACT:
        return exact
    index = cells(vectors)
    asked = vectors[:: len(vectors) // SAMPLE][:SAMPLE]
    _, truth = exact.search(asked, NEIGHBOURS)
    while index.nprobe < index.nlist:
        _, found = index.search(asked, NEIGHBOURS)
        enough = recall(found, truth, NEIGHBOURS) >= RECALL
        if enough and recall(found, truth, TEN) >= RECALL_TEN:
            return index
        index.nprobe *= 2
    return exact  # no cells are near to one another


def cells(vectors: Vectors) -> faiss.IndexIVFScalarQuantizer:
    """An index of `vectors` in cells, as many as searches them soonest; one of them is searched."""
    count, dimension = vectors.shape
    many = 4 * math.isqrt(count)
    centres = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(centres, dimension, many, HALF, IP)
    index.cp.niter = ROUNDS
    index.cp.min_points_per_centroid = 1  # it would warn of fewer than 39
    index.train(np.ascontiguousarray(vectors[:: max(1, count // (PER_CELL * many))]))
    for start in range(0, count, PART):
        index.add(np.ascontiguousarray(vectors[start : start + PART]))
    return index


def recall(found: Sequence[np.ndarray] | np.ndarray, truth: np.ndarray, at: int) -> float:
    """The mean share of the `at` true neighbours that are among the first `at` found."""
    hits = [len(np.intersect1d(one[:at], its[:at])) for one, its in zip(found, truth, strict=True)]
    return float(np.mean(hits)) / at
