import csv
import json
import shlex
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
VAGUE = ROOT / "tests" / "questions" / "vague.jsonl"
LIFT = "What will replace LIFT??"
UNKNOWN = "what time does the swimming pool open"
TWO = f"1. {UNKNOWN}?\n2. What will replace LIFT?"


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
    (reply,) = answerer.ask(LIFT).replies
    assert ran.exit_code == 0
    assert ran.output.splitlines()[:6] == [
        "You asked something like: What will replace LIFT",
        "",
        "Nothing, as LIFT is no longer required",
        "",
        "LIFT / surgeries / clinics, no. 47. STLS FAQ, 2025-03. "
        f"Confidence {reply.confidence:.0%}.",
        "",
    ]
    assert ran.output.splitlines()[6:] == [
        "Questions near to it:",
        *(f"- {near.question} ({near.entry_id})" for near in reply.plausible()),
    ]


def test_a_fallback_names_the_mailbox() -> None:
    ran = run("ask", "--limit", "0", UNKNOWN)
    assert ran.exit_code == 0
    assert ran.output == (
        "The FAQ holds no sure answer to this.\n\nPlease ask Inclusion@kent.gov.uk.\n"
    )


def test_small_talk_gets_its_sentence_alone() -> None:
    ran = run("ask", "hello")
    assert ran.exit_code == 0
    assert ran.output == "Hello. Please type your question in your own words.\n"


def test_choices_come_with_their_ids_and_the_mailbox(answerer: Answerer) -> None:
    ran = run("ask", "training")
    (reply,) = answerer.ask("training").replies
    assert ran.exit_code == 0
    assert ran.output.splitlines() == [
        "Which of these do you mean?",
        "",
        *(f"- {' '.join(near.question.split())} ({near.entry_id})" for near in reply.alternatives),
        "",
        "'chatbot show ID' gives the answer to one of them.",
        "",
        "None of these? Please ask Inclusion@kent.gov.uk.",
    ]


def test_each_question_of_a_message_is_numbered_and_answered_in_order() -> None:
    ran = run("ask", "--limit", "0", TWO)
    assert ran.exit_code == 0
    assert ran.output.startswith(
        f"1. {UNKNOWN}?\n\nThe FAQ holds no sure answer to this.\n\n"
        "Please ask Inclusion@kent.gov.uk.\n\n2. What will replace LIFT?\n\n"
        "You asked something like: What will replace LIFT\n\n"
        "Nothing, as LIFT is no longer required\n\n"
    )


def test_a_note_comes_before_the_replies() -> None:
    ran = run("ask", f"{UNKNOWN}? My email is jo.bloggs@example.org")
    assert ran.exit_code == 0
    assert ran.output.startswith(
        "Personal details are not needed here; this service does not store them.\n\n"
        "The FAQ holds no sure answer to this.\n"
    )


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ((), {}),
        (("--after", UNKNOWN), {"history": [{"message": UNKNOWN}]}),
        (
            ("--after", UNKNOWN, "--after", "What will replace LIFT"),
            {"history": [{"message": UNKNOWN}, {"message": "What will replace LIFT"}]},
        ),
        (("--audience", "early_years"), {"audience": "early_years"}),
    ],
)
@pytest.mark.parametrize("message", ["and what about that?", "How often will I see a link teacher"])
def test_earlier_messages_and_the_audience_are_taken_as_by_the_api(
    client: TestClient, message: str, options: tuple[str, ...], more: dict[str, object]
) -> None:
    ran = run("ask", "--json", *options, message)
    assert ran.exit_code == 0
    answer = client.post("/v1/ask", json={"message": message, **more}).json()
    assert json.loads(ran.output)["replies"] == answer["replies"]


def test_an_audience_that_is_not_set_up_is_refused() -> None:
    ran = run("ask", "--audience", "erly_years", LIFT)
    assert ran.exit_code == 2
    assert "no audience 'erly_years'; known: school, early_years, independent" in ran.output


@pytest.mark.parametrize("before", ["", "?", "\x00", "a" * 3_000, "\udcff LIFT"])
def test_any_message_may_be_an_earlier_one(before: str) -> None:
    ran = run("ask", "--after", before, LIFT)
    assert ran.exit_code == 0
    assert "Nothing, as LIFT is no longer required" in ran.output


def test_an_entry_is_shown_word_for_word(answerer: Answerer) -> None:
    for entry in answerer.faq.entries[:5]:
        ran = run("show", entry.id)
        assert ran.exit_code == 0
        assert ran.output == f"{entry.question}\n\n{entry.answer}\n"


@pytest.mark.parametrize("entry_id", ["stls-999", "", "STLS-47"])
def test_an_entry_that_is_not_there_is_told_in_a_sentence(entry_id: str) -> None:
    assert sentence(run("show", entry_id)) == f"no entry has the id '{entry_id}'"


