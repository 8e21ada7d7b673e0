import json
from pathlib import Path

import pytest
from commands import ROOT, run

UNKNOWN = "what time does the swimming pool open"


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
