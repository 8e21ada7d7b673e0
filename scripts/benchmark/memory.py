"""What serving processes hold in memory, and what a second worker adds."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.benchmark import timing
from scripts.benchmark.corpus import answerable
from scripts.benchmark.load import put
from scripts.benchmark.service import chatbot, running, slow_home

QUESTIONS = 500
CLIENTS = 8
ONE, TWO, SLOW = "one worker", "two workers", "one worker over SentenceTransformer"
Figures = dict[str, Any]


def measure(folder: Path, work: Path, *, quick: bool) -> Figures:
    """Memory of each process after so many questions."""
    texts = timing.varied([one.text for one in answerable()], 50 if quick else QUESTIONS)
    slow = slow_home(folder, work / "slow_home")
    return {
        ONE: _after(texts, chatbot()),
        TWO: _after(texts * 2, chatbot(workers=2)),
        SLOW: _after(texts, chatbot(), slow),
    }


def _after(
    texts: Sequence[str], command: list[str], environment: Mapping[str, str] | None = None
) -> list[dict[str, float]]:
    """Memory of the service's processes after the questions, the one that was started first."""
    with running(command, environment) as service:
        put(service.port, CLIENTS, texts)
        return [timing.memory(pid) for pid in timing.family(service.pid)]


def lines(figures: Figures) -> list[str]:
    """The figures as a table."""
    total = {name: sum(one["pss"] for one in its) for name, its in figures.items()}
    rows = [
        f"| {name} | {_each(its, 'rss')} | {_each(its, 'pss')} | {total[name]:.0f} |"
        for name, its in figures.items()
    ]
    return [
        f"After {QUESTIONS} questions to each worker, in MB, process by process; with two workers "
        "the first process only starts the others.",
        "",
        "| service | RSS | PSS | PSS together |",
        "|---|---|---|---|",
        *rows,
        "",
        f"The second worker, with what starts the two, adds {total[TWO] - total[ONE]:.0f} MB.",
    ]


def _each(processes: Sequence[Mapping[str, float]], kind: str) -> str:
    return ", ".join(f"{one[kind]:.0f}" for one in processes)
