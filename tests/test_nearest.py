import faiss
import numpy as np
import pytest

from chatbot import nearest
from chatbot.encoder import Vectors
from chatbot.nearest import cells, recall, store


@pytest.fixture
def vectors() -> Vectors:
    """Unit vectors in clusters, as phrasings of entries are."""
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(10, 64)).repeat(400, 0)
    made = (centres + 0.7 * rng.normal(size=centres.shape)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_few_vectors_are_searched_exactly(vectors: Vectors) -> None:
    truth = np.argsort(-(vectors[:50] @ vectors.T), axis=1)
    _, found = store(vectors).search(vectors[:50], 10)
    assert recall(found, truth, 10) > 0.99


def test_of_many_no_more_cells_are_searched_than_find_enough(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "EXACT", 1_000)
    index = store(vectors)
    assert 1 < index.nprobe < index.nlist / 2
    asked = vectors[5::7]
    truth = np.argsort(-(asked @ vectors.T), axis=1)
    assert recall(index.search(asked, 10)[1], truth, 10) > 0.98
    assert recall(index.search(asked, 300)[1], truth, 300) > 0.9
    fewer = cells(vectors)
    fewer.nprobe = 1
    assert recall(fewer.search(asked, 300)[1], truth, 300) < 0.9


def test_where_cells_never_find_enough_search_is_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nearest, "EXACT", 1_000)
    even = np.random.default_rng(1).normal(size=(2_000, 64)).astype(np.float32)
    even /= np.linalg.norm(even, axis=1, keepdims=True)
    monkeypatch.setattr(nearest, "RECALL", 1.0)
    assert type(store(even)) is faiss.IndexScalarQuantizer


def test_recall_is_the_share_of_true_neighbours_found() -> None:
    truth = np.array([[1, 2, 3], [4, 5, 6]])
    assert recall(np.array([[3, 1, 9], [6, 5, 4]]), truth, 3) == pytest.approx(5 / 6)
    assert recall(np.array([[3, 1, 9], [6, 5, 4]]), truth, 1) == 0
    assert recall([np.array([2, 1, 9]), np.array([6, 4, 5])], truth, 2) == 0.75
    assert recall([np.array([2, 1, 9]), np.array([6, 4, 5])], truth, 3) == 5 / 6
