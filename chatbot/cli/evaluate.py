"""`chatbot evaluate`: figures of labelled questions."""

import json
from pathlib import Path
from typing import Any

import click

from chatbot.cli import home


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, by file.")
@click.option("--rows", type=click.Path(path_type=Path), help="Write a line a question here (CSV).")
def evaluate(files: tuple[Path, ...], as_json: bool, rows: Path | None) -> None:
    """Measure the answers to the labelled questions, messages or lists of FILES (JSON Lines)."""
    from chatbot import evaluation, grouping_evaluation, message_evaluation
    from chatbot.answering import Answerer

    if rows is not None and len(files) > 1:
        raise click.UsageError("--rows takes the questions of one file")
    read = [_labelled(path) for path in files]
    if rows is not None and not isinstance(read[0][0], evaluation.Question):
        raise click.UsageError("--rows takes labelled questions, not messages or lists")
    answerer = Answerer.open(home.settings())
    figures: dict[str, Any] = {}
    for path, asked in zip(files, read, strict=True):
        if isinstance(asked[0], evaluation.Question):
            report = evaluation.evaluate(answerer, asked)
            figures[str(path)], words = report.figures(), report.in_words()
            if rows is not None:
                evaluation.write_rows(rows, report)
        elif isinstance(asked[0], grouping_evaluation.Listed):
            figures[str(path)] = grouping_evaluation.evaluate(answerer, asked)
            words = grouping_evaluation.in_words(figures[str(path)])
        else:
            figures[str(path)] = message_evaluation.evaluate(answerer, asked)
            words = message_evaluation.in_words(figures[str(path)])
        if not as_json:
            click.echo(f"{path}\n{words}\n" if len(files) > 1 else words)
    if as_json:
        click.echo(json.dumps(figures, indent=2))


def _labelled(path: Path) -> Any:
    """The labelled lines of a file, of the kind that its first one is."""
    from chatbot import evaluation, grouping_evaluation, message_evaluation

    first = evaluation.lines(path)[0][1]
    if message_evaluation.is_message(first):
        return message_evaluation.read(path)
    if grouping_evaluation.is_listed(first):
        return grouping_evaluation.read(path)
    return evaluation.read(path)
