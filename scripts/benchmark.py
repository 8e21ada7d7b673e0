#!/usr/bin/env python3
"""Time the chatbot against sentence-transformers with FAISS; writes docs/performance.md.

    python scripts/benchmark.py

Both answer the same questions from the same rows with the same weights (needs the `train` extra,
and the sentence-transformers folder of the encoder in BUILD/encoder). Only ratios of one run mean
anything: machines differ and are noisy.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.request import Request, urlopen

import faiss
import numpy as np

from chatbot import evaluation, faq, index, settings
from chatbot.answering import Answerer
from chatbot.text import normalise

ROOT = Path(__file__).resolve().parent.parent
PORT = 8799
CLIENTS = 32
LIST = 10_000
PACKAGES = ("faiss-cpu", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "fastapi")


def timed(work: Callable[[str], object], texts: Sequence[str]) -> tuple[float, float]:
    """Median and 99th percentile of `work` over the texts, in milliseconds."""
    for text in texts[:20]:
        work(text)
    taken = []
    for text in texts:
        start = time.perf_counter()
        work(text)
        taken.append((time.perf_counter() - start) * 1e3)
    return float(np.median(taken)), float(np.quantile(taken, 0.99))


def varied(texts: Sequence[str], many: int) -> list[str]:
    """So many distinct messages, by a number before each that no answer depends on."""
    return [f"{n} {texts[n % len(texts)]}" for n in range(many)]


class Peer:
    """SentenceTransformer.encode and a flat FAISS index: the nearest row."""

    def __init__(self, folder: Path, rows: Sequence[index.Row]) -> None:
        from sentence_transformers import SentenceTransformer

        self.model = SentenceTransformer(str(folder), device="cpu")
        vectors = self.model.encode(
            [f"{row.after} {row.text}" for row in rows], normalize_embeddings=True, batch_size=64
        )
        self.index = faiss.IndexFlatIP(vectors.shape[1])
        self.index.add(vectors)

    def __call__(self, text: str) -> object:
        return self.index.search(
            self.model.encode([text], normalize_embeddings=True, show_progress_bar=False), 3
        )


def post(message: str) -> None:
    """Ask the running service."""
    body = json.dumps({"message": message}).encode()
    request = Request(f"http://127.0.0.1:{PORT}/v1/ask", body, {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        answer.read()


def serving(work: Callable[[float, int], list[str]]) -> list[str]:
    """What `work` finds of a service that has just been started: seconds it took, its process."""
    command = [sys.executable, "-m", "chatbot", "serve", "--port", str(PORT)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        while True:
            try:
                post("So is LIFT just gone?")
                break
            except OSError:
                time.sleep(0.005)
        return work(time.perf_counter() - start, process.pid)
    finally:
        process.terminate()
        process.wait()


def over_http(texts: Sequence[str], alone: float) -> list[str]:
    """Lines for the service: its start, one client, many clients, its memory."""

    def work(start: float, pid: int) -> list[str]:
        one = timed(post, texts)
        many = varied(texts, 40 * CLIENTS)
        taken: list[float] = []

        def client(message: str) -> None:
            began = time.perf_counter()
            post(message)
            taken.append((time.perf_counter() - began) * 1e3)

        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(client, many))
        rate = len(many) / (time.perf_counter() - began)
        status = Path(f"/proc/{pid}/status").read_text()
        memory = int(status.split("VmRSS:")[1].split()[0]) / 1024
        return [
            f"| process start to first answer | {start:.2f} s |",
            f"| one client, median | {one[0]:.2f} ms ({one[0] - alone:+.2f} ms over in-process) |",
            f"| {CLIENTS} clients, distinct questions | {rate:.0f} a second, p99 "
            f"{np.quantile(taken, 0.99):.0f} ms ({np.quantile(taken, 0.99) / one[0]:.1f} times "
            "one client's median) |",
            f"| memory after that | {memory:.0f} MB |",
        ]

    return serving(work)


def in_lists(answerer: Answerer, texts: Sequence[str]) -> list[str]:
    """Lines for a long list through the batch path, beside the encoder alone."""
    encoder = answerer.lookup._encoder
    many = varied(texts, LIST)
    plain = [normalise(text) for text in many]
    began = time.perf_counter()
    encoder.encode(plain)
    encoding = LIST / (time.perf_counter() - began)
    began = time.perf_counter()
    for start in range(0, LIST, 500):
        answerer.ask_each(many[start : start + 500])
    asking = LIST / (time.perf_counter() - began)
    return [
        f"| encoder alone | {encoding:.0f} a second |",
        f"| answered | {asking:.0f} a second, {asking / encoding:.0%} of the encoder's |",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=Path("build"))
    given = parser.parse_args()
    answerer = Answerer.open(settings.read(ROOT))
    rows = index.rows_of(faq.load(ROOT))
    questions = evaluation.read(ROOT / "tests/questions/questions.jsonl")
    texts = [one.text for one in questions if one.of]
    peer = Peer(given.build / "encoder", rows)
    ours, theirs = timed(answerer.ask, texts), timed(peer, texts)
    names = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    lines = [
        "# Performance",
        "",
        f"Made by `scripts/benchmark.py` on {datetime.now(UTC).date()}, {os.cpu_count()} processors"
        f" ({platform.machine()}), Python {platform.python_version()}, {names}. {len(rows):,} rows"
        f"; {len(texts)} questions. Only the ratios mean anything.",
        "",
        "## One question in the process",
        "",
        "| what | median | p99 |",
        "|---|---|---|",
        f"| chatbot: clean, take apart, embed, search, decide | {ours[0]:.2f} ms "
        f"| {ours[1]:.2f} ms |",
        f"| SentenceTransformer.encode and FAISS, nearest rows | {theirs[0]:.2f} ms "
        f"| {theirs[1]:.2f} ms |",
        f"| ratio | {theirs[0] / ours[0]:.1f} | {theirs[1] / ours[1]:.1f} |",
        "",
        "## Over HTTP",
        "",
        "| what | value |",
        "|---|---|",
        *over_http(texts, ours[0]),
        "",
        f"## A list of {LIST:,} distinct questions",
        "",
        "| what | value |",
        "|---|---|",
        *in_lists(answerer, texts),
    ]
    (ROOT / "docs/performance.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
