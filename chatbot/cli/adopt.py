"""`chatbot adopt`: answers that an officer filled in, taken into the FAQ."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from chatbot.cli import home

SHOWN = 50  # lines of a list that an adoption shows


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as-of", metavar="YYYY-MM", help="Month the new answers speak for; else this one.")
@click.option(
    "--relabel",
    multiple=True,
    type=click.IntRange(1),
    metavar="LINE",
    help="A line of phrasings.jsonl that no entry answered until now; may be given again.",
)
@click.option(
    "--questions",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Past questions (JSON Lines) to show the effect on; else those in tests/questions.",
)
@click.option("--yes", is_flag=True, help="Write without asking.")
def adopt(
    file: Path,
    as_of: str | None,
    relabel: tuple[int, ...],
    questions: tuple[Path, ...],
    yes: bool,
) -> None:
    """Take the answers that an officer filled into FILE into the FAQ.

    FILE is a workbook that `chatbot batch` wrote, or any table of questions and answers.
    """
    import tempfile

    from chatbot import adopting, effect, filled
    from chatbot.trial import Current, Trial

    settings = home.settings()
    read = filled.read(file)
    past = effect.read(questions or sorted((settings.home / "tests/questions").glob("*.jsonl")))
    _doing("Reading the FAQ")
    current = Current(settings)
    proposal, near = adopting.propose(read.groups, current, as_of, relabel)
    files = current.files.with_proposal(proposal)
    for line in current.files.diff(files):
        click.secho(line, fg={"+": "green", "-": "red", "@": "cyan"}.get(line[:1]))
    _list("Left out", [*read.faults, *proposal.left_out])
    _list("To look at", proposal.notes)
    _list("Near to these, but no entry answers it; to take it over: --relabel LINE", near)
    click.echo(f"\n{proposal.in_words(read.unanswered)}")
    if proposal.empty:
        raise click.ClickException(f"{file}: nothing in it is to be adopted")
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(current, files, Path(folder))
        _list("Faults", trial.faults)
        if trial.faults:
            raise click.ClickException("the FAQ would have these faults, so nothing is written")
        _doing("Building the index of the proposed FAQ")
        after = trial.build()
        _list(
            "Adopted, but without enough like them to get the answer",
            effect.unreached(proposal, after),
        )
        if past:
            _doing(f"Asking {len(past):,} past questions before and after")
            changed = effect.changes(past, current.answerer, after)
            click.echo(f"\nEffect on {len(past):,} past questions: {len(changed)} change.")
            _list("Before and after", [one.in_words() for one in changed])
            same = effect.adopted(past, proposal)
            _list("Adopted themselves, so that they measure nothing now", same)
        if not (yes or _confirmed()):
            raise click.ClickException("nothing is written")
        trial.adopt()
    click.echo(f"Written to {settings.home}, with the index.", err=True)


def _confirmed() -> bool:
    """Whether a person says yes; nobody does where there is no terminal."""
    if not sys.stdin.isatty():
        click.echo("Give --yes to write without being asked.", err=True)
        return False
    return click.confirm("\nWrite this?", err=True)


def _doing(what: str) -> None:
    """Tell a person at a terminal what takes a while."""
    if sys.stderr.isatty():
        click.echo(f"{what} ...", err=True)


def _list(title: str, lines: Sequence[str]) -> None:
    """A heading with lines under it, if there are any."""
    if lines:
        click.echo("\n".join(["", f"{title}:", *(f"  {line}" for line in lines[:SHOWN])]))
    if len(lines) > SHOWN:
        click.echo(f"  ... and {len(lines) - SHOWN:,} more")
