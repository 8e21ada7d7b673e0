import json
import shlex
from pathlib import Path

import pytest
from commands import ROOT, run, sentence

DOCUMENT = ROOT / "tests" / "data" / "stls-faq-march-2025.txt"
QUESTIONS = ROOT / "tests" / "questions" / "questions.jsonl"
LIFT = "What will replace LIFT??"


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


def test_a_folder_of_documents_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "faq.txt").mkdir()
    assert "faq.txt" in sentence(run("import", tmp_path / "faq.txt"))


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
