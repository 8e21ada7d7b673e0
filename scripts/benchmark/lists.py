"""Long lists through the batch path, beside the encoder's own best rate."""

import csv
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chatbot import batch, settings
from chatbot.answering import Answerer
from chatbot.message import Message
from chatbot.reading import parts_of
from chatbot.text import normalise
from scripts.benchmark import timing
from scripts.benchmark.corpus import ROOT, answerable, served

LIST, LONG = 10_000, 100_000
LOOKED = 20  # chunks of rows between two looks at the memory of all processes
SAMPLE = 5_000  # texts that the encoder's rate is taken from
CHUNK = 500
Figures = dict[str, Any]


def measure(folder: Path, work: Path, *, quick: bool) -> Figures:
    """Rates a second; each list is answered in a process of its own, from file to file."""
    share = 50 if quick else 1
    return {
        "encoder": timing.apart(encoding, SAMPLE // share),
        "looked up": timing.apart(looking_up, LIST // share),
        "texts": timing.apart(parts, SAMPLE // share),
        "distinct": timing.apart(answering, work, LIST // share, False),
        "half repeated": timing.apart(answering, work, LONG // share, True),
    }


def texts(many: int, repeated: bool) -> list[str]:
    """The messages of a list."""
    asked = [one.text for one in answerable()]
    return timing.half_repeated(asked, many) if repeated else timing.varied(asked, many)


def encoding(many: int) -> Figures:
    """The encoder's texts a second: all at once, in chunks, and in chunks of like lengths."""
    encoder = served()
    plain = [normalise(text) for text in texts(many, repeated=False)]
    encoder.encode(plain[:200])
    alike = sorted(plain, key=len)
    return {
        "all at once": _rate(encoder.encode, plain, many),
        f"in chunks of {CHUNK}": _rate(encoder.encode, plain, CHUNK),
        f"in chunks of {CHUNK}, sorted by length": _rate(encoder.encode, alike, CHUNK),
    }


def looking_up(many: int) -> Figures:
    """Messages a second, each taken as one question, in chunks."""
    answerer = Answerer.open(settings.read(ROOT))
    answerer.ask_each(["Who pays?"])
    return {
        "each as one question": _rate(answerer.ask_each, texts(many, repeated=False), CHUNK),
    }


def parts(many: int) -> float:
    """Texts that are embedded for a message: the whole, its parts, and each with the next."""
    messages = [Message.of(text) for text in texts(many, repeated=False)]
    return float(
        np.mean([len({normalise(one) for one in (m.whole, *parts_of(m))}) for m in messages])
    )


def _rate(work: Callable[[Sequence[str]], object], given: Sequence[str], chunk: int) -> float:
    start = time.perf_counter()
    for n in range(0, len(given), chunk):
        work(given[n : n + chunk])
    return len(given) / (time.perf_counter() - start)


def answering(work: Path, many: int, repeated: bool) -> Figures:
    """Rows a second of a file, until all are answered and until the answers are written."""
    source, out = work / f"list_{many}.csv", work / f"answered_{many}.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Question"], *([one] for one in texts(many, repeated))])
    for path in (out, batch.partial_of(out)):
        path.unlink(missing_ok=True)
    answerer = Answerer.open(settings.read(ROOT))
    answerer.ask("Who pays?")
    opened, seen, held = timing.peak(), {}, []

    def progress(done: int, of: int) -> None:
        seen[done] = time.perf_counter()
        if len(seen) % LOOKED == 0:
            held.append(timing.together(os.getpid()))

    workers = timing.processors()
    batch.run(answerer, source, out, work, most=many, workers=workers, progress=progress)
    ended, began = time.perf_counter(), seen[0]
    return {
        "rows": many,
        "answered": many / (seen[many] - began),
        "written": many / (ended - began),
        "memory opened": opened,
        "memory answering": max(held, default=opened),
        "memory writing": timing.peak(),
    }


def best(encoder: dict[str, float]) -> float:
    """The encoder's best rate."""
    return max(encoder.values())


def lines(figures: Figures) -> list[str]:
    """The figures as tables."""
    top = best(figures["encoder"])
    rates = {f"encoder alone, {name}": rate for name, rate in figures["encoder"].items()}
    rates |= {f"looked up, {name}": rate for name, rate in figures["looked up"].items()}
    kinds = {name: figures[name] for name in ("distinct", "half repeated")}
    rates |= {f"list of {one['rows']:,}, {name}": one["answered"] for name, one in kinds.items()}
    return [
        "| what | a second | of the encoder's best |",
        "|---|---|---|",
        *(f"| {name} | {rate:.0f} | {rate / top:.0%} |" for name, rate in rates.items()),
        "",
        f"To take a message apart, {figures['texts']:.2f} texts are embedded for each, so the "
        f"encoder works at {figures['distinct']['answered'] * figures['texts'] / top:.0%} of its "
        "best on the distinct list.",
        "",
        "| list | a second, with reading, grouping and writing | memory before, MB "
        "| answering, all processes | grouping and writing |",
        "|---|---|---|---|---|",
        *(
            f"| {one['rows']:,}, {name} | {one['written']:.0f} | {one['memory opened']:.0f} "
            f"| {one['memory answering']:.0f} | {one['memory writing']:.0f} |"
            for name, one in kinds.items()
        ),
    ]
