import subprocess
import sys
from pathlib import Path

import click
import pytest
from commands import ROOT, run, sentence

from chatbot.cli import main

DOCUMENT = ROOT / "tests" / "data" / "stls-faq-march-2025.txt"
QUESTIONS = ROOT / "tests" / "questions" / "questions.jsonl"


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "/nowhere/faq.txt"],
        ["import", "/nowhere/faq.pdf"],
        ["evaluate", "/nowhere/questions.jsonl"],
        ["evaluate", "/"],
        ["evaluate", str(QUESTIONS), "/nowhere/questions.jsonl"],
        ["import", "/"],
        ["--home", "/nowhere", "ask", "a"],
        ["--home", "/nowhere", "show", "a"],
        ["--home", "/nowhere", "check"],
        ["--home", "/nowhere", "build"],
        ["--home", "/nowhere", "serve"],
        ["--home", "/nowhere", "import", str(DOCUMENT)],
    ],
)
def test_a_missing_file_is_told_in_a_sentence(arguments: list[str]) -> None:
    path = "/nowhere" if "/nowhere" in " ".join(arguments) else "/"
    assert path in sentence(run(*arguments))


def test_a_wrong_setting_is_told_in_a_sentence(home: Path) -> None:
    (home / "chatbot.toml").write_text("precision = 2", encoding="utf-8")
    assert sentence(run("check", home=home)).startswith("setting 'precision': ")


def test_help_loads_no_heavy_module() -> None:
    code = """
import sys
from chatbot.cli import main
for command in ((), *((name,) for name in main.commands)):
    main([*command, "--help"], standalone_mode=False)
print({"faiss", "onnxruntime", "fastapi", "numpy", "pydantic"} & set(sys.modules))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[0].startswith("Usage: ")
    assert ran.stdout.splitlines()[-1] == "set()"


def test_the_commands_are_these() -> None:
    assert " ".join(sorted(main.commands)) == (
        "adopt ask batch build check evaluate import publish serve show"
    )


@pytest.mark.parametrize("command", [main, *main.commands.values()], ids=lambda one: one.name)
def test_every_command_and_option_says_what_it_does(command: click.Command) -> None:
    assert command.help
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []


def test_version_is_told() -> None:
    from chatbot import __version__

    assert run("--version").output == f"chatbot, version {__version__}\n"
