#!/usr/bin/env python3
"""Export a sentence-transformers model to int8 ONNX (needs the `train` extra).

    python scripts/export_encoder.py build/encoder --out index/encoder

The graph pools and normalises too, so a server needs only the tokeniser and ONNX Runtime.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import onnx
import torch
from compact_encoder import compact
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer
from torch.export import Dim

from chatbot.encoder import GROUPING

REFERENCE = (
    "who pays",
    "so is lift just gone",
    "how will schools access stls support",
    "my son has a lady who helps with his hearing will she still come in september",
    "we are a small nursery and nobody has told us which way round we are meant to ask for help "
    "now that the old meetings have gone and i have two little ones who need somebody",
    "",
)


class Pooled(torch.nn.Module):
    """Tokens to unit sentence vectors: transformer, mean over real tokens, L2 norm."""

    def __init__(self, transformer: torch.nn.Module) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.transformer(
            input_ids=input_ids, attention_mask=attention_mask
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(pooled, dim=1)


def export(source: str, out: Path, name: str) -> None:
    """Write model.onnx (int8), tokenizer.json, config.json and the training record to `out`."""
    model = SentenceTransformer(source, device="cpu")
    tokens = model.tokenizer(
        ["who pays", "how will schools get support"], padding=True, return_tensors="pt"
    )
    inputs = (tokens["input_ids"], tokens["attention_mask"])
    shape = {0: Dim.DYNAMIC, 1: Dim.DYNAMIC}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        program = torch.onnx.export(
            Pooled(model[0].model).eval(),
            inputs,
            dynamo=True,
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_shapes=(shape, shape),
            opset_version=18,
        )
        program.save(str(whole))
        out.mkdir(parents=True, exist_ok=True)
        quantize_dynamic(
            str(whole), str(out / "model.onnx"), weight_type=QuantType.QInt8, per_channel=True
        )
    heads = model[0].model.config.num_attention_heads
    onnx.save(compact(onnx.load(out / "model.onnx"), heads), out / "model.onnx")
    (out / GROUPING).unlink(missing_ok=True)  # they go on from the encoder before
    model.tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    (out / "config.json").write_text(json.dumps({"name": name}, indent=2) + "\n")
    record = Path(source) / "training.json"
    if record.is_file():
        shutil.copy(record, out / "training.json")


def reference(source: str, out: Path) -> None:
    """Write what sentence-transformers itself makes of a few texts, for the tests to hold to."""
    model = SentenceTransformer(source, device="cpu")
    vectors = model.encode(list(REFERENCE), normalize_embeddings=True)
    record = {"texts": REFERENCE, "vectors": [[round(float(x), 5) for x in v] for v in vectors]}
    out.write_text(json.dumps(record) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", help="folder or hub name of a sentence-transformers model")
    parser.add_argument("--out", type=Path, default=Path("index/encoder"))
    parser.add_argument("--name", default="all-MiniLM-L6-v2, fine-tuned")
    parser.add_argument("--reference", type=Path, help="also write reference vectors here")
    given = parser.parse_args()
    export(given.source, given.out, given.name)
    if given.reference is not None:
        reference(given.source, given.reference)


if __name__ == "__main__":
    main()
