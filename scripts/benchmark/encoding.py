"""The encoder's choices, each with its time and accuracy on the labelled questions."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Encoding, Tokenizer

from chatbot import building
from chatbot.encoder import MAX_TOKENS, Vectors
from chatbot.evaluation import Question
from chatbot.nearest import NEIGHBOURS
from chatbot.ranking import rank
from chatbot.text import normalise
from scripts.benchmark import arithmetic, timing, weights
from scripts.benchmark.corpus import ROOT, Corpus, answerable, warming

FOLDER = ROOT / "index" / "encoder"
ROUNDS = 3
LEVELS = {
    "none": onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL,
    "basic": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    "extended": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "all": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
}
BASE = "int8 by column, one thread, one text a run"
Figures = dict[str, Any]
Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Choice:
    """One way to run the encoder."""

    name: str
    model: str = "served"
    threads: int = 1
    level: str = "all"
    tokens: int = MAX_TOKENS
    batch: int = 1
    at_once: int = 1  # runs side by side


CHOICES = (
    Choice(BASE),
    Choice("two threads a run", threads=2),
    Choice("no graph optimisation", level="none"),
    Choice("basic graph optimisation", level="basic"),
    Choice("extended graph optimisation", level="extended"),
    Choice("float32", model="float"),
    Choice("int8 by matrix", model="by_matrix"),
    Choice("int8 by column, 7 bits", model="reduced"),
    Choice("cut at 16 tokens", tokens=16),
    Choice("cut at 32 tokens", tokens=32),
    Choice("cut at 64 tokens", tokens=64),
    Choice("batches of 8 of one length", batch=8),
    Choice("batches of 32 of one length", batch=32),
    Choice("batches of 32 of one length, two threads", batch=32, threads=2),
    Choice("batches of 32 of one length, two at once", batch=32, at_once=2),
    Choice("one text a run, two at once", at_once=2),
    Choice("float32, batches of 32 of one length, two at once", model="float", batch=32, at_once=2),
)


def measure(folder: Path, work: Path, *, quick: bool) -> Figures:
    """Time and accuracy of every choice, and what the machine's arithmetic allows."""
    return timing.apart(_measure, work, quick)


def _measure(work: Path, quick: bool) -> Figures:
    logging.disable(logging.WARNING)  # the quantiser warns of what is meant
    corpus, questions = Corpus.open(), answerable()[: 60 if quick else None]
    texts = [normalise(one.text) for one in questions]
    models = _models(work)
    encoders = {one.name: encoder(one, models[one.model]) for one in CHOICES}
    best = dict.fromkeys(encoders, float("inf"))
    vectors = {}
    for encode in encoders.values():
        encode(warming())
    for _ in range(1 if quick else ROUNDS):
        for name, encode in encoders.items():
            start = time.perf_counter()
            vectors[name] = encode(texts)
            best[name] = min(best[name], (time.perf_counter() - start) * 1e3 / len(texts))
    base = vectors[BASE]
    lengths = [len(one.ids) for one in _tokenizer(MAX_TOKENS).encode_batch(texts)]
    return {
        "tokens": {"median": float(np.median(lengths)), "most": max(lengths)},
        "choices": {
            name: {
                "milliseconds": best[name],
                "right_first": right_first(corpus, questions, texts, vectors[name]),
                "least cosine": float((vectors[name] * base).sum(1).min()),
            }
            for name in encoders
        },
        "tokenising": _tokenising(texts),
        "arithmetic": arithmetic.measure(round(float(np.mean(lengths))), quick=quick),
    }


def _models(work: Path) -> dict[str, Path]:
    """The served model, its float32 twin, and that one quantised in other ways."""
    made = {"served": FOLDER / "model.onnx", "float": work / "float.onnx"}
    onnx.save(weights.float_graph(onnx.load(made["served"])), made["float"])
    ways = {"by_matrix": (False, False), "reduced": (True, True)}
    for name, (by_column, reduced) in ways.items():
        made[name] = work / f"{name}.onnx"
        quantize_dynamic(
            str(made["float"]),
            str(made[name]),
            op_types_to_quantize=["MatMul"],
            weight_type=QuantType.QInt8,
            per_channel=by_column,
            reduce_range=reduced,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},  # after contrib operators
        )
    return made


def _tokenizer(tokens: int) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(tokens)
    return tokenizer


def encoder(choice: Choice, model: Path) -> Encode:
    """The function from texts to vectors that the choice makes."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = choice.threads
    options.graph_optimization_level = LEVELS[choice.level]
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    tokenizer = _tokenizer(choice.tokens)

    def run(batch: Sequence[Encoding]) -> Vectors:
        tokens = np.array([one.ids for one in batch], np.int64)
        found: Vectors = session.run(None, {"input_ids": tokens})[0]
        return found

    def encode(texts: Sequence[str]) -> Vectors:
        if choice.batch == 1 and choice.at_once == 1:
            return np.concatenate([run([tokenizer.encode(text)]) for text in texts])
        tokens = tokenizer.encode_batch(list(texts))
        batches = of_one_length([len(one.ids) for one in tokens], choice.batch)
        order = [n for batch in batches for n in batch]
        with ThreadPoolExecutor(choice.at_once) as pool:
            found = list(pool.map(run, [[tokens[n] for n in batch] for batch in batches]))
        back = np.argsort(order)
        vectors: Vectors = np.concatenate(found)[back]
        return vectors

    return encode


def of_one_length(lengths: Sequence[int], most: int) -> list[list[int]]:
    """The places of the texts in batches of at most so many, each of one length."""
    by_length: dict[int, list[int]] = {}
    for place, length in enumerate(lengths):
        by_length.setdefault(length, []).append(place)
    return [
        some[start : start + most]
        for _, some in sorted(by_length.items())
        for start in range(0, len(some), most)
    ]


def right_first(
    corpus: Corpus, questions: Sequence[Question], texts: Sequence[str], vectors: Vectors
) -> float:
    """The share of questions whose first ranked entry gives a right answer."""
    answer_of = building.answer_positions(corpus.faq)
    found = corpus.index.search(np.ascontiguousarray(vectors), NEIGHBOURS)
    firsts = [
        rank(near, answer_of, len(text.split())).answers[:1]
        for near, text in zip(found, texts, strict=True)
    ]
    right = map(corpus.is_right, questions, firsts)
    return sum(right) / len(questions)


def _tokenising(texts: Sequence[str]) -> float:
    """Milliseconds that the tokens of a question take."""
    tokenizer = _tokenizer(MAX_TOKENS)
    time_of = timing.milliseconds(tokenizer.encode)
    return float(np.median([time_of(text) for text in texts]))


def lines(figures: Figures) -> list[str]:
    """The figures as tables."""
    choices, tokens = figures["choices"], figures["tokens"]
    base = choices[BASE]
    return [
        f"{tokens['median']:.0f} tokens a question at the median, {tokens['most']} at most; "
        f"they take {figures['tokenising']:.2f} ms to find.",
        "",
        "| choice | ms a question | of the first line | right first | least cosine with it |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {one['milliseconds']:.2f} "
            f"| {one['milliseconds'] / base['milliseconds']:.2f} | {one['right_first']:.1%} "
            f"| {one['least cosine']:.4f} |"
            for name, one in choices.items()
        ),
        "",
        *arithmetic.lines(figures["arithmetic"], base["milliseconds"]),
    ]
