"""`chatbot batch`: a list of questions in, an answered file out."""

import sys
from pathlib import Path

import click

from chatbot.cli import home


@click.command()
@click.argument("questions", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write: .xlsx, .csv, .jsonl, .docx or .html. [default: beside QUESTIONS, .xlsx]",
)
@click.option(
    "--column", default="", help="The column of questions: its heading, letter or number."
)
@click.option("--sheet", default="", help="The one sheet to read; all if not given.")
@click.option("--resume", is_flag=True, help="Go on where an interrupted run stopped.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Exit with 1 where less than this share of the questions is answered.",
)
def batch(
    questions: Path,
    out: Path | None,
    column: str,
    sheet: str,
    resume: bool,
    fail_under: float | None,
) -> None:
    """Answer a list of QUESTIONS from a file, or from standard input where it is `-`.

    Reads .xlsx, .ods, .docx, .csv, .tsv, .txt, .json and .jsonl.
    """
    from chatbot import batch as batches
    from chatbot import exports, scratch
    from chatbot.answering import Answerer
    from chatbot.progress import Bar
    from chatbot.reply import Outcome

    given = str(questions) == "-"
    name = "standard input" if given else questions.name
    out = out or (
        Path("answered.xlsx") if given else questions.parent / f"{questions.stem}-answered.xlsx"
    )
    if out.suffix.lower() not in exports.WRITERS:
        raise click.UsageError(f"--out takes {', '.join(exports.WRITERS)}, and not '{out.name}'")
    if not given and out.resolve() == questions.resolve():
        raise click.UsageError("--out would write over the list itself")
    with scratch.folder() as folder:
        source = _kept_input(folder) if given else questions
        answerer = Answerer.open(home.settings())
        bar = Bar()
        try:
            counts = batches.run(
                answerer,
                source,
                out,
                folder,
                name=name,
                column=column,
                sheet=sheet,
                resume=resume,
                workers=answerer.settings.processors,
                progress=bar,
            )
        except KeyboardInterrupt:
            bar.close()
            if not bar.done:
                raise
            click.echo(
                f"Stopped after {bar.done:,} of {bar.of:,} rows; the same command with --resume "
                "goes on from there.",
                err=True,
            )
            sys.exit(130)
    click.echo(
        f"{out}: {_counted(counts.rows, 'row')}, {_counted(counts.questions, 'question')}; "
        f"{counts.outcomes[Outcome.ANSWER]:,} answered ({counts.coverage:.0%}), "
        f"{counts.outcomes[Outcome.CLARIFY]:,} with several answers possible, "
        f"{counts.outcomes[Outcome.FALLBACK]:,} for a person."
    )
    if fail_under is not None and counts.coverage < fail_under:
        raise click.ClickException(
            f"{counts.coverage:.1%} of the questions were answered, less than {fail_under:.1%}"
        )


def _counted(many: int, what: str) -> str:
    return f"{many:,} {what}{'' if many == 1 else 's'}"


def _kept_input(folder: Path) -> Path:
    import shutil

    if sys.stdin.isatty():
        raise click.UsageError("give a list on standard input, or name a file")
    path = folder / "given"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path
