import csv
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from chatbot.answering import Answerer
from chatbot.cli import main

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "tests" / "data" / "stls-faq-march-2025.txt"
QUESTIONS = ROOT / "tests" / "questions" / "questions.jsonl"
LIFT = "So is LIFT just gone??"
UNKNOWN = "what time does the swimming pool open"


def run(*arguments: str | Path, home: Path = ROOT, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *map(str, arguments)], input=given)


def sentence(ran: Result) -> str:
    """The one sentence that a command fails with."""
    assert ran.exit_code == 1
    assert isinstance(ran.exception, SystemExit)
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    return line.removeprefix("Error: ")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A copy of the FAQ's files, without its index."""
    for name in ("faq.jsonl", "phrasings.jsonl", "glossary.jsonl", "chatbot.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A dozen of the labelled questions."""
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b"\n".join(QUESTIONS.read_bytes().split(b"\n")[::36][:12]))
    return path


def test_an_answer_comes_with_its_question_section_date_and_confidence(answerer: Answerer) -> None:
    ran = run("ask", LIFT)
    assert ran.exit_code == 0
    assert ran.output.splitlines()[:6] == [
        "You asked something like: What will replace LIFT",
        "",
        "Nothing, as LIFT is no longer required",
        "",
        "LIFT / surgeries / clinics, no. 47. STLS FAQ, 2025-03. "
        f"Confidence {answerer.ask(LIFT).confidence:.0%}.",
        "",
    ]
    assert ran.output.splitlines()[6:] == [
        "Questions near to it:",
        *(f"- {near.question} ({near.entry_id})" for near in answerer.ask(LIFT).plausible()),
    ]


def test_a_fallback_names_the_mailbox() -> None:
    ran = run("ask", "--limit", "0", UNKNOWN)
    assert ran.exit_code == 0
    assert ran.output == (
        "The FAQ holds no sure answer to this.\nPlease ask Inclusion@kent.gov.uk.\n"
    )


@pytest.mark.parametrize("message", [LIFT, UNKNOWN, "?!?"])
def test_json_is_the_reply_of_the_api(client: TestClient, message: str) -> None:
    ran = run("ask", "--json", message)
    assert ran.exit_code == 0
    answer = client.post("/v1/ask", json={"message": message})
    assert [json.loads(ran.output)] == answer.json()["replies"]


@pytest.mark.parametrize("arguments", [["So", "is", "LIFT", "just", "gone??"], []])
def test_words_and_standard_input_are_a_message(answerer: Answerer, arguments: list[str]) -> None:
    ran = run("ask", "--json", *arguments, given=None if arguments else f"{LIFT}\n")
    assert ran.exit_code == 0
    assert json.loads(ran.output) == answerer.ask(LIFT).model_dump(mode="json")


def test_limit_bounds_the_alternatives() -> None:
    ran = run("ask", "--json", "--limit", "1", LIFT)
    assert len(json.loads(ran.output)["alternatives"]) == 1
    assert run("ask", "--limit", "11", LIFT).exit_code == 2


@pytest.mark.parametrize("message", ["", " \n\t", "\x00", "<br>"])
def test_an_empty_message_is_told_in_a_sentence(message: str) -> None:
    assert sentence(run("ask", message)) == "the message is empty; type a question"
    assert sentence(run("ask", given=message)) == "the message is empty; type a question"


@pytest.mark.parametrize("length", [2_001, 1_100_000])
def test_a_long_message_is_told_in_a_sentence(length: int) -> None:
    told = sentence(run("ask", given="é" * length))
    assert told.startswith("the message has ")
    assert told.endswith(" characters; the most is 2,000")


def test_input_that_is_not_text_is_told_in_a_sentence() -> None:
    told = sentence(run("ask", given=b"So is LIFT\xff gone"))
    assert told == "the message is not UTF-8 text at byte 10"


