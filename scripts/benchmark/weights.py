"""The weights of the served encoder for other runtimes: float32, from its int8 ones."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from chatbot.files import sha256
from chatbot.text import normalise
from scripts.benchmark.corpus import answerable, served
from scripts.compact_encoder import PRODUCTS

ENOUGH = 0.99
Weights = npt.NDArray[np.float32]
# The products of a layer, in the order of the graph: query, key and value are one.
SIDE_BY_SIDE = (PRODUCTS[:3], *((name,) for name in PRODUCTS[3:]))


def sentence_transformers(encoder: Path, out: Path) -> Path:
    """A sentence-transformers folder in `out` with the weights of the ONNX encoder.

    Written anew only where the encoder has changed.
    """
    digest = sha256(encoder / "model.onnx")
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
    """Float32 weights of a graph of `scripts/compact_encoder.py`, by their names in PyTorch."""
    arrays = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    kinds: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        kinds.setdefault(node.op_type, []).append(node)
    words, places = (_looked_up(node, arrays) for node in kinds["DequantizeLinear"])
    tables = [kinds["Gather"][0].input[0], kinds["Slice"][0].input[0]]
    added = [name for node in kinds["Add"] for name in node.input if name in arrays]
    found = {
        "embeddings.word_embeddings.weight": words(tables[0]),
        "embeddings.position_embeddings.weight": places(tables[1]),
        "embeddings.token_type_embeddings.weight": np.stack([arrays[added[0]]] * 2),
    }
    norms = [kinds["LayerNormalization"][0].input[1:3]]
    norms += [node.input[2:4] for node in kinds["SkipLayerNormalization"]]
    layers = (len(norms) - 1) // 2
    names = ["embeddings.LayerNorm"]
    for layer in range(layers):
        start = f"encoder.layer.{layer}"
        names += [f"{start}.attention.output.LayerNorm", f"{start}.output.LayerNorm"]
    for name, (factor, bias) in zip(names, norms, strict=True):
        found |= {f"{name}.weight": arrays[factor], f"{name}.bias": arrays[bias]}
    products = iter(kinds["DynamicQuantizeMatMul"])
    for layer in range(layers):
        for names in SIDE_BY_SIDE:
            weights, bias = _product(next(products), arrays)
            columns = np.split(weights.T, len(names)), np.split(bias, len(names))
            for name, weight, its in zip(names, *columns, strict=True):
                found |= {
                    f"encoder.layer.{layer}.{name}.weight": weight,
                    f"encoder.layer.{layer}.{name}.bias": its,
                }
    return found


def float_graph(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with its products in float32; int8 tables of tokens stay as they are."""
    arrays = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    made = onnx.ModelProto()
    made.CopyFrom(model)
    del made.graph.node[:]
    for node in model.graph.node:
        if node.op_type != "DynamicQuantizeMatMul":
            made.graph.node.append(node)
            continue
        weights, _ = _product(node, arrays)
        name = f"{node.input[1]}_float"
        made.graph.initializer.append(numpy_helper.from_array(weights, name))
        product = f"{node.output[0]}_product"
        made.graph.node.append(helper.make_node("MatMul", [node.input[0], name], [product]))
        made.graph.node.append(helper.make_node("Add", [product, node.input[4]], node.output))
    used = {name for node in made.graph.node for name in node.input}
    kept = [one for one in made.graph.initializer if one.name in used]
    del made.graph.initializer[:]
    made.graph.initializer.extend(kept)
    return made


def _product(node: onnx.NodeProto, arrays: dict[str, npt.NDArray]) -> tuple[Weights, Weights]:
    """The float32 weights and the bias of a quantised product."""
    values, scales, zeros, bias = (arrays[name] for name in node.input[1:5])
    return (values.astype(np.float32) - zeros.astype(np.float32)) * scales, bias


def _looked_up(node: onnx.NodeProto, arrays: dict[str, npt.NDArray]) -> Callable[[str], Weights]:
    """What turns the table that is read before `node` into float32."""
    scale, zero = (arrays[name] for name in node.input[1:3])
    return lambda table: (arrays[table].astype(np.float32) - np.float32(zero)) * scale


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
