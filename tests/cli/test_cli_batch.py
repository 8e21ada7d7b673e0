import csv
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from commands import ROOT
from commands import run as run_command

from chatbot import batch, results
from chatbot.answering import Answerer

pytestmark = pytest.mark.usefixtures("opened")
LIFT = "What will replace LIFT?"
POOL = "what time does the swimming pool open"


def run(*arguments: str | Path, given: bytes | None = None) -> Result:
    return run_command("batch", *arguments, given=given)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "march.csv"
    path.write_text(f"School,Question\nA,{LIFT}\n\nB,{POOL}\n")
    return path


def test_a_workbook_is_written_beside_the_list(questions: Path) -> None:
    ran = run(questions)
    out = questions.with_name("march-answered.xlsx")
    assert ran.exit_code == 0, ran.output
    assert ran.stdout == (
        f"{out}: 3 rows, 2 questions; 1 answered (50%), 0 with several answers possible, "
        "1 for a person.\n"
    )
    assert ran.stderr == ""
    sheet = openpyxl.load_workbook(out)["Answers"]
    assert [row[0].value for row in sheet.iter_rows()] == ["School", "A", None, "B"]
    assert {one.name for one in questions.parent.iterdir()} == {"march.csv", out.name}


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".docx", ".html", ".XLSX"])
def test_the_suffix_says_what_is_written(questions: Path, suffix: str) -> None:
    out = questions.with_name(f"out{suffix}")
    assert run(questions, "--out", out).exit_code == 0
    assert out.stat().st_size > 100


def test_standard_input_is_a_list_too(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    ran = run("-", "--out", out, given=f"{LIFT}\n\n{POOL}\n".encode("utf-16"))
    assert ran.exit_code == 0, ran.output
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["outcome"] for line in lines] == ["answer", None, "fallback"]


def test_a_column_and_a_sheet_can_be_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Who pays for it?", "x"])
    book.create_sheet("April").append(["Who pays for it?", LIFT])
    book.save(tmp_path / "list.xlsx")
    out = tmp_path / "out.csv"
    ran = run(tmp_path / "list.xlsx", "--out", out, "--sheet", "April", "--column", "B")
    assert ran.exit_code == 0, ran.output
    assert ran.output.startswith(f"{out}: 1 row, 1 question; 1 answered (100%)")
    with out.open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["Question"], line["Entry id"]) == (LIFT, "stls-47")


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (None, (), "No such file or directory"),
        (b"", (), "list.csv: is empty"),
        (b"Question\nWho pays?\n", ("--out", "/nowhere/a.csv"), "/nowhere/a.csv: there is no such"),
        (b"a,b\n7,8\n", (), "list.csv: has no column of questions"),
        (b"a,b\nx,Who pays?\n", ("--column", "z"), "list.csv: has no column 'z'"),
        (b'Question,b\nWho pays?,"2\n', (), "list.csv: row 2: a quotation mark is never closed"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_1(
    tmp_path: Path, content: bytes | None, options: tuple[str, ...], sentence: str
) -> None:
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_bytes(content)
    ran = run(path, *options)
    assert ran.exit_code == 1
    assert ran.stderr.startswith("Error: ")
    assert sentence in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == ["list.csv"] * (content is not None)


@pytest.mark.parametrize(
    "options",
    [
        ("--out", "out.pdf"),
        ("--out", "march.csv"),
        ("--fail-under", "1.5"),
        ("--nothing",),
    ],
)
def test_wrong_usage_is_exit_code_2(
    questions: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(questions.parent)
    before = questions.read_bytes()
    assert run(questions.name, *options).exit_code == 2
    assert questions.read_bytes() == before


def test_too_little_coverage_fails_after_the_file_is_written(questions: Path) -> None:
    out = questions.with_name("out.csv")
    assert run(questions, "--out", out, "--fail-under", "0.5").exit_code == 0
    out.unlink()
    ran = run(questions, "--out", out, "--fail-under", "0.51")
    assert ran.exit_code == 1
    assert ran.stderr == "Error: 50.0% of the questions were answered, less than 51.0%\n"
    assert out.is_file()


def test_answers_that_somebody_filled_in_are_not_written_over(questions: Path) -> None:
    out = questions.with_name("march-answered.xlsx")
    assert run(questions).exit_code == 0
    assert run(questions).exit_code == 0
    book = openpyxl.load_workbook(out)
    book["For a person"]["G2"] = "At nine."
    book.save(out)
    kept = out.read_bytes()
    ran = run(questions)
    assert ran.exit_code == 1
    assert "somebody has filled in answers there (1); adopt them first" in ran.stderr
    assert out.read_bytes() == kept


def test_an_interrupted_run_can_go_on(
    questions: Path, monkeypatch: pytest.MonkeyPatch, answerer: Answerer
) -> None:
    out = questions.with_name("out.csv")
    questions.write_text("Question\n" + f"{LIFT}\n{POOL}\n" * 5)
    monkeypatch.setattr(results, "CHUNK", 2)
    ask_many = Answerer.ask_many
    calls = 0

    def interrupted(self: Answerer, messages: list[str]) -> object:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return ask_many(self, messages)

    monkeypatch.setattr(Answerer, "ask_many", interrupted)
    ran = run(questions, "--out", out)
    assert ran.exit_code == 130
    assert ran.stderr == (
        "Stopped after 6 of 10 rows; the same command with --resume goes on from there.\n"
    )
    assert not out.exists()
    assert batch.partial_of(out).is_file()
    assert run(questions, "--out", out, "--resume").exit_code == 0
    assert calls == 6  # two of them after the interruption
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert [line["Row"] for line in csv.DictReader(file)] == [str(n) for n in range(2, 12)]
    assert not batch.partial_of(out).exists()


# While the processes that answer start, and while they answer.
@pytest.mark.parametrize("written", [1, 100_000])
def test_control_c_stops_a_real_run_and_a_terminal_shows_rate_and_time_left(
    tmp_path: Path, written: int
) -> None:
    texts = [
        json.loads(line)["text"] for line in (ROOT / "phrasings.jsonl").read_text().splitlines()
    ]
    path = tmp_path / "list.json"
    path.write_text(json.dumps([text for text in texts if text.strip()][:4_000]))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "chatbot", "batch", path.name, "--out", "out.csv"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CHATBOT_HOME": str(ROOT)}
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        partial = tmp_path / "out.csv.partial"
        until = time.monotonic() + 60
        while not (partial.exists() and partial.stat().st_size >= written):
            assert time.monotonic() < until
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all that belong to it
        seen = b""
        while chunk := _read(ours):
            seen += chunk
        code = process.wait(timeout=60)
    shown = seen.decode()
    assert "/4000" in shown
    assert "Traceback" not in shown
    assert partial.is_file()
    if written > 1:
        assert code == 130
        assert "rows a second" in shown
        assert "Stopped after " in shown
    else:
        assert code in (1, 130)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # the other end is closed
        return b""


@pytest.mark.parametrize("name", [".", "/"])
def test_a_folder_is_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(name)
    assert (ran.exit_code, ran.stderr) == (1, f"Error: {name}: Is a directory\n")
