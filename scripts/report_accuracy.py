#!/usr/bin/env python3
"""Write docs/accuracy.md: what `chatbot evaluate` measures on the project's own questions.

    python scripts/report_accuracy.py

The questions were never in the index, in training or behind the threshold.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from chatbot import evaluation, settings
from chatbot.answering import Answerer
from chatbot.evaluation import Report, Result

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "tests/questions/questions.jsonl"
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
    "without punctuation": lambda text: "".join(c for c in text if c.isalnum() or c.isspace()),
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
    """The share of replies whose outcome and entry stay when the question is changed."""
    texts = [one.question.text for one in report.results]
    before = answerer.ask_many(texts)
    after = answerer.ask_many([change(text)[:2000] for text in texts])
    same = sum(
        (one.outcome, one.match and one.match.entry_id)
        == (other.outcome, other.match and other.match.entry_id)
        for one, other in zip(before, after, strict=True)
    )
    return f"{same} of {len(texts)}"


def listed(results: list[Result]) -> list[str]:
    """Questions with what was wrong about them, most confident first."""
    return [
        f"- {one.confidence:.2f} “{one.question.text}” "
        f"({', '.join(one.question.of) or 'no entry'}; came first: {one.first})"
        for one in sorted(results, key=lambda one: -one.confidence)
    ]


def page(answerer: Answerer, report: Report) -> str:
    """The page as Markdown."""
    figures = report.figures()
    calibration = answerer.calibration
    lines = [
        "# Accuracy",
        "",
        "Made by `scripts/report_accuracy.py` on "
        f"{datetime.now(UTC).date()}, FAQ version {answerer.version}, threshold "
        f"{calibration.threshold}. {figures['questions']} questions, {figures['answerable']} of "
        "them answerable, that neither index nor training nor threshold had seen; see "
        "[tests/questions](../tests/questions/README.md).",
        "",
        "| what | value | 95% interval |",
        "|---|---|---|",
    ]
    for name, words in NAMES.items():
        value, low, high = figures[name]
        lines.append(f"| {words} | {value:.3f} | {low:.3f} to {high:.3f} |")
    if calibration.measured is not None and calibration.measured.coverage is not None:
        lines += [
            "",
            "On the phrasings themselves, each of the first four writers, and a quarter of the "
            "others, held out in turn: "
            f"{calibration.measured.in_words()} Coverage {calibration.measured.coverage[0]:.3f}. "
            "Three quarters of the phrasings train those encoders, and the writer is a new one, so "
            "this is the more cautious figure.",
        ]
    lines += ["", "## By kind", "", "| kind | asked | answered | right of these | first right |"]
    lines.append("|---|---|---|---|---|")
    for kind, some in figures["by_kind"].items():
        cells = [
            "-" if some[name] is None else f"{some[name][0]:.3f}"
            for name in ("answered", "answered_right", "right_at_1")
        ]
        lines.append(f"| {kind} | {some['questions']} | {' | '.join(cells)} |")
    lines += [
        "",
        "## Is the confidence what it says?",
        "",
        "| confidence | questions | mean confidence | share right |",
        "|---|---|---|---|",
    ]
    for row in figures["reliability"]:
        bar = "█" * round(row["right"] * 20)
        lines.append(
            f"| {row['confidence']:.1f} | {row['questions']} | {row['mean_confidence']:.3f} "
            f"| {row['right']:.3f} {bar} |"
        )
    lines += [
        "",
        "## The same question asked otherwise",
        "",
        "| change | same reply |",
        "|---|---|",
    ]
    lines += [f"| {name} | {stable(answerer, report, one)} |" for name, one in CHANGES.items()]
    wrong = [one for one in report.results if one.answered and one.question.of and not one.right]
    false = [one for one in report.results if one.answered and not one.question.of]
    missed = [one for one in report.results if one.question.of and not one.rank]
    lines += ["", "## What it gets wrong", "", "Another entry given:", "", *listed(wrong)]
    lines += ["", "An answer given where there is none:", "", *listed(false)]
    lines += ["", "No right entry among the first three:", "", *listed(missed)]
    return "\n".join(lines) + "\n"


def main() -> None:
    answerer = Answerer.open(settings.read(ROOT))
    report = evaluation.evaluate(answerer, evaluation.read(QUESTIONS))
    (ROOT / "docs/accuracy.md").write_text(page(answerer, report), encoding="utf-8")
    print("docs/accuracy.md written", file=sys.stderr)


if __name__ == "__main__":
    main()