@pytest.mark.parametrize("message", [LIFT, UNKNOWN, TWO, "training", "hello", "?!?"])
def test_json_is_what_the_api_gives(client: TestClient, message: str) -> None:
    ran = run("ask", "--json", message)
    assert ran.exit_code == 0
    answer = client.post("/v1/ask", json={"message": message}).json()
    assert json.loads(ran.output) == {name: answer[name] for name in ("notes", "replies")}


@pytest.mark.parametrize("arguments", [["What", "will", "replace", "LIFT??"], []])
def test_words_and_standard_input_are_a_message(answerer: Answerer, arguments: list[str]) -> None:
    ran = run("ask", "--json", *arguments, given=None if arguments else f"{LIFT}\n")
    assert ran.exit_code == 0
    assert json.loads(ran.output) == answerer.ask(LIFT).model_dump(mode="json")


def test_limit_bounds_the_alternatives() -> None:
    ran = run("ask", "--json", "--limit", "1", LIFT)
    (reply,) = json.loads(ran.output)["replies"]
    assert len(reply["alternatives"]) == 1
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
    # Whom an entry is for is not in the document; what is there of it is kept.
    entries = [json.loads(line) for line in before.split(b"\n") if line]
    lines = (json.dumps(entry | {"answer": "Another.", "number": "0"}) for entry in entries)
    (home / "faq.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ran = run("import", DOCUMENT, "--name", "STLS FAQ", "--prefix", "stls", home=home)
    assert ran.exit_code == 0
    assert (home / "faq.jsonl").read_bytes() == before
    assert f"74 entries written to {home / 'faq.jsonl'}" in ran.stderr
    assert len(ran.stdout.splitlines()) == int(ran.stderr.split("; ")[1].split()[0])


def test_importing_anew_gives_the_same_entries_for_everybody(home: Path) -> None:
    before = [json.loads(line) for line in (home / "faq.jsonl").read_bytes().split(b"\n") if line]
    (home / "faq.jsonl").unlink()
    ran = run("import", DOCUMENT, "--name", "STLS FAQ", "--prefix", "stls", home=home)
    assert ran.exit_code == 0
    assert any("audience" in entry for entry in before)
    lines = (
        json.dumps({k: v for k, v in entry.items() if k != "audience"}, ensure_ascii=False) + "\n"
        for entry in before
    )
    assert (home / "faq.jsonl").read_text(encoding="utf-8") == "".join(lines)


def test_importing_again_keeps_what_was_filled_in(home: Path) -> None:
    faq = home / "faq.jsonl"
    entries = [json.loads(line) for line in faq.read_text(encoding="utf-8").split("\n") if line]
    assert entries[0]["audience"] != ["parent"]
    entries[0]["audience"] = ["parent"]
    lines = (json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    faq.write_text("".join(lines), encoding="utf-8")
    run("import", DOCUMENT, "--name", "STLS FAQ", "--prefix", "stls", home=home)
    assert json.loads(faq.read_bytes().split(b"\n")[0])["audience"] == ["parent"]


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
    assert list(figures) == [str(questions)]
    assert figures[str(questions)]["questions"] == 12
    with rows.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    asked = [json.loads(line) for line in questions.read_bytes().split(b"\n")]
    assert [one["text"] for one in written] == [one["text"] for one in asked]
    assert {one["answered"] for one in written} <= {"0", "1"}


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    """A few labelled messages, of words too vague."""
    path = tmp_path / "vague.jsonl"
    path.write_bytes(b"\n".join(VAGUE.read_bytes().split(b"\n")[:4]))
    return path


def test_the_figures_of_messages_are_printed(messages: Path) -> None:
    ran = run("evaluate", messages)
    assert ran.exit_code == 0
    assert ran.output.startswith("with a topic: entries of it offered or given ")


def test_the_figures_of_several_files_come_by_file(questions: Path, messages: Path) -> None:
    printed = run("evaluate", questions, messages)
    assert printed.exit_code == 0
    assert printed.output.startswith(f"{questions}\n12 questions, ")
    assert f"\n\n{messages}\nwith a topic: " in printed.output
    figures = json.loads(run("evaluate", "--json", questions, messages).output)
    assert list(figures) == [str(questions), str(messages)]
    for path in (questions, messages):
        alone = json.loads(run("evaluate", "--json", path).output)
        assert alone == {str(path): figures[str(path)]}


def test_figures_of_files_of_one_name_are_kept_apart(questions: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / questions.name
    other.parent.mkdir()
    other.write_bytes(questions.read_bytes().split(b"\n")[0])
    ran = run("evaluate", "--json", questions, other)
    assert ran.exit_code != 0 or len(json.loads(ran.output)) == 2


def test_rows_are_those_of_one_file_of_questions(questions: Path, messages: Path) -> None:
    ran = run("evaluate", questions, messages, "--rows", questions.with_suffix(".csv"))
    assert ran.exit_code == 2
    assert "--rows takes the questions of one file" in ran.stderr
    assert not questions.with_suffix(".csv").exists()


def test_rows_of_messages_are_refused_and_not_left_out(messages: Path) -> None:
    ran = run("evaluate", messages, "--rows", messages.with_suffix(".csv"))
    assert ran.exit_code != 0


def test_the_figures_of_a_list_with_groups_are_printed(questions: Path) -> None:
    texts = {"Is there parking?": "a", "is there parking": "a", "Who chairs the CoS meetings?": "b"}
    lines = [json.dumps({"text": text, "group": label}) for text, label in texts.items()]
    questions.write_text("\n".join(lines), encoding="utf-8")
    ran = run("evaluate", questions)
    assert ran.exit_code == 0
    assert ran.output.startswith("questions            3\nlabelled groups      2\n")
    figures = json.loads(run("evaluate", "--json", questions).output)[str(questions)]
    assert figures["f1"] == figures["adjusted_rand"] == [1.0, 1.0, 1.0]
    rows = run("evaluate", questions, "--rows", questions.with_suffix(".csv"))
    assert rows.exit_code == 2
    assert "--rows takes labelled questions" in rows.stderr


def test_evaluating_no_file_is_told() -> None:
    assert run("evaluate").exit_code == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"text": "a", "of": [], "mood": "b"}', "questions.jsonl:1: mood: "),
        ('{"text": "a", "topic": []}\n{"text": 1, "topic": []}', "questions.jsonl:2: not a label"),
        ('{"text": "a", "topic": []}\n{"text": "a", "talk": "test"}', "of several kinds"),
        ('{"text": "a", "group": "b"}\n{"text": "a"}', "questions.jsonl:2: not a question and"),
        ('{"text": " ", "group": "b"}', "question 1: the message is empty"),
        (" \n", "questions.jsonl: holds no questions"),
    ],
)
def test_a_wrong_label_is_told_in_a_sentence(questions: Path, content: str, told: str) -> None:
    questions.write_text(content, encoding="utf-8")
    assert told in sentence(run("evaluate", questions))


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


