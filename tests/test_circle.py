"""A list comes in, its answers come back, what a person answers joins the FAQ, and is published."""

import shlex
import shutil
from pathlib import Path

import openpyxl
from commands import run

LIST = """School;Anything you want to ask?
Oak;What will replace LIFT?
Ash;Will STLS run a helpline in the school holidays?
Elm;is there an stls helpline in the school holidays
Oak;"will the stls helpline run in the school holidays – we need it"
Fir;what time does the swimming pool open

Yew;will there be an STLS helpline over the school holidays
"""
ASKED = "Is there an STLS helpline in the school holidays?"
ANSWER = "No. The service is open in term time only.\n\nWrite to the mailbox meanwhile."


def test_what_a_person_answers_is_answered_from_then_on_and_published(
    small_home: Path, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(small_home, tmp_path / "home"))
    (tmp_path / "march.csv").write_bytes(LIST.encode("cp1252"))
    assert run("batch", tmp_path / "march.csv", home=home).exit_code == 0
    workbook = tmp_path / "march-answered.xlsx"
    book = openpyxl.load_workbook(workbook)
    person = book["For a person"]
    columns = {cell.value: cell.column for cell in person[1]}
    (row,) = (
        cell.row for cell in person["B"] if cell.row > 1 and "helpline" in str(cell.value).lower()
    )
    assert person.cell(row, columns["Asked"]).value == 4
    assert person.cell(row, columns["Asked by"]).value == "Ash; Elm; Oak; Yew"
    person.cell(row, columns["Answer"]).value = ANSWER
    person.cell(row, columns["Section"]).value = "Training"
    book.save(workbook)

    asked = run("ask", ASKED, home=home)
    assert ANSWER not in asked.stdout
    adopted = run("adopt", workbook, "--yes", home=home)
    assert adopted.exit_code == 0, adopted.output
    assert "New entries: 1; new phrasings: 3" in adopted.stdout
    assert ANSWER in run("ask", ASKED, home=home).stdout

    out = tmp_path / "again.csv"
    again = run("batch", tmp_path / "march.csv", "--out", out, "--fail-under", "0.8", home=home)
    assert again.exit_code == 0, again.output
    assert out.read_text(encoding="utf-8-sig").count("The service is open in term time only.") == 4

    before = (home / "faq.jsonl").read_bytes()
    assert b"term time only" in before
    published = run("publish", "--out", tmp_path / "FAQ.docx", home=home)
    assert published.exit_code == 0
    command = published.stderr.splitlines()[-1].split("chatbot ")[1]
    assert run(*shlex.split(command), home=home).exit_code == 0
    assert (home / "faq.jsonl").read_bytes() == before
