import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import html

from chatbot import exports, filled, question_lists, results
from chatbot.answered import AnsweredList
from chatbot.answering import Answerer
from chatbot.errors import AdoptionError, TableError

LIFT = "What will replace LIFT?"
POOL = "what time does the swimming pool open"
LIST = [
    {"School": "=cmd|' /C calc'!A0", "Question": LIFT, "n": 7},
    {"School": "<script>alert(1)</script>", "Question": f"{POOL}? {LIFT}", "n": None},
    {"School": "", "Question": "", "n": None},
    {"School": "A\x00\x0b", "Question": POOL, "n": -1},
]


@pytest.fixture
def answered(answerer: Answerer, tmp_path: Path) -> Callable[..., AnsweredList]:
    def make(rows: object = LIST) -> AnsweredList:
        path = tmp_path / "list.json"
        path.write_text(json.dumps(rows))
        asked = question_lists.read(path, tmp_path)
        results.answer(answerer, asked, tmp_path / "partial")
        return AnsweredList(asked, tmp_path / "partial", answerer, tmp_path)

    return make


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_of_a_csv_is_a_formula(
    answered: Callable[..., AnsweredList], tmp_path: Path, first: str
) -> None:
    out = tmp_path / "out.csv"
    exports.write(answered([{"Question": POOL, f"{first}b": f'{first}1+1;=2"'}]), out, tmp_path)
    with out.open(encoding="utf-8-sig", newline="") as file:
        head, row = csv.reader(file)
    assert head[1] == f"'{first}b"
    assert row[1] == f"'{first}1+1;=2\""
    assert f'"\'{first}1+1;=2"""' in out.read_bytes().decode("utf-8-sig")  # quoted as a whole


def test_a_csv_has_every_row_and_numbers_as_numbers(
    answered: Callable[..., AnsweredList], tmp_path: Path
) -> None:
    found = answered()
    exports.write(found, tmp_path / "out.csv", tmp_path)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["n"] for line in lines] == ["7", "", "", "-1"]
    assert [line["Outcome"] for line in lines] == [
        "answer",
        "1. fallback\n2. answer",
        "",
        "fallback",
    ]
    assert lines[0]["Answer"] == "Nothing, as LIFT is no longer required"
    assert list(lines[0]) == found.headings


def test_json_lines_keep_the_columns_and_give_each_reply(
    answered: Callable[..., AnsweredList], tmp_path: Path
) -> None:
    exports.write(answered(), tmp_path / "out.jsonl", tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["row"] for line in lines] == [1, 2, 3, 4]
    assert [line["n"] for line in lines] == [7, "", "", -1]
    one, several, blank, _ = lines
    assert (one["outcome"], one["entry_id"], one["group"]) == ("answer", "stls-47", 1)
    assert several["outcome"] is None
    assert [reply["outcome"] for reply in several["replies"]] == ["fallback", "answer"]
    assert [reply["question"] for reply in several["replies"]] == [f"{POOL}?", LIFT]
    assert (blank["outcome"], blank["confidence"], blank["reason"]) == (None, None, "blank row")
    assert blank["replies"] == []


def test_an_answered_list_can_be_answered_again(
    answerer: Answerer, answered: Callable[..., AnsweredList], tmp_path: Path
) -> None:
    exports.write(answered(), tmp_path / "once.jsonl", tmp_path)
    asked = question_lists.read(tmp_path / "once.jsonl", tmp_path)
    results.answer(answerer, asked, tmp_path / "partial")
    again = AnsweredList(asked, tmp_path / "partial", answerer, tmp_path)
    exports.write(again, tmp_path / "twice.jsonl", tmp_path)
    once, twice = (
        [json.loads(line) for line in (tmp_path / name).read_text().splitlines()]
        for name in ("once.jsonl", "twice.jsonl")
    )
    assert [line["outcome_faq"] for line in twice] == [line["outcome"] for line in once]


def test_a_page_shows_every_row_and_runs_nothing_of_it(
    answered: Callable[..., AnsweredList], tmp_path: Path
) -> None:
    exports.write(answered(), tmp_path / "out.html", tmp_path)
    page: Any = html.fromstring((tmp_path / "out.html").read_bytes())
    assert page.xpath("//script | //img | //link | //@src") == []
    assert page.xpath("//@href") == ["#person", "#recurring", "#rows"]
    table = page.xpath("//h2[@id='rows']/following::table[1]//tr")
    assert len(table) == 1 + len(LIST)
    assert "<script>alert(1)</script>" in table[2].text_content()
    assert "Nothing, as LIFT is no longer required" in table[1].text_content()
    assert "blank row" in table[3].text_content()
    assert page.get("lang") == "en-GB"
    assert all(one.get("scope") for one in page.xpath("//th"))


def test_a_word_document_shows_every_row(
    answered: Callable[..., AnsweredList], tmp_path: Path
) -> None:
    exports.write(answered(), tmp_path / "out.docx", tmp_path)
    document = docx.Document(str(tmp_path / "out.docx"))
    assert [one.text for one in document.paragraphs if one.style.name.startswith("Heading")] == [
        "For a person",
        "Recurring questions",
        "Every row",
    ]
    table = document.tables[-1]
    assert [row.cells[0].text for row in table.rows] == ["Row", "1", "2", "3", "4"]
    assert "Nothing, as LIFT is no longer required" in table.rows[1].cells[2].text
    assert table.rows[3].cells[2].text == "blank row"
    assert all(one.rows[0]._tr.xpath("w:trPr/w:tblHeader") for one in document.tables)
    assert document.core_properties.title == "Answers to list.json"
    with pytest.raises(AdoptionError, match="has no rows below the columns Question and Answer"):
        filled.read(tmp_path / "out.docx")  # none of its answers are a person's


@pytest.mark.parametrize("suffix", sorted(exports.WRITERS))
def test_a_lost_row_is_noticed_before_the_file_is_there(
    answered: Callable[..., AnsweredList],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
) -> None:
    found, out = answered(), tmp_path / f"out{suffix}"
    out.write_text("the old one")
    rows = AnsweredList.rows
    monkeypatch.setattr(AnsweredList, "rows", lambda self: list(rows(self))[1:])
    with pytest.raises(TableError, match=r"not written: of 4 rows 3 came out"):
        exports.write(found, out, tmp_path)
    assert out.read_text() == "the old one"
    assert not list(tmp_path.glob(".*"))


def test_what_is_too_long_for_a_kind_of_file_is_refused() -> None:
    exports.check(Path("out.csv"), 2_000_000)
    with pytest.raises(TableError, match=r"out\.xlsx: the most rows of \.xlsx is 1,048,575; use"):
        exports.check(Path("out.xlsx"), 1_048_576)
    with pytest.raises(TableError, match=r"the most rows of \.docx is 20,000"):
        exports.check(Path("out.docx"), 20_001)
    with pytest.raises(TableError, match=r"out\.pdf: cannot write '\.pdf' files; use \.xlsx"):
        exports.check(Path("out.pdf"))
