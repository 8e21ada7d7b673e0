"""From the start of a process to its first answer, and what commands import for it."""

import json
import os
import subprocess
import sys
import time
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from scripts.benchmark.corpus import ROOT, Corpus
from scripts.benchmark.service import FIRST, chatbot, running

ROUNDS = 5
COMMANDS = {"chatbot --help": ["--help"], "chatbot ask": ["ask", FIRST]}
SERVE, MINIMAL = "chatbot serve", "sentence-transformers, FAISS and FastAPI"
Figures = dict[str, Any]


def measure(folder: Path, work: Path, *, quick: bool) -> Figures:
    """Seconds of each start, in turn, and the packages that each command imports."""
    minimal = _minimal(folder, work)
    taken: dict[str, list[float]] = {name: [] for name in (SERVE, MINIMAL, *COMMANDS)}
    for _ in range(1 if quick else ROUNDS):
        for name, command in ((SERVE, chatbot()), (MINIMAL, minimal)):
            with running(command) as service:
                taken[name].append(service.start)
        for name, arguments in COMMANDS.items():
            start = time.perf_counter()
            _run(["-m", "chatbot", *arguments])
            taken[name].append(time.perf_counter() - start)
    return {
        name: {
            "median": float(np.median(its)),
            "most": max(its),
            **(_imports(COMMANDS[name]) if name in COMMANDS else {}),
        }
        for name, its in taken.items()
    }


def _minimal(folder: Path, work: Path) -> list[str]:
    """The command of the minimal service, its files written."""
    corpus = Corpus.open()
    index = faiss.IndexFlatIP(corpus.vectors.shape[1])
    index.add(corpus.vectors)
    faiss.write_index(index, str(work / "minimal.faiss"))
    answers = [corpus.faq.entries[of[0]].answer if of and of[0] >= 0 else "" for of in corpus.of]
    (work / "minimal.json").write_text(json.dumps(answers), encoding="utf-8")
    files = [str((work / name).resolve()) for name in ("minimal.faiss", "minimal.json")]
    module = "scripts.benchmark.minimal_service"
    return [sys.executable, "-m", module, str(folder.resolve()), *files]


def _run(arguments: list[str]) -> str:
    """What Python writes to standard error with these arguments."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=os.environ, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr.strip()[-500:]}")
    return done.stderr


def _imports(arguments: list[str]) -> Figures:
    names = imported(_run(["-X", "importtime", "-m", "chatbot", *arguments]))
    return {"modules": len(names), "packages": packages(names)}


def imported(report: str) -> list[str]:
    """The modules in what `python -X importtime` writes."""
    rows = [line.split("|") for line in report.splitlines() if line.startswith("import time:")]
    return [
        row[2].strip() for row in rows if len(row) == 3 and row[2].strip() != "imported package"
    ]


def packages(modules: list[str]) -> list[str]:
    """The installed packages, besides this one, that the modules belong to."""
    installed = packages_distributions()
    tops = {name.partition(".")[0] for name in modules}
    return sorted(one for one in tops & set(installed) if one != "chatbot" and one[0] != "_")


def lines(figures: Figures) -> list[str]:
    """The figures as a table."""
    times = figures[MINIMAL]["median"] / figures[SERVE]["median"]
    rows = [
        f"| {name} | {its['median']:.2f} s | {its['most']:.2f} s | {its.get('modules', '')} "
        f"| {', '.join(its.get('packages', []))} |"
        for name, its in figures.items()
    ]
    return [
        "| process start to first answer | median | longest | modules | packages imported |",
        "|---|---|---|---|---|",
        *rows,
        "",
        f"The service answers {times:.1f} times sooner than the minimal one.",
    ]
