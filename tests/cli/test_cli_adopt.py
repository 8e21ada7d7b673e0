import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import workbooks
from commands import ROOT, run
from workbooks import HELPLINE, NO_HELPLINE, answers, person

from chatbot.proposal import Files


@pytest.fixture
def home(small_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_home, tmp_path / "home"))


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return workbooks.write(
        tmp_path / "answered.xlsx",
        [
            person(1, HELPLINE[0], NO_HELPLINE, "Training"),
            person(2, "Do we get to pick our link practitioner", "stls-18"),
            person(3, "What will replace LIFT", "Something else"),
            person(4, "what time does the swimming pool open", None),
        ],
        answers(1, *HELPLINE, "call me on 07700 900123"),
    )


@pytest.fixture
def past(tmp_path: Path) -> Path:
    path = tmp_path / "past.jsonl"
    asked = [{"text": HELPLINE[1], "of": []}, {"text": "What will replace LIFT", "of": ["stls-47"]}]
    path.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")
    return path


def test_nothing_is_written_where_nobody_says_yes(home: Path, workbook: Path, past: Path) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    ran = run("adopt", workbook, "--questions", past, given="y\n", home=home)
    assert ran.exit_code == 1
    assert ran.stderr == ("Give --yes to write without being asked.\nError: nothing is written\n")
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
    lines = ran.stdout.splitlines()
    assert lines[:2] == ["--- faq.jsonl", "+++ faq.jsonl (proposed)"]
    assert sum(line.startswith("+{") for line in lines) == 6
    assert not any(line.startswith("-{") for line in lines)
    assert "07700" not in ran.stdout
    for told in (
        "  row 4: its question is already that of stls-47, with another answer",
        "  row 2: personal data masked, look whether it reads well: call me on [phone number]",
        "row 2: stls-77, new in Training, 4 new phrasings",
        "row 3: stls-18, already there, 1 new phrasing",
        "New entries: 1; new phrasings: 5; relabelled: 0. "
        "Groups left out: 1; without an answer: 1.",
        "Effect on 2 past questions: 1 change.",
        "Adopted themselves, so that they measure nothing now:",
    ):
        assert told in lines
    (change,) = (line for line in lines if line.startswith("  past.jsonl:1: "))
    assert change.endswith(f" -> stls-77 (its label says that none does): {HELPLINE[1]}")


def test_with_yes_entries_phrasings_and_index_are_written(home: Path, workbook: Path) -> None:
    ran = run("adopt", workbook, "--yes", "--as-of", "2025-09", home=home)
    assert ran.exit_code == 0
    assert ran.stderr == f"Written to {home}, with the index.\n"
    assert "Effect" not in ran.stdout  # there are no past questions beside this FAQ
    assert run("check", home=home).exit_code == 0
    asked = run("ask", "--limit", "0", HELPLINE[2], home=home)
    assert asked.stderr == ""  # no index is built
    assert asked.stdout.split("\n\n")[:2] == [
        f"You asked something like: {HELPLINE[0]}",
        NO_HELPLINE,
    ]
    assert "Training, no. 77. STLS FAQ, 2025-09." in asked.stdout
    again = run("adopt", workbook, "--yes", home=home)
    assert again.exit_code == 1
    assert again.stderr == f"Error: {workbook}: nothing in it is to be adopted\n"


def test_what_was_adopted_is_published_and_imported_with_its_own_month(
    home: Path, workbook: Path
) -> None:
    earlier = Path(shutil.copy(home / "faq.jsonl", home / "earlier.jsonl"))
    assert run("adopt", workbook, "--yes", "--as-of", "2025-09", home=home).exit_code == 0
    before = (home / "faq.jsonl").read_bytes()
    ran = run("publish", "--out", home / "a.docx", "--since", earlier, home=home)
    assert ran.stdout.startswith("Since the version of March 2025: new answers, 1 (77); ")
    ran = run("import", home / "a.docx", "--name", "STLS FAQ", "--prefix", "stls", home=home)
    assert ran.exit_code == 0
    assert (home / "faq.jsonl").read_bytes() == before


@pytest.mark.parametrize(("typed", "written"), [("y\n", True), ("\n", False)])
def test_a_person_at_a_terminal_is_asked(
    home: Path, workbook: Path, typed: str, written: bool
) -> None:
    before = Files.read(home)
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    ran = subprocess.run(
        [sys.executable, "-m", "chatbot", "--home", home, "adopt", workbook],
        stdin=theirs,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(ours)
    os.close(theirs)
    assert "Write this? [y/N]: " in ran.stderr
    assert ran.returncode == (0 if written else 1)
    assert ("nothing is written" in ran.stderr) == (not written)
    assert (Files.read(home) != before) == written


def test_faults_of_the_proposed_files_are_told_and_nothing_is_written(
    home: Path, tmp_path: Path, freshen: Callable[[Path], None]
) -> None:
    text = "Is there a ferry between the schools?"
    line = json.dumps({"text": text, "of": []}) + "\n"
    with (home / "phrasings.jsonl").open("a", encoding="utf-8") as file:
        file.write(line * 2)
    freshen(home)
    number = (home / "phrasings.jsonl").read_text(encoding="utf-8").count("\n")
    before = Files.read(home)
    workbook = workbooks.write(tmp_path / "a.xlsx", [person(1, text, "No ferry runs there.")])
    ran = run("adopt", workbook, "--yes", "--relabel", str(number - 1), home=home)
    assert ran.exit_code == 1
    assert f"phrasings.jsonl:{number}: text: is the stored question of stls-77" in ran.stdout
    assert "the FAQ would have these faults, so nothing is written" in ran.stderr
    assert Files.read(home) == before
    both = ["--relabel", str(number - 1), "--relabel", str(number)]
    assert run("adopt", workbook, "--yes", *both, home=home).exit_code == 0
    assert Files.read(home).phrasings == before.phrasings.replace(
        line, json.dumps({"text": text, "of": ["stls-77"]}) + "\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["/nowhere/a.xlsx"], "/nowhere/a.xlsx: No such file or directory"),
        (["/"], "/: Is a directory"),
        (
            ["a.pdf"],
            "a.pdf: cannot read '.pdf' files; copy its questions into a .docx or .txt file",
        ),
        ([str(ROOT / "README.md")], "README.md: cannot read '.md' files; use .xlsx, .ods"),
        (["{csv}", "--as-of", "2025-13"], "'2025-13' is no month; write it as YYYY-MM"),
        (["{csv}", "--questions", "/nowhere/a.jsonl"], "/nowhere/a.jsonl: no such file"),
        (["{csv}", "--relabel", "999999"], "phrasings.jsonl:999999: is no phrasing that no entry"),
    ],
)
def test_what_cannot_be_adopted_is_told_in_a_sentence(
    small_home: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    given = tmp_path / "a.csv"
    given.write_text("Question,Answer\nWhen?,At 8.\n")
    ran = run("adopt", *(one.format(csv=given) for one in arguments), home=small_home)
    assert ran.exit_code == 1
    (line,) = ran.stderr.splitlines()
    assert told in line


def test_a_file_without_answers_is_told(small_home: Path, tmp_path: Path) -> None:
    workbook = workbooks.write(tmp_path / "a.xlsx", [person(1, "When?", None)])
    ran = run("adopt", workbook, home=small_home)
    assert ran.exit_code == 1
    assert "Groups left out: 0; without an answer: 1." in ran.stdout
    assert ran.stderr == f"Error: {workbook}: nothing in it is to be adopted\n"
