"""The graph of a quantised sentence encoder, with one node where the exporter writes ten.

What is left out is what a text that is alone in its run does not need: the mask, and the shapes
that padding asks for. The weights are the same int8 numbers.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CONTRIB = "com.microsoft"  # ONNX Runtime's own operators
OPSET, CONTRIB_OPSET, IR = 20, 1, 9
SHARED = 3  # layers whose output is given as well
# The matrices of a layer, in the order of use.
PRODUCTS = (
    *(f"attention.self.{name}" for name in ("query", "key", "value")),
    *(f"{name}.dense" for name in ("attention.output", "intermediate", "output")),
)
MATRICES = len(PRODUCTS)
NORM = ("weight", "bias")


class Quantised:
    """The weights of a graph that `onnxruntime.quantization.quantize_dynamic` has written."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._nodes = list(model.graph.node)
        self._arrays = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
        self._users = {name: node for node in self._nodes for name in node.input}

    def matrices(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
        """Weights, scales and zero points of the columns, and the bias, in the order of use."""
        for node in self._nodes:
            if node.op_type != "MatMulInteger":
                continue
            weights, zero_points = (self._arrays[node.input[n]] for n in (1, 3))
            scales = self._arrays[node.input[1].replace("_quantized", "_scale")]
            # Cast, Mul by the scales, Add of the bias.
            add = self._users[self._users[self._users[node.output[0]].output[0]].output[0]]
            (bias,) = (self._arrays[name] for name in add.input if name in self._arrays)
            yield weights, scales, np.broadcast_to(zero_points, scales.shape), bias

    def norms(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Factor and bias of each layer normalisation, in the order of use."""
        for node in self._nodes:
            if node.op_type == "LayerNormalization":
                yield self._arrays[node.input[1]], self._arrays[node.input[2]]

    def embedding(self, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Table, scale and zero point of the embeddings of words, positions or token types."""
        (name,) = {
            one.removesuffix("_quantized")
            for one in self._arrays
            if f"embeddings.{kind}_embeddings" in one and one.endswith("_quantized")
        }
        return tuple(
            self._arrays[f"{name}_{part}"] for part in ("quantized", "scale", "zero_point")
        )


class Writer:
    """Nodes and weights of a graph that grows."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, array: np.ndarray) -> str:
        """The name of a new weight."""
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(
        self, kind: str, *inputs: str, outputs: int = 1, domain: str = "", **more: object
    ) -> list[str]:
        """The names of what a new node gives."""
        names = [f"n{len(self.nodes)}_{n}" for n in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **more))
        return names

    def one(self, kind: str, *inputs: str, domain: str = "", **more: object) -> str:
        """The name of the one thing that a new node gives."""
        return self.add(kind, *inputs, domain=domain, **more)[0]

    def product(self, value: str, *matrices: tuple[np.ndarray, ...]) -> str:
        """`value` times matrices side by side, with their biases."""
        weights, scales, zeros, bias = (
            np.concatenate(parts, axis=-1) for parts in zip(*matrices, strict=True)
        )
        given = [self.weight(one) for one in (weights, scales, zeros, bias)]
        return self.one("DynamicQuantizeMatMul", value, *given, domain=CONTRIB)

    def layer(
        self, value: str, matrices: Sequence[tuple], norms: Sequence[tuple[str, str]], heads: int
    ) -> str:
        """`value` after a layer of `MATRICES` matrices and two normalisations."""
        query, key, keep, out, wide, narrow = matrices
        split = self.add(
            "Split", self.product(value, query, key, keep), outputs=3, axis=-1, num_outputs=3
        )
        seen = self.one("MultiHeadAttention", *split, domain=CONTRIB, num_heads=heads)
        value = _added(self, self.product(seen, out), value, norms[0])
        inner = self.one("Gelu", self.product(value, wide), domain=CONTRIB)
        return _added(self, self.product(inner, narrow), value, norms[1])

    def pooled(self, value: str, projection: np.ndarray | None = None) -> None:
        """Unit `vectors`: the mean of `value` over the tokens, projected where that is given."""
        mean = self.one("ReduceMean", value, self.weight(np.array([1], np.int64)), keepdims=0)
        if projection is not None:
            mean = self.one("MatMul", mean, self.weight(projection))
        self.nodes.append(helper.make_node("LpNormalization", [mean], ["vectors"], axis=1, p=2))

    def model(
        self, given: onnx.ValueInfoProto, width: int, *more: onnx.ValueInfoProto
    ) -> onnx.ModelProto:
        """The graph from what is given to `vectors` of so many numbers, and more."""
        vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", width])
        graph = helper.make_graph(self.nodes, "encoder", [given], [vectors, *more], self.weights)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, CONTRIB_OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR)

    def looked_up(self, rows: str, scale: np.ndarray, zero: np.ndarray) -> str:
        """Rows of a quantised table, as numbers."""
        return self.one("DequantizeLinear", rows, self.weight(scale), self.weight(zero))


def compact(model: onnx.ModelProto, heads: int) -> onnx.ModelProto:
    """The same encoder: `input_ids` (texts of one length, tokens) to unit `vectors`.

    `early` is what its first `SHARED` layers make of each token, for other layers to go on from.
    """
    old, new = Quantised(model), Writer()
    norms = [tuple(new.weight(one) for one in norm) for norm in old.norms()]
    matrices = list(old.matrices())
    value = _embedded(old, new, norms[0])
    for layer in range(len(matrices) // MATRICES):
        its = matrices[layer * MATRICES :][:MATRICES]
        value = new.layer(value, its, norms[1 + 2 * layer :][:2], heads)
        if layer == SHARED - 1:
            new.nodes[-1].output[0] = value = "early"
    new.pooled(value)
    width = matrices[0][0].shape[0]
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])
    return new.model(ids, width, early(width))


def early(width: int) -> onnx.ValueInfoProto:
    """What the first layers make of each token."""
    return helper.make_tensor_value_info("early", TensorProto.FLOAT, ["texts", "tokens", width])


def upper(
    weights: Mapping[str, np.ndarray], layers: Sequence[int], heads: int, projection: np.ndarray
) -> onnx.ModelProto:
    """`early` to unit `vectors` by some layers of a transformer and a projection of their mean.

    `weights` are in float, by their names; the matrices of the layers are quantised by column.
    """
    new = Writer()
    value = "early"
    for layer in layers:
        part = f"encoder.layer.{layer}"
        its = [
            (*quantised(weights[f"{part}.{name}.weight"].T), weights[f"{part}.{name}.bias"])
            for name in PRODUCTS
        ]
        norms = [
            tuple(new.weight(weights[f"{part}.{name}.LayerNorm.{kind}"]) for kind in NORM)
            for name in ("attention.output", "output")
        ]
        value = new.layer(value, its, norms, heads)
    new.pooled(value, projection)
    return new.model(early(projection.shape[0]), projection.shape[1])


def quantised(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A matrix as int8, with scale and zero point of each column."""
    scales = np.maximum(np.abs(weights).max(0), 1e-12).astype(np.float32) / 127
    return np.round(weights / scales).astype(np.int8), scales, np.zeros(len(scales), np.int8)


def _embedded(old: Quantised, new: Writer, norm: tuple[str, str]) -> str:
    """Embeddings of the tokens, normalised."""
    words, scale, zero = old.embedding("word")
    found = new.one("Gather", new.weight(words), "input_ids")
    value = new.looked_up(found, scale, zero)
    places, scale, zero = old.embedding("position")
    length = new.one("Shape", "input_ids", start=1)
    ends = [new.weight(np.array([n], np.int64)) for n in (0, 0)]
    rows = new.one("Slice", new.weight(places), ends[0], length, ends[1])
    value = new.one("Add", value, new.looked_up(rows, scale, zero))
    kinds, scale, zero = old.embedding("token_type")
    first = (kinds[0].astype(np.float32) - np.float32(zero)) * scale  # all tokens are of one kind
    value = new.one("Add", value, new.weight(first.astype(np.float32)))
    return new.one("LayerNormalization", value, *norm, axis=-1, epsilon=1e-12)


def _added(new: Writer, value: str, skipped: str, norm: tuple[str, str]) -> str:
    """The sum of two values, normalised."""
    return new.one("SkipLayerNormalization", value, skipped, *norm, domain=CONTRIB, epsilon=1e-12)
