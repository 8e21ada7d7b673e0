"""How fast the machine multiplies matrices as the encoder does, and how much it has to.

The encoder is six layers of four products with 384 x 384 matrices and two with 384 x 1536 ones.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
from onnx import ModelProto, TensorProto, helper, numpy_helper

LAYERS, WIDTH, INNER = 6, 384, 1_536
SHAPES = [(WIDTH, WIDTH)] * 4 + [(WIDTH, INNER), (INNER, WIDTH)]
BATCH = 32
SECONDS = 1.0  # that each rate is measured for
Figures = dict[str, Any]


def multiplications(tokens: int) -> float:
    """Operations (two for each multiply and add) of the weights' products for a text."""
    return 2.0 * tokens * LAYERS * sum(rows * columns for rows, columns in SHAPES)


def attention(tokens: int) -> float:
    """Operations of the two products of a text's tokens with each other."""
    return 2.0 * 2 * tokens * tokens * WIDTH * LAYERS


def measure(tokens: int, *, quick: bool) -> Figures:
    """Rates of all the encoder's products on one thread, for one text and for a batch of them."""
    seconds = SECONDS / 10 if quick else SECONDS
    rates = {}
    for name, rows in (("one text", tokens), (f"{BATCH} texts", tokens * BATCH)):
        ways = {
            "int8, MatMulInteger of ONNX Runtime": _runtime(rows, integers=True),
            "float32, MatMul of ONNX Runtime": _runtime(rows, integers=False),
            "float32, sgemm of NumPy": _numpy(rows),
        }
        for way, work in ways.items():
            rates[f"{way}, {name}"] = multiplications(rows) / _least(work, seconds) / 1e9
    return {
        "tokens": tokens,
        "operations": multiplications(tokens),
        "attention": attention(tokens),
        "rates": rates,
    }


def _least(work: Callable[[], object], seconds: float) -> float:
    """The least time of a run, in seconds; others disturb the rest."""
    work()
    end, least = time.perf_counter() + seconds, float("inf")
    while time.perf_counter() < end:
        start = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - start)
    return least


def _runtime(rows: int, *, integers: bool) -> Callable[[], object]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        products(integers=integers).SerializeToString(), options, ["CPUExecutionProvider"]
    )
    kind = np.uint8 if integers else np.float32
    rng = np.random.default_rng(0)
    feed = {
        f"x{width}": rng.integers(0, 255, (rows, width)).astype(kind) for width in (WIDTH, INNER)
    }
    return lambda: session.run(None, feed)


def products(*, integers: bool) -> ModelProto:
    """A graph of the products alone, with weights at random."""
    rng = np.random.default_rng(0)
    kind, made = (TensorProto.UINT8, TensorProto.INT32) if integers else (TensorProto.FLOAT,) * 2
    nodes, tensors, outputs = [], [], []
    for n, (rows, columns) in enumerate(SHAPES * LAYERS):
        values = rng.integers(-127, 127, (rows, columns)).astype(
            np.int8 if integers else np.float32
        )
        tensors.append(numpy_helper.from_array(values, f"w{n}"))
        operation = "MatMulInteger" if integers else "MatMul"
        nodes.append(helper.make_node(operation, [f"x{rows}", f"w{n}"], [f"y{n}"]))
        outputs.append(helper.make_tensor_value_info(f"y{n}", made, ["rows", columns]))
    inputs = [
        helper.make_tensor_value_info(f"x{width}", kind, ["rows", width])
        for width in (WIDTH, INNER)
    ]
    graph = helper.make_graph(nodes, "products", inputs, outputs, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def _numpy(rows: int) -> Callable[[], object]:
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(0)
    given = {width: rng.standard_normal((rows, width), np.float32) for width in (WIDTH, INNER)}
    matrices = [rng.standard_normal(shape, np.float32) for shape in SHAPES * LAYERS]

    def work() -> None:
        with threadpool_limits(1):
            for one in matrices:
                given[len(one)] @ one

    return work


def lines(figures: Figures, taken: float) -> list[str]:
    """The rates, and how far a question that takes `taken` milliseconds is from their limit."""
    whole = figures["operations"] + figures["attention"]
    rows = [
        f"| {name} | {rate:.0f} | {whole / rate / 1e6:.2f} ms |"
        for name, rate in figures["rates"].items()
    ]
    best = max(figures["rates"].values())
    alone = max(rate for name, rate in figures["rates"].items() if name.endswith("one text"))
    return [
        f"A question of {figures['tokens']} tokens is {figures['operations'] / 1e6:.0f} million "
        f"operations with weights and {figures['attention'] / 1e6:.0f} million in attention. "
        "All the encoder's products with weights, on one thread:",
        "",
        "| products | thousand million operations a second | a question at this rate |",
        "|---|---|---|",
        *rows,
        "",
        f"One question takes {taken:.2f} ms, {taken / (whole / alone / 1e6):.1f} times what its "
        f"products alone would take, and {taken / (whole / best / 1e6):.1f} times what they would "
        "take at the machine's best rate.",
    ]