@pytest.mark.parametrize("suffix", ["docx", "html"])
def test_importing_what_was_published_gives_the_same_bytes(home: Path, suffix: str) -> None:
    before = (home / "faq.jsonl").read_bytes()
    ran = run("publish", "--out", home / f"a b.{suffix}", home=home)
    assert ran.exit_code == 0
    assert ran.stdout == ""
    told, command = ran.stderr.splitlines()
    assert told == f"74 entries in 10 sections written to {home}/a b.{suffix}"
    arguments = shlex.split(command.split("chatbot ")[1])
    assert run(*arguments, home=home).exit_code == 0
    assert (home / "faq.jsonl").read_bytes() == before


def test_what_has_changed_since_an_earlier_version_is_told_and_marked(home: Path) -> None:
    assert run("publish", "--out", home / "1.docx", home=home).exit_code == 0
    text = (home / "faq.jsonl").read_text(encoding="utf-8")
    (home / "faq.jsonl").write_text(text.replace("Nothing, as LIFT", "No, LIFT"), encoding="utf-8")
    for since in (home / "1.docx", ROOT / "faq.jsonl", DOCUMENT):
        ran = run("publish", "--out", home / "2.md", "--since", since, home=home)
        assert ran.exit_code == 0
        assert ran.stdout.startswith(
            "Since the version of March 2025: new answers, none; changed, 1 (47); no longer here, "
            "none."
        )
        assert "### 47. What will replace LIFT (Changed)" in (home / "2.md").read_text()


def test_an_entry_that_the_document_would_lose_is_told(home: Path) -> None:
    text = (home / "faq.jsonl").read_text(encoding="utf-8")
    (home / "faq.jsonl").write_text(text.replace('"stls-47"', '"lift"'), encoding="utf-8")
    ran = run("publish", "--out", home / "a.docx", home=home)
    assert ran.exit_code == 0
    assert ran.stdout == (
        "importing it would not give back lift: not found\n"
        "importing it would not give back stls-47: not an entry\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--out", "a.odt"], "a.odt: cannot write '.odt' files; use .docx, .html, .md, .pdf"),
        (["--out", "/nowhere/a.docx"], "/nowhere/a.docx: cannot be written: No such file"),
        (["--out", "a.md", "--since", "/nowhere/a.docx"], "/nowhere/a.docx: no such file"),
        (["--out", "a.md", "--since", "/nowhere/a.jsonl"], "/nowhere/a.jsonl: no such file"),
        (["--out", "a.md", "--since", str(QUESTIONS)], "questions.jsonl:1: "),
    ],
)
def test_what_cannot_be_published_is_told_in_a_sentence(arguments: list[str], told: str) -> None:
    assert told in sentence(run("publish", *arguments))
