"""The weights of the served encoder for other runtimes: float32, from its int8 ones."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from chatbot.text import normalise
from scripts.benchmark.corpus import answerable, served

PREFIX = "transformer."
LINEAR = ".bias"
ENOUGH = 0.99
BITS = {onnx.TensorProto.INT8, onnx.TensorProto.UINT8}
Weights = npt.NDArray[np.float32]


def sentence_transformers(encoder: Path, out: Path) -> Path:
    """A sentence-transformers folder in `out` with the weights of the ONNX encoder.

    Written anew only where the encoder has changed.
    """
    digest = hashlib.sha256((encoder / "model.onnx").read_bytes()).hexdigest()
    stamp = out / "made_from"
    if stamp.is_file() and stamp.read_text() == digest:
        return out
    import torch

    from scripts.train_encoder import base_model

    shutil.rmtree(out, ignore_errors=True)
    model = base_model()
    transformer = model[0].model
    weights = of(onnx.load(encoder / "model.onnx"))
    own = transformer.state_dict()
    if missing := sorted(set(own) - set(weights) - {"embeddings.position_ids"}):
        # The pooler is not part of a sentence's vector, and was not exported.
        missing = [name for name in missing if not name.startswith("pooler.")]
        if missing:
            raise SystemExit(f"{encoder}: no weights for {missing[0]} are in the graph")
    transformer.load_state_dict(
        {name: torch.from_numpy(weights[name].copy()) for name in own if name in weights},
        strict=False,
    )
    model.save(str(out))
    stamp.write_text(digest)
    return out


def of(model: onnx.ModelProto) -> dict[str, Weights]:
    """Float32 weights of a graph of `scripts/export_encoder.py`, by their names in PyTorch."""
    tensors = {one.name: one for one in model.graph.initializer}
    makers = {output: node for node in model.graph.node for output in node.output}
    found = {}
    for name, tensor in tensors.items():
        if not name.startswith(PREFIX):
            continue
        plain = name.removeprefix(PREFIX).removesuffix("_quantized")
        if tensor.data_type == onnx.TensorProto.FLOAT and not name.endswith("_scale"):
            found[plain] = numpy_helper.to_array(tensor)
        elif name.endswith("_quantized"):
            found[plain] = _dequantised(tensors, name)
    for node in model.graph.node:
        for bias in node.input:
            if bias.startswith(PREFIX) and bias.endswith(LINEAR) and node.op_type == "Add":
                product = _source(node, makers, "MatMulInteger")
                name = bias.removeprefix(PREFIX).removesuffix(LINEAR) + ".weight"
                found[name] = _dequantised(tensors, product.input[1]).T
    return found


def float_graph(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with its products in float32; int8 tables of tokens stay as they are."""
    tensors = {one.name: one for one in model.graph.initializer}
    makers = {output: node for node in model.graph.node for output in node.output}
    nodes, dropped, weights = [], set(), {}
    for node in model.graph.node:
        cast = next((makers[one] for one in node.input if one in makers), None)
        product = makers.get(cast.input[0]) if cast is not None and cast.input else None
        if node.op_type != "Mul" or product is None or product.op_type != "MatMulInteger":
            nodes.append(node)
            continue
        scales = next(makers[one] for one in node.input if one != cast.output[0])
        quantised = makers[product.input[0]]
        name = product.input[1].replace("_quantized", "_float")
        weights[name] = _dequantised(tensors, product.input[1])
        nodes.append(helper.make_node("MatMul", [quantised.input[0], name], node.output))
        dropped |= {one.output[0] for one in (cast, product, scales, quantised)}
    graph = onnx.GraphProto()
    graph.CopyFrom(model.graph)
    del graph.node[:]
    graph.node.extend(node for node in nodes if node.output[0] not in dropped)
    used = {name for node in graph.node for name in node.input}
    del graph.initializer[:]
    graph.initializer.extend(one for name, one in tensors.items() if name in used)
    graph.initializer.extend(numpy_helper.from_array(one, name) for name, one in weights.items())
    made = onnx.ModelProto()
    made.CopyFrom(model)
    made.graph.CopyFrom(graph)
    onnx.checker.check_model(made)
    return made


def _dequantised(tensors: dict[str, onnx.TensorProto], name: str) -> Weights:
    """The float32 values of a quantised tensor; its scales may be one a column."""
    start = name.removesuffix("_quantized")
    if tensors[name].data_type not in BITS:
        raise SystemExit(f"{name} is not quantised to 8 bits")
    values, scale, zero = (
        numpy_helper.to_array(tensors[f"{start}_{part}"])
        for part in ("quantized", "scale", "zero_point")
    )
    made: Weights = (values.astype(np.float32) - zero.astype(np.float32)) * scale
    return made


def _source(node: onnx.NodeProto, makers: dict[str, onnx.NodeProto], kind: str) -> onnx.NodeProto:
    """The node of that kind from which the input of `node` was scaled."""
    waiting = [makers[one] for one in node.input if one in makers]
    while waiting:
        one = waiting.pop()
        if one.op_type == kind:
            return one
        if one.op_type in ("Cast", "Mul"):
            waiting += [makers[name] for name in one.input if name in makers]
    raise SystemExit(f"no {kind} leads to {node.name}: the graph is of another exporter")


def check(folder: Path) -> float:
    """The least cosine between its vectors of the questions and the served ones.

    `SystemExit` where it is below `ENOUGH`: the weights are not the same.
    """
    from sentence_transformers import SentenceTransformer

    texts = [normalise(one.text) for one in answerable()]
    model = SentenceTransformer(str(folder), device="cpu")
    vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    least = float((vectors * served().encode(texts)).sum(1).min())
    if least < ENOUGH:
        raise SystemExit(f"{folder}: vectors differ from the served ones (cosine {least:.3f})")
    return least
