"""Compare the chatbot with what a user would pick instead; writes docs/performance.md.

    python -m scripts.benchmark                       # everything, some ten minutes
    python -m scripts.benchmark --only growth --only lists
    python -m scripts.benchmark --quick               # tiny, into build/benchmark

Needs the `train` and `report` extras. Of txtai, haystack-ai with sentence-transformers-haystack,
and semantic-router those that are installed take part. No network is used.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

from scripts.benchmark import (
    cold_start,
    encoding,
    growth,
    growth_report,
    installed,
    lists,
    memory,
    one_question,
    over_http,
    report,
    weights,
)
from scripts.benchmark.corpus import ROOT

WORK = ROOT / "build" / "benchmark"
PARTS: dict[str, Callable[..., Any]] = {
    "question": one_question.measure,
    "http": over_http.measure,
    "start": cold_start.measure,
    "memory": memory.measure,
    "lists": lists.measure,
    "growth": growth.measure,
    "encoder": encoding.measure,
    "installed": installed.measure,
}
WITH_PEERS = {"question", "http", "start", "memory"}  # parts that need the weights in float32


def main() -> None:
    """Measure the parts asked for and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], prog="python -m scripts.benchmark"
    )
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="this part; may be given again"
    )
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it works")
    parser.add_argument("--out", type=Path, help="folder to write to [docs, or build/benchmark]")
    given = parser.parse_args()
    out = given.out or (WORK if given.quick else ROOT / "docs")
    for folder in (WORK, out):
        folder.mkdir(parents=True, exist_ok=True)
    names = given.only or list(PARTS)
    folder, cosine = WORK / "encoder", None
    if WITH_PEERS & set(names):
        weights.sentence_transformers(ROOT / "index" / "encoder", folder)
        cosine = weights.check(folder)
    measured = {}
    for name in names:
        print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
        start = time.perf_counter()
        figures = PARTS[name](folder, WORK, quick=given.quick)
        seconds = round(time.perf_counter() - start)
        measured[name] = {"seconds": seconds, "figures": figures}
        print(f"{seconds} s", file=sys.stderr)
        # A part that fails later takes nothing of what was found before it.
        kept = report.record(out / "performance.json", measured, cosine)
        if name == "growth":
            growth_report.draw(figures, out / "growth.svg")
    page = report.text(kept)
    (out / "performance.md").write_text(page, encoding="utf-8")
    print(page, end="")


if __name__ == "__main__":
    main()
