import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from scripts.benchmark import cold_start, growth, installed, lists, targets, timing

ROOT = Path(__file__).parent.parent

TEXTS = ["Who pays?", "Is LIFT gone?", "Where is training?"]
ROLLUP = """\
5581a000-7ffd2000 ---p 00000000 00:00 0                                  [rollup]
Rss:              204800 kB
Pss:              102400 kB
Pss_Dirty:         51200 kB
"""
REPORT = """\
import time: self [us] | cumulative | imported package
import time:       180 |        180 |   _io
import time:       412 |       1800 |     numpy.linalg
import time:        90 |         90 | click
a line that the command itself writes
import time:        70 |         70 | chatbot.cli
"""


def test_varied_texts_are_all_different_and_go_on_where_the_last_ended():
    first, second = timing.varied(TEXTS, 5), timing.varied(TEXTS, 5, start=5)
    assert len(set(first + second)) == 10
    assert first[3] == "3 Who pays?"


def test_half_of_a_list_repeats_the_other_half():
    made = timing.half_repeated(TEXTS, 100)
    assert set(Counter(made).values()) == {2}
    assert len(made) == 100
    assert made == timing.half_repeated(TEXTS, 100)
    assert made[:50] != made[50:]


def test_every_system_gets_every_text_and_each_begins_in_turn():
    asked: list[tuple[str, str]] = []

    def system(name: str, taken: float):
        def work(text: str) -> float:
            asked.append((name, text))
            return taken

        return work

    works = {"a": system("a", 1.0), "b": system("b", 2.0)}
    assert timing.interleaved(works, ["x", "y"], pause=0) == {"a": [1.0, 1.0], "b": [2.0, 2.0]}
    assert asked == [("a", "x"), ("b", "x"), ("b", "y"), ("a", "y")]


def test_summary_is_of_median_and_the_slowest_in_a_hundred():
    found = timing.summary([*[1.0] * 99, 100.0])
    assert found["median"] == 1.0
    assert 1.0 < found["p99"] < 100.0


def test_memory_is_read_in_megabytes():
    assert timing.rollup(ROLLUP) == {"rss": 200.0, "pss": 100.0}


def test_a_family_is_a_process_and_its_descendants():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        found = timing.family(os.getpid())
        assert found[0] == os.getpid()
        assert child.pid in found
        assert timing.family(child.pid) == [child.pid]
    finally:
        child.communicate()


def test_modules_are_read_from_a_report_of_imports():
    modules = cold_start.imported(REPORT)
    assert modules == ["_io", "numpy.linalg", "click", "chatbot.cli"]
    assert cold_start.packages(modules) == ["click", "numpy"]


def test_what_serving_needs_holds_no_pytorch():
    names = {one.name.lower() for one in installed.needed("faq-chatbot")}
    assert {"onnxruntime", "starlette", "h11"} <= names  # the last two by way of others
    assert not names & {"faq-chatbot", "torch", "pytest", "matplotlib"}


@pytest.mark.parametrize(
    ("exact", "other", "size"),
    [
        ([1, 10, 100], [2, 5, 20], 10**2.5),
        ([1, 10, 100], [0.5, 5, 20], 100.0),
        ([1, 10, 100], [2, 20, 200], None),
        ([1, 10, 100], [0.5, 20, 50], 10**3.5),
    ],
)
def test_a_crossing_lies_where_the_other_stays_the_faster(exact, other, size):
    assert growth.crossing([100, 1_000, 10_000], exact, other) == pytest.approx(size)


def test_synthetic_vectors_are_of_unit_length_and_have_neighbours():
    vectors, queries = growth.synthetic(2_000, 20)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    near = np.sort(queries @ vectors.T, axis=1)
    assert near[:, -10].mean() > 0.7  # of the same cluster
    assert near[:, 1_000].mean() < 0.3


def test_exact_search_of_a_few_vectors_finds_all():
    found = growth.at(*growth.synthetic(400, 5))
    assert set(found["kinds"]) == {"exact, float16", "HNSW, float16"}
    exact = found["kinds"]["exact, float16"]
    assert exact["enough at 10"]["recall at 10"] >= 0.99
    assert exact["megabytes"] == pytest.approx(400 * 384 * 2 / 1e6, rel=0.01)


def test_targets_say_what_was_reached():
    figures = {
        "encoder": {"all at once": 900.0, "in chunks": 1_000.0},
        "distinct": {"answered": 950.0, "memory answering": 200.0, "memory writing": 90.0},
        "half repeated": {"answered": 1_500.0, "memory answering": 200.0, "memory writing": 205.0},
    }
    assert lists.best(figures["encoder"]) == 1_000.0
    found = targets.rows({"lists": figures})
    assert [reached for _, _, _, reached in found] == [True, False, True]
    assert found[1][1:3] == ("at least 2 times", "1.58 times")


def test_operations_of_the_encoder():
    pytest.importorskip("onnx")
    from scripts.benchmark import arithmetic

    assert arithmetic.multiplications(1) == 2 * 6 * (4 * 384 * 384 + 2 * 384 * 1_536)
    assert arithmetic.attention(10) == 4 * 100 * 384 * 6


def test_products_alone_are_those_of_the_encoder():
    pytest.importorskip("onnx")
    from scripts.benchmark import arithmetic

    graph = arithmetic.products(integers=True).graph
    assert len(graph.node) == 36
    weights = sum(int(np.prod(one.dims)) for one in graph.initializer)
    assert 2 * weights == arithmetic.multiplications(1)


def test_batches_hold_texts_of_one_length():
    pytest.importorskip("onnx")
    from scripts.benchmark import encoding

    assert encoding.of_one_length([3, 2, 3, 3], 2) == [[1], [0, 2], [3]]


def test_float_weights_come_back_from_the_served_graph():
    onnx = pytest.importorskip("onnx")
    import onnxruntime

    from scripts.benchmark import weights

    served = onnx.load(ROOT / "index/encoder/model.onnx")
    found = weights.of(served)
    assert found["embeddings.word_embeddings.weight"].shape == (30_522, 384)
    assert found["encoder.layer.5.output.dense.weight"].shape == (384, 1_536)
    back = weights.float_graph(served)
    assert "DynamicQuantizeMatMul" not in {node.op_type for node in back.graph.node}
    tokens = {"input_ids": np.array([[101, 2040, 12778, 102]])}
    one, other = (
        onnxruntime.InferenceSession(
            model.SerializeToString(), providers=["CPUExecutionProvider"]
        ).run(None, tokens)[0]
        for model in (served, back)
    )
    assert float((one * other).sum()) > 0.98


def test_upper_layers_go_on_from_the_lower_ones():
    onnx = pytest.importorskip("onnx")
    import onnxruntime

    from scripts.benchmark import weights
    from scripts.compact_encoder import SHARED, quantised, upper

    served = onnx.load(ROOT / "index/encoder/model.onnx")
    whole, rest = (
        onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        for model in (
            served,
            upper(weights.of(served), range(SHARED, 6), 12, np.eye(384, dtype=np.float32)),
        )
    )
    vectors, early = whole.run(None, {"input_ids": np.array([[101, 2040, 12778, 102]])})
    (again,) = rest.run(None, {"early": early})
    assert float((vectors * again).sum()) > 0.99
    matrix = np.random.default_rng(1).normal(size=(8, 3)).astype(np.float32)
    numbers, scales, zeros = quantised(matrix)
    assert np.abs((numbers - zeros) * scales - matrix).max() < scales.max()
