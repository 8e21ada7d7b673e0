"""Search as an FAQ grows: build, search, memory and recall of exact and approximate indexes.

Vectors are synthetic: clusters as large as those of an FAQ's entries, in few latent dimensions, as
embeddings have them, so that neighbours exist; the real rows are measured beside.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from chatbot import nearest
from chatbot.encoder import Vectors
from chatbot.nearest import NEIGHBOURS, recall
from scripts.benchmark import timing
from scripts.benchmark.corpus import Corpus

SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUERIES = 200
RECALL = 0.99
DEPTHS = (10, NEIGHBOURS)  # neighbours of which so many must be found
DIMENSION, LATENT = 384, 32
CLUSTER = 250  # rows
SPREAD, NOISE = 0.55, 0.3
TRAINING = 50  # vectors a list that an inverted file is trained on
PROBES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
IP = faiss.METRIC_INNER_PRODUCT
Figures = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """An index and the setting that trades its time for recall; `{lists}` is put in by size."""

    name: str
    factory: str
    setting: str = ""
    ladder: tuple[int, ...] = (0,)
    least: int = 0  # rows below which it makes no sense


BUILT = "as the chatbot builds it"
KINDS = (
    Kind("exact, float16", "SQfp16"),
    Kind("HNSW, float16", "HNSW32_SQfp16", "efSearch", (16, 32, 64, 128, 256, 512, 1_024)),
    Kind("IVF, float16", "IVF{lists},SQfp16", "nprobe", PROBES, 5_000),
    Kind("IVF, 8 bits", "IVF{lists},SQ8", "nprobe", PROBES, 5_000),
)


def measure(folder: Path, work: Path, *, quick: bool) -> Figures:
    """Every kind of index at every size, and over the real rows."""
    sizes = SIZES[:2] if quick else SIZES
    return {
        "real": timing.apart(_real),
        "synthetic": [timing.apart(_synthetic, size) for size in sizes],
    }


def _real() -> Figures:
    vectors = Corpus.open().vectors
    chosen = np.zeros(len(vectors), bool)
    chosen[np.random.default_rng(timing.SEED).permutation(len(vectors))[:QUERIES]] = True
    return at(vectors[~chosen], vectors[chosen])


def _synthetic(size: int) -> Figures:
    return at(*synthetic(size, QUERIES))


def synthetic(size: int, queries: int) -> tuple[Vectors, Vectors]:
    """So many unit vectors and queries of the same clusters."""
    rng = np.random.default_rng(timing.SEED)
    clusters = rng.standard_normal((max(1, size // CLUSTER), LATENT), np.float32)
    basis = rng.standard_normal((LATENT, DIMENSION), np.float32) / np.float32(LATENT**0.5)

    def drawn(many: int) -> Vectors:
        made = np.empty((many, DIMENSION), np.float32)
        for start in range(0, many, 50_000):  # in parts, to keep memory low
            part = made[start : start + 50_000]
            of = clusters[rng.integers(len(clusters), size=len(part))]
            of = of + SPREAD * rng.standard_normal(of.shape, np.float32)
            part[:] = of @ basis + NOISE * rng.standard_normal(part.shape, np.float32)
            part /= np.linalg.norm(part, axis=1, keepdims=True)
        return made

    return drawn(size), drawn(queries)


def at(vectors: Vectors, queries: Vectors) -> Figures:
    """All kinds of index over these vectors."""
    limit = min(NEIGHBOURS, len(vectors))
    faiss.omp_set_num_threads(timing.processors())
    scores, truth = faiss.knn(queries, vectors, limit, metric=IP)
    kinds = {
        kind.name: _measured(kind, vectors, queries, truth)
        for kind in KINDS
        if len(vectors) >= kind.least
    }
    faiss.omp_set_num_threads(timing.processors())
    start = time.perf_counter()
    built = nearest.store(vectors)
    taken = time.perf_counter() - start
    faiss.omp_set_num_threads(1)
    return {
        "rows": len(vectors),
        "near": {str(n): float(scores[:, n - 1].mean()) for n in (1, 10, limit)},
        "kinds": kinds,
        BUILT: {"build_s": taken, "exact": len(vectors) <= nearest.EXACT}
        | _searched(built, queries, truth),
    }


def _measured(kind: Kind, vectors: Vectors, queries: Vectors, truth: np.ndarray) -> Figures:
    """Build time, size, and search with the least setting that has enough recall.

    Enough of the first 10, and enough of all rows that ranking takes, each where it is reached.
    """
    lists = 2 ** round(np.log2(4 * len(vectors) ** 0.5)) // 2
    factory = kind.factory.format(lists=lists)
    faiss.omp_set_num_threads(timing.processors())
    index = faiss.index_factory(vectors.shape[1], factory, IP)
    start = time.perf_counter()
    step = max(1, len(vectors) // (TRAINING * lists))
    index.train(np.ascontiguousarray(vectors[::step]))
    index.add(vectors)
    build = time.perf_counter() - start
    figures = {"factory": factory, "build_s": build, "megabytes": _size(index)}
    faiss.omp_set_num_threads(1)
    for value in kind.ladder:
        if kind.setting:
            faiss.ParameterSpace().set_index_parameter(index, kind.setting, value)
        found = _searched(index, queries, truth)
        found["setting"] = f"{kind.setting} {value}" if kind.setting else ""
        figures["most recall"] = found
        for depth in DEPTHS:
            if found[f"recall at {depth}"] >= RECALL:
                figures.setdefault(f"enough at {depth}", found)
        if all(f"enough at {depth}" in figures for depth in DEPTHS):
            break
    return figures


def _searched(index: faiss.Index, queries: Vectors, truth: np.ndarray) -> Figures:
    """Milliseconds of one query on one thread for as many rows as ranking takes, and recall."""
    limit, taken, rows = truth.shape[1], [], []
    for query in queries:
        start = time.perf_counter()
        rows.append(index.search(query[None], limit)[1][0])
        taken.append((time.perf_counter() - start) * 1e3)
    return {
        **timing.summary(taken),
        "recall at 10": recall(rows, truth, 10),
        f"recall at {NEIGHBOURS}": recall(rows, truth, limit),
    }


def _size(index: faiss.Index) -> float:
    """Megabytes of the index as it is written."""
    sizes: list[int] = []
    writer = faiss.PyCallbackIOWriter(lambda part: sizes.append(len(part)), 1 << 24)
    faiss.write_index(index, writer)
    del writer  # it writes its last part when it goes
    return sum(sizes) / 1e6


def crossing(sizes: Sequence[int], exact: Sequence[float], other: Sequence[float]) -> float | None:
    """The size from which `other` is the faster, on straight lines between logarithms.

    The least size where it always is; None where it is not even at the greatest.
    """
    gaps = [log(a) - log(b) for a, b in zip(exact, other, strict=True)]  # above 0: faster
    if gaps[-1] <= 0:
        return None
    last = next((n for n in reversed(range(len(gaps))) if gaps[n] <= 0), None)
    if last is None:
        return float(sizes[0])
    share = gaps[last] / (gaps[last] - gaps[last + 1])
    return exp(log(sizes[last]) + share * (log(sizes[last + 1]) - log(sizes[last])))