def test_the_repositorys_files_are_without_fault() -> None:
    ran = run("check")
    assert ran.exit_code == 0
    assert ran.stdout == ""
    assert ran.stderr.startswith("74 entries, ")
    assert ran.stderr.endswith(" terms: no faults\n")


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("faq.jsonl", '"answer"', '"anser"', "faq.jsonl:1: answer: Field required"),
        ("faq.jsonl", '"stls-2"', '"stls-1"', "faq.jsonl:2: id: 'stls-1' is already used"),
        ("faq.jsonl", "{", "", "faq.jsonl:1: not valid JSON"),
        ("phrasings.jsonl", '"stls-', '"unknown-', "phrasings.jsonl:1: of: no entry has the id"),
        ("glossary.jsonl", '"term"', '"name"', "glossary.jsonl:1: term: Field required"),
    ],
)
def test_a_fault_is_named_by_file_line_and_field(
    home: Path, name: str, old: str, new: str, fault: str
) -> None:
    text = (home / name).read_text(encoding="utf-8")
    (home / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    ran = run("check", home=home)
    assert ran.exit_code == 1
    assert isinstance(ran.exception, SystemExit)
    assert ran.stdout.startswith(fault)
    assert "fault" in ran.stderr


def test_importing_the_document_gives_the_same_bytes(home: Path) -> None:
    before = (home / "faq.jsonl").read_bytes()
    (home / "faq.jsonl").unlink()
    ran = run("import", DOCUMENT, "--name", "STLS FAQ", "--prefix", "stls", home=home)
    assert ran.exit_code == 0
    assert (home / "faq.jsonl").read_bytes() == before
    assert f"74 entries written to {home / 'faq.jsonl'}" in ran.stderr
    assert len(ran.stdout.splitlines()) == int(ran.stderr.split("; ")[1].split()[0])


def test_importing_again_keeps_what_was_filled_in(home: Path) -> None:
    faq = home / "faq.jsonl"
    entries = [json.loads(line) for line in faq.read_text(encoding="utf-8").split("\n") if line]
    entries[0]["audience"] = ["school"]
    lines = (json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    faq.write_text("".join(lines), encoding="utf-8")
    run("import", DOCUMENT, "--name", "STLS FAQ", "--prefix", "stls", home=home)
    assert json.loads(faq.read_bytes().split(b"\n")[0])["audience"] == ["school"]


def test_a_new_faq_is_built_and_answers(tmp_path: Path) -> None:
    stored = {
        "When are the bins emptied?": "On Mondays.",
        "Where is the library?": "In the High Street.",
        "Who mends the street lights?": "The highways team.",
    }
    source = {"document": "Services", "as_of": "2025-01"}
    lines = (
        json.dumps({"id": f"a-{n}", "number": f"{n}", "question": q, "answer": a, "source": source})
        for n, (q, a) in enumerate(stored.items(), start=1)
    )
    (tmp_path / "faq.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "encoder").symlink_to(ROOT / "index" / "encoder")
    built = run("build", home=tmp_path)
    assert built.exit_code == 0
    assert built.output.endswith(
        f" rows of 3 entries and 0 phrasings in {tmp_path / 'index'}\n"
        "Too few phrasings to measure a confidence: only near-equal texts are answered.\n"
    )
    asked = run("ask", "when are the bins emptied", home=tmp_path)
    assert asked.exit_code == 0
    assert asked.stdout.splitlines()[2] == "On Mondays."
    assert asked.stdout.splitlines()[4].startswith("No. 1. Services, 2025-01. Confidence ")
    assert asked.stderr == ""
    unknown = run("ask", UNKNOWN, home=tmp_path)
    assert unknown.stdout.startswith("The FAQ holds no sure answer to this.\n")
    assert "@" not in unknown.stdout


def test_figures_are_printed(questions: Path) -> None:
    ran = run("evaluate", questions)
    assert ran.exit_code == 0
    assert ran.output.startswith("12 questions, ")
    for words in ("95% interval", "right entry first", "coverage", "precision", "AUROC"):
        assert words in ran.output


def test_figures_and_rows_are_written(questions: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    ran = run("evaluate", questions, "--json", "--rows", rows)
    assert ran.exit_code == 0
    figures = json.loads(ran.output)
    assert figures["questions"] == 12
    with rows.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    asked = [json.loads(line) for line in questions.read_bytes().split(b"\n")]
    assert [one["text"] for one in written] == [one["text"] for one in asked]
    assert {one["answered"] for one in written} <= {"0", "1"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "/nowhere/faq.txt"],
        ["import", "/nowhere/faq.pdf"],
        ["evaluate", "/nowhere/questions.jsonl"],
        ["evaluate", "/"],
        ["import", "/"],
        ["--home", "/nowhere", "ask", "a"],
        ["--home", "/nowhere", "check"],
        ["--home", "/nowhere", "build"],
        ["--home", "/nowhere", "serve"],
        ["--home", "/nowhere", "import", str(DOCUMENT)],
    ],
)
def test_a_missing_file_is_told_in_a_sentence(arguments: list[str]) -> None:
    path = "/nowhere" if "/nowhere" in " ".join(arguments) else "/"
    assert path in sentence(run(*arguments))


def test_a_folder_of_documents_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "faq.txt").mkdir()
    assert "faq.txt" in sentence(run("import", tmp_path / "faq.txt"))


def test_rows_that_cannot_be_written_are_told_in_a_sentence(questions: Path) -> None:
    assert "/nowhere/rows.csv" in sentence(
        run("evaluate", questions, "--rows", "/nowhere/rows.csv")
    )


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
    assert sorted(main.commands) == ["ask", "build", "check", "evaluate", "import", "serve"]


@pytest.mark.parametrize("command", [main, *main.commands.values()], ids=lambda one: one.name)
def test_every_command_and_option_says_what_it_does(command: click.Command) -> None:
    assert command.help
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []


def test_version_is_told() -> None:
    from chatbot import __version__

    assert run("--version").output == f"chatbot, version {__version__}\n"


def test_the_service_answers_and_prints_no_message() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = subprocess.Popen(
        [sys.executable, "-m", "chatbot", "--home", ROOT, "serve", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(port, service)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/ask",
            json.dumps({"message": "zebrafish, so is LIFT just gone??"}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            (reply,) = json.load(answer)["replies"]
    finally:
        service.terminate()
        printed, logged = service.communicate(timeout=20)
    assert reply["question"] == "zebrafish, so is LIFT just gone??"
    assert f"http://127.0.0.1:{port}" in logged
    assert printed == ""
    assert "zebrafish" not in logged


def wait_for(port: int, service: subprocess.Popen[str]) -> None:
    """Wait until the service listens."""
    until = time.monotonic() + 60
    while service.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError("the service has not started")


def test_a_taken_port_is_told_before_anything_is_promised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = CliRunner().invoke(main, ["serve", "--port", port])
    assert ran.exit_code == 1
    assert ran.output == f"Error: cannot serve on 127.0.0.1:{port}: Address already in use\n"
