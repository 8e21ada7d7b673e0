"""The `chatbot` command as tests run it."""

from pathlib import Path

from click.testing import CliRunner, Result

from chatbot.cli import main

ROOT = Path(__file__).parent.parent


def run(*arguments: str | Path, home: Path = ROOT, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *map(str, arguments)], input=given)


def sentence(ran: Result) -> str:
    """The one sentence that a command fails with."""
    assert ran.exit_code == 1
    assert isinstance(ran.exception, SystemExit)
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    return line.removeprefix("Error: ")
