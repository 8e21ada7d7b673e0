"""Texts to unit vectors: with ONNX Runtime, or with sentence-transformers if a setting says so."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from chatbot.errors import EncoderError
from chatbot.files import sha256
from chatbot.processors import available

Vectors = npt.NDArray[np.float32]

BATCH = 32
# Messages are at most 2,000 characters; longer ones are read to this many tokens.
MAX_TOKENS = 256
GROUPING = "grouping.onnx"  # the layers for grouping, beside the model
ON = "encoder_sha256"  # in their metadata: hash of the model they go on from


class Encoder(Protocol):
    """Anything that turns texts into unit vectors."""

    name: str
    dimension: int

    @property
    def sha256(self) -> str:
        """Hash of the weights: vectors of two encoders must never meet in one index."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of unit length for each text, in order."""
        ...

    @property
    def sha256_to_group(self) -> str:
        """Hash of the weights behind the second vectors of `encode_to_group`."""
        ...

    def encode_to_group(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The rows that `encode` gives, and others that tell which texts ask the same thing."""
        ...


def open_encoder(where: str | Path, threads: int = 0) -> Encoder:
    """The encoder in a folder (ONNX or sentence-transformers) or of a hub name.

    `threads` bounds the processors one call may use; 0 means all.
    """
    folder = Path(where)
    if (folder / "model.onnx").is_file():
        return OnnxEncoder(folder, threads)
    if isinstance(where, Path) and not folder.is_dir():
        raise EncoderError(f"{folder}: no such folder; an encoder belongs there")
    if folder.is_dir() and not (folder / "modules.json").is_file():
        raise EncoderError(f"{folder}: holds neither model.onnx nor a sentence-transformers model")
    return SentenceTransformersEncoder(str(where), threads)


class OnnxEncoder:
    """A mean-pooled transformer exported to ONNX, as `scripts/export_encoder.py` writes it.

    Which texts ask the same thing is told by other layers on top of its lower ones, where
    `scripts/train_grouping.py` has written them beside it, and else by the same vectors.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        from tokenizers import Tokenizer

        self._pool = ThreadPoolExecutor(available(threads))
        self._model, self._layers = folder / "model.onnx", folder / GROUPING
        with _opening(folder):
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = _session(self._model)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self.name = json.loads((folder / "config.json").read_text())["name"]
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    @cached_property
    def sha256(self) -> str:
        """Hash of the model file."""
        return sha256(self._model)

    @property
    def sha256_to_group(self) -> str:
        """Hash of the layers for grouping, else of the model file."""
        return sha256(self._layers) if self._layers.is_file() else self.sha256

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of unit length for each text, in order."""
        # One text a run: int8 scales its activations over a whole batch, so in company a text would
        # get another vector. Runs side by side are faster than batches here, too.
        if len(texts) == 1:
            return self._one(texts[0])
        vectors = list(self._pool.map(self._one, texts))
        return np.concatenate(vectors) if vectors else np.empty((0, self.dimension), np.float32)

    def encode_to_group(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The rows that `encode` gives, and others that tell which texts ask the same thing."""
        if self._grouping is None or not texts:
            vectors = self.encode(texts)
            return vectors, vectors
        found, others = zip(*self._pool.map(self._both, texts), strict=True)
        return np.concatenate(found), np.concatenate(others)

    @cached_property
    def _grouping(self) -> Any:
        if not self._layers.is_file():
            return None
        with _opening(self._layers):
            session = _session(self._layers)
        if session.get_modelmeta().custom_metadata_map.get(ON) != self.sha256:
            raise EncoderError(f"{self._layers}: was trained on another encoder; train it anew")
        return session

    def _one(self, text: str) -> Vectors:
        vector: Vectors
        (vector,) = self._session.run(["vectors"], self._tokens(text))
        return vector

    def _both(self, text: str) -> tuple[Vectors, Vectors]:
        vector, early = self._session.run(["vectors", "early"], self._tokens(text))
        return vector, self._grouping.run(None, {"early": early})[0]

    def _tokens(self, text: str) -> dict[str, npt.NDArray[np.int64]]:
        return {"input_ids": np.array([self._tokenizer.encode(text).ids], np.int64)}


@contextmanager
def _opening(place: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # both libraries raise their own, undocumented kinds
        raise EncoderError(f"{place}: the encoder cannot be opened: {error}") from None


def _session(path: Path) -> Any:
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a question is too short to be worth sharing out
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class SentenceTransformersEncoder:
    """Any sentence-transformers model; needs the `train` extra."""

    def __init__(self, where: str, threads: int = 0) -> None:
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise EncoderError(
                f"{where}: serving this model needs PyTorch: pip install 'faq-chatbot[train]'"
            ) from None
        try:
            self._model: Any = SentenceTransformer(where, device="cpu")
        except Exception as error:  # hub, file and format errors of many kinds
            raise EncoderError(f"{where}: the encoder cannot be opened: {error}") from None
        torch.set_num_threads(available(threads))
        self.name = where
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    @cached_property
    def sha256(self) -> str:
        """Hash of all weights."""
        digest = hashlib.sha256()
        for name, weights in sorted(self._model.state_dict().items()):
            digest.update(name.encode() + weights.cpu().numpy().tobytes())
        return digest.hexdigest()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of unit length for each text, in order."""
        vectors = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32).reshape(len(texts), self.dimension)

    @property
    def sha256_to_group(self) -> str:
        """The same hash."""
        return self.sha256

    def encode_to_group(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The same rows twice."""
        vectors = self.encode(texts)
        return vectors, vectors
