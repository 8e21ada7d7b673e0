"""One question in the process: the chatbot and its peers, each in a process of its own."""

import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from scripts.benchmark import timing
from scripts.benchmark.corpus import Corpus, answerable
from scripts.benchmark.peers import SYSTEMS, serve

PATIENCE = 10.0  # seconds that a process may take to end
Figures = dict[str, Any]


class Remote:
    """A system in another process."""

    def __init__(self, name: str, folder: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, name, folder), daemon=True)
        self._process.start()
        theirs.close()
        try:
            self.described = self._pipe.recv()
        except EOFError:
            self.described = {"missing": f"{name} is left out: it failed to start"}
        self.found: list[tuple[int, ...]] = []

    def __call__(self, text: str) -> float:
        """Milliseconds that the question took there."""
        self._pipe.send(text)
        taken, found = self._pipe.recv()
        self.found.append(found)
        return float(taken)

    def close(self) -> None:
        """End the process."""
        with suppress(OSError):  # it may have ended by itself
            self._pipe.send(None)
        self._process.join(PATIENCE)
        self._process.terminate()
        self._process.join()


@contextmanager
def started(folder: Path) -> Iterator[dict[str, Remote]]:
    """All systems that are installed, ready to be asked."""
    systems: dict[str, Remote] = {}
    try:
        for name in SYSTEMS:
            one = Remote(name, folder)
            if "missing" in one.described:
                print(one.described["missing"], file=sys.stderr)
                one.close()
            else:
                systems[name] = one
        yield systems
    finally:
        for one in systems.values():
            one.close()


def measure(folder: Path, work: Path, *, quick: bool) -> Figures:
    """Median and p99 of each system, and the share of questions whose first entry is right."""
    questions = answerable()[: 40 if quick else None]
    texts = [one.text for one in questions]
    corpus = Corpus.open()
    with started(folder) as systems:
        taken = timing.interleaved(systems, texts)
        figures: Figures = {"questions": len(texts), "rows": len(corpus.of)}
        figures["systems"] = {
            name: {
                **one.described,
                **timing.summary(taken[name]),
                "right_first": sum(
                    corpus.is_right(question, found)
                    for question, found in zip(questions, one.found, strict=True)
                )
                / len(questions),
            }
            for name, one in systems.items()
        }
    return figures


def lines(figures: Figures) -> list[str]:
    """The figures as a table."""
    systems = figures["systems"]
    ours = systems["chatbot"]
    table = [
        f"{figures['questions']} labelled questions, {figures['rows']:,} rows. A question goes to "
        "each in turn.",
        "",
        "| system | median | p99 | times the chatbot's | right first |",
        "|---|---|---|---|---|",
    ]
    for name, one in systems.items():
        threads = f", {one['threads']} thread{'s' * (one['threads'] > 1)}" if one["threads"] else ""
        times = f"{one['median'] / ours['median']:.1f}, {one['p99'] / ours['p99']:.1f}"
        table.append(
            f"| {name} {one['version']}{threads} | {one['median']:.2f} ms | {one['p99']:.2f} ms "
            f"| {times if one is not ours else ''} | {one['right_first']:.1%} |"
        )
    return table
