#!/usr/bin/env python3
"""Train what tells questions that ask the same thing from others (needs the `train` extra).

    python scripts/train_grouping.py

Writes index/encoder/grouping.onnx, the upper layers of the served encoder trained anew, and
grouping.json beside it, a model of pairs, from the labelled lists in scripts/grouping/, written for
this alone, as the index of this checkout judges them. The model of pairs is fitted on vectors from
layers that were trained without a pair's list; the lists of each half are by other writers. Another
one, chatbot/grouping.json, is for encoders without such layers. Run it after the encoder or its
calibration has changed.
"""

import json
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from compact_encoder import SHARED, upper
from sentence_transformers import SentenceTransformer
from train_encoder import Noise, contrastive_loss, embed

from chatbot import faq, grouping, grouping_evaluation, settings
from chatbot.answering import Answerer
from chatbot.confidence import Logistic, logistic
from chatbot.encoder import GROUPING, ON, Vectors, open_encoder
from chatbot.files import sha256
from chatbot.grouping import Asked, Grouping, Groups
from chatbot.grouping_evaluation import Pairs
from chatbot.text import clean
from scripts.benchmark import weights

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "scripts/grouping/lists.jsonl"
ENCODER = ROOT / "index/encoder"
EPOCHS, RATE, TEMPERATURE = 4, 4e-4, 0.05
WARM_UP = 20  # steps, a list each
DIMENSIONS = 128  # of the vectors; of a list of 100,000 there are as many
SLIPS = 0.3  # share of texts that get a typing slip or a term written otherwise
SEED = 1
PART = 256  # texts embedded together
RIDGE = 1.0
LEAST = np.arange(-4.0, 1.6, 0.2)  # log odds tried
SMOOTH = 5  # of them that are averaged, since the best one of few lists is luck


@dataclass(frozen=True)
class List:
    """A labelled list, judged by the index; `texts` are as the encoder reads them."""

    name: str
    texts: list[str]
    labels: np.ndarray
    asked: list[Asked]
    plain: Vectors  # of the served encoder

    def pairs(self, vectors: Vectors) -> tuple[np.ndarray, np.ndarray]:
        """The figures of each pair of questions, and whether it asks the same."""
        cosines = vectors @ vectors.T
        first, second = np.triu_indices(len(self.labels), 1)
        figures = [
            grouping.figures(self.asked[a], self.asked[b], float(cosines[a, b]))
            for a, b in zip(first, second, strict=True)
        ]
        return np.array(figures), self.labels[first] == self.labels[second]

    def measured(self, vectors: Vectors, model: Grouping) -> Pairs:
        """How its questions are put together with these vectors and this model."""
        groups = Groups(vectors.copy(), self.asked, model).grown()
        found = np.unique(groups, return_inverse=True)[1]
        return grouping_evaluation.pairs(self.labels, found, np.ones(self.labels.max() + 1))


def read(answerer: Answerer) -> list[List]:
    """The labelled lists."""
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    lists = []
    for name in dict.fromkeys(line["list"] for line in lines):
        its = [line for line in lines if line["list"] == name]
        questions = [clean(line["text"]) for line in its]
        judged = answerer.lookup.judge(questions)
        lists.append(
            List(
                name,
                [answerer.lookup.plain(one) for one in questions],
                np.unique([line["group"] for line in its], return_inverse=True)[1],
                [Asked.of(one) for one in judged],
                np.array([one.vector for one in judged]),
            )
        )
    return lists


