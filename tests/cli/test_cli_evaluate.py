import csv
import json
from pathlib import Path

import pytest
from commands import ROOT, run, sentence

pytestmark = pytest.mark.usefixtures("opened")
VAGUE = ROOT / "tests" / "questions" / "vague.jsonl"


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


def test_rows_that_cannot_be_written_are_told_in_a_sentence(questions: Path) -> None:
    assert "/nowhere/rows.csv" in sentence(
        run("evaluate", questions, "--rows", "/nowhere/rows.csv")
    )
