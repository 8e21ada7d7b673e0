"""docs/performance.md and docs/performance.json: the figures of all parts, and what they mean."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from scripts.benchmark import (
    cold_start,
    encoding,
    growth_report,
    installed,
    lists,
    memory,
    one_question,
    over_http,
    targets,
    timing,
)

PACKAGES = (
    "faiss-cpu", "fastapi", "haystack-ai", "numpy", "onnxruntime", "semantic-router",
    "sentence-transformers", "tokenizers", "torch", "transformers", "txtai", "uvicorn",
)  # fmt: skip
HEAD = """\
# Performance

Made by `python -m scripts.benchmark`; the raw figures are in [performance.json](performance.json).
Machines differ and are noisy: only ratios within a part mean anything. What is compared runs in
turn, question by question or round by round, so that a noisy moment hits all alike. Every text is
new to every cache but where repeats are what is measured.

All systems have the same weights: a sentence-transformers folder is made from the served int8 ones
in float32. On the questions its vectors have a cosine of {cosine:.3f} or more with the served ones.
"""
NOT_KEPT = """\
## Tried and not kept

- Batches in one run of the encoder, sorted by length or not: int8 then scales what a text is read
  as by its company, so that a confidence would depend on who asks beside, and little time is won.
  Runs side by side give each text the vector it has alone.
- More threads in a run: a question is too short to be shared out.
- Weights quantised by matrix or to 7 bits: vectors further from those in float32, no faster to
  speak of. Texts cut shorter: only long messages would gain, and it is their end that often asks.
- The exporter's own graph: 279 nodes where 64 do the same (`scripts/compact_encoder.py`), and a
  third more time.
- A shorter or longer turn between the interpreter's threads, and other numbers of questions at
  once than there are processors: no gain, or a loss.
- A list in one process with as many threads in the encoder as there are processors: a fifth slower
  than a process of one thread for each, since what is done beside embedding is Python.
- The weights in a file of their own, which processes map and share: 6 MB less a worker, since ONNX
  Runtime packs most of them anew for itself.
- float32 in service: several times slower, for no answer more.
- Approximate search at an FAQ's size: cells take an eighth off a question's time, and a point or
  less off coverage on the labelled questions, since ranking looks at 300 rows.
- Two workers for many clients on two processors: as many answers a second as one, since both
  processors are busy already.
"""
SECTIONS = {
    "question": (
        "One question in the process",
        "From the text to the decision. The chatbot cleans the message, takes it apart, mends "
        "slips, embeds, searches, ranks 300 rows, decides and looks for personal data; the others "
        "embed and give the nearest rows, each as its own documents say. Each runs in a process of "
        "its own, with as many PyTorch threads as are the faster there. All search the same "
        "vectors.",
        one_question.lines,
    ),
    "http": (
        "Over HTTP",
        "`POST /v1/ask` on the same machine, which the clients' process shares with the service. "
        "SentenceTransformer stands behind the same API by the setting `encoder`, with the same "
        "index and calibration.",
        over_http.lines,
    ),
    "start": (
        "Start",
        "The files are in the system's cache. The minimal service loads a model folder and a FAISS "
        "file and gives the nearest row's answer, nothing else.",
        cold_start.lines,
    ),
    "memory": (
        "Memory",
        "PSS counts what processes share only once, in equal parts.",
        memory.lines,
    ),
    "lists": (
        "Long lists",
        "Files of questions through the batch path, by as many processes as there are processors. "
        "In the list with repeats every text comes twice, in a random order. The encoder's best is "
        "the best of the ways here. A row costs more than a vector of its text: parts are embedded "
        "to see whether they ask something each, half a run more tells which rows ask the same, "
        "and each text is searched for and ranked.",
        lists.lines,
    ),
    "growth": (
        "Growth",
        "One question on one thread, for the 300 rows that ranking takes; building on all "
        "processors. Approximate search has the least setting of a ladder with enough recall: of "
        "the ten nearest rows, and of all 300, by which answers are ranked and their confidence "
        "estimated. 8 bits lose about a row in a hundred by rounding alone.",
        growth_report.lines,
    ),
    "encoder": (
        "The encoder",
        "The least time of several rounds over the questions, on the served graph but for what the "
        "line says. int8 scales its activations over all that is in a run, so in company a text "
        "gets another vector: questions are therefore embedded one a run, several "
        "at once. float32 and the other int8 models are made from the served int8 weights, which "
        "flatters them in accuracy.",
        encoding.lines,
    ),
    "installed": (
        "Installed size",
        "The packages that `pip install .` brings, without the project's own files and extras.",
        installed.lines,
    ),
}  # fmt: skip


def machine() -> dict[str, Any]:
    """The machine and the versions that a part is measured with."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "processors": f"{timing.processors()} x {model}",
        "memory": f"{memory_gb:.0f} GB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "packages": found,
    }


def record(path: Path, parts: dict[str, Any], cosine: float | None) -> dict[str, Any]:
    """Everything measured: these parts, and those of earlier runs that they do not replace.

    `cosine` is the least between the weights of both kinds, if it was looked at.
    """
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"parts": {}}
    where = {"date": datetime.now(UTC).date().isoformat(), "machine": machine()}
    for name, figures in parts.items():
        kept["parts"][name] = {**where, **figures}
    if cosine is not None:
        kept["cosine"] = cosine
    kept["parts"] = {name: kept["parts"][name] for name in SECTIONS if name in kept["parts"]}
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return kept


def text(kept: dict[str, Any]) -> str:
    """The page."""
    parts = kept["parts"]
    figures = {name: one["figures"] for name, one in parts.items()}
    made = [HEAD.format(cosine=kept.get("cosine", float("nan")))]
    made += [
        "| what | to reach | found | |",
        "|---|---|---|---|",
        *(
            f"| {what} | {wanted} | {found} | {'reached' if reached else '**not yet**'} |"
            for what, wanted, found, reached in targets.rows(figures)
        ),
    ]
    for name, one in parts.items():
        title, said, lines = SECTIONS[name]
        # Parts may be measured anew one by one, so each says when.
        made += ["", f"## {title}", "", f"{said} Measured on {one['date']} in {one['seconds']} s."]
        made += ["", *lines(one["figures"])]
    made += ["", NOT_KEPT, "## Machine", ""]
    machines = {json.dumps(one["machine"]): one["machine"] for one in parts.values()}
    for its in machines.values():
        of = ", ".join(name for name, one in parts.items() if one["machine"] == its)
        versions = ", ".join(f"{name} {number}" for name, number in its["packages"].items())
        made.append(
            f"Parts {of}: {its['processors']}, {its['memory']}, {its['system']}, "
            f"Python {its['python']}; {versions}."
        )
    return "\n".join(made) + "\n"