@dataclass(frozen=True)
class Trained:
    """The served encoder with other upper layers, and what its vectors are multiplied with."""

    model: SentenceTransformer
    projection: np.ndarray

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts, as they are served: in int8."""
        with tempfile.TemporaryDirectory() as name:
            for path in ENCODER.iterdir():
                (Path(name) / path.name).symlink_to(path)
            (Path(name) / GROUPING).unlink(missing_ok=True)
            self.save(Path(name))
            return open_encoder(Path(name)).encode_to_group(texts)[1]

    def save(self, folder: Path) -> None:
        """Write the layers above the shared ones, in int8, and the projection."""
        bert = self.model[0].model
        state = {name: one.numpy() for name, one in bert.state_dict().items()}
        layers = range(SHARED, bert.config.num_hidden_layers)
        graph = upper(state, layers, bert.config.num_attention_heads, self.projection)
        onnx.helper.set_model_props(graph, {ON: sha256(folder / "model.onnx")})
        onnx.save(graph, folder / GROUPING)


def trained(lists: Sequence[List], noise: Noise) -> Trained:
    """The served encoder, its layers above the shared ones trained on these lists.

    A batch is a list: questions that ask the same attract, all others of the list repel. In the
    end the vectors are projected to their first principal axes.
    """
    torch.manual_seed(SEED)
    folder = weights.sentence_transformers(ENCODER, ROOT / "build/served_float")
    model = SentenceTransformer(str(folder), device="cpu").eval()  # without dropout
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    layers = model[0].model.encoder.layer[SHARED:]
    for parameter in layers.parameters():
        parameter.requires_grad_(True)
    optimiser = torch.optim.AdamW(layers.parameters(), lr=RATE, weight_decay=0.01)
    steps = EPOCHS * len(lists)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min((n + 1) / WARM_UP, (steps - n) / steps)
    )
    order = random.Random(SEED)
    began = time.time()
    for epoch in range(EPOCHS):
        losses = []
        for one in order.sample(list(lists), len(lists)):
            vectors = embed(model, [noise(text) for text in one.texts])
            groups = [frozenset([str(label)]) for label in one.labels]
            loss = contrastive_loss(vectors, groups, TEMPERATURE)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(layers.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        taken = (time.time() - began) / 60
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {taken:.1f} min", flush=True)
    found = _embedded(model, [text for one in lists for text in one.texts])
    axes = np.linalg.svd(found, full_matrices=False)[2]
    return Trained(model, axes[:DIMENSIONS].T.astype(np.float32))


def _embedded(model: SentenceTransformer, texts: Sequence[str]) -> Vectors:
    with torch.no_grad():
        parts = [embed(model, texts[n : n + PART]).numpy() for n in range(0, len(texts), PART)]
    found: Vectors = np.concatenate(parts)
    return found


def fitted(lists: Sequence[List], vectors: Sequence[Vectors]) -> Grouping:
    """The model of pairs, and the log odds from which groups are one."""
    pairs = [one.pairs(its) for one, its in zip(lists, vectors, strict=True)]
    figures, same = (np.concatenate(some) for some in zip(*pairs, strict=True))
    means, scales = figures.mean(0), figures.std(0)
    scaled = logistic((figures - means) / scales, same, np.ones(len(same)), RIDGE)
    weights = np.array(scaled.weights) / scales
    pair = Logistic(weights=weights.tolist(), bias=scaled.bias - float(weights @ means))
    f1 = np.mean(
        [
            [one.measured(its, Grouping(same=pair, least=least)).f1 for least in LEAST]
            for one, its in zip(lists, vectors, strict=True)
        ],
        0,
    )
    smooth = np.convolve(f1, np.ones(SMOOTH) / SMOOTH, "valid")
    least = LEAST[int(smooth.argmax()) + SMOOTH // 2]
    return Grouping(same=pair, least=round(float(least), 2))


def main() -> None:
    configured = settings.read(ROOT)
    lists = read(Answerer.open(configured))
    noise = Noise(faq.load(configured.home), SLIPS, random.Random(SEED))
    writers = sorted({one.name[0] for one in lists})
    apart: list[Vectors] = [np.empty(0)] * len(lists)
    halves = [[n for n, one in enumerate(lists) if one.name[0] in writers[h::2]] for h in (0, 1)]
    for half, other in (halves, halves[::-1]):
        layers = trained([lists[n] for n in other], noise)
        for n in half:
            apart[n] = layers.vectors(lists[n].texts)
    for half, other in (halves, halves[::-1]):
        pair = fitted([lists[n] for n in other], [apart[n] for n in other])
        got = [lists[n].measured(apart[n], pair) for n in half]
        print(
            f"held out, writers {''.join(sorted({lists[n].name[0] for n in half}))}: "
            f"F1 {np.mean([one.f1 for one in got]):.3f}, "
            f"adjusted Rand {np.mean([one.adjusted_rand for one in got]):.3f}"
        )
    pair = fitted(lists, apart)
    for name, weight in zip(grouping.FIGURES, pair.same.weights, strict=True):
        print(f"{weight:8.2f}  {name}")
    trained(lists, noise).save(ENCODER)
    for place, model in {
        ENCODER / grouping.FILE.name: pair,
        grouping.FILE: fitted(lists, [one.plain for one in lists]),
    }.items():
        place.write_text(model.model_dump_json(indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
