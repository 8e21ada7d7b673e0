from pathlib import Path

import pytest

from chatbot.changes import Mark, compare, read_earlier
from chatbot.errors import DataError, DocumentError
from chatbot.faq import Entry, Source, load_entries

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "tests/data/stls-faq-march-2025.txt"
STORED = load_entries(ROOT).entries


def entry(number: str, question: str, answer: str, section: str = "Gates") -> Entry:
    return Entry(
        id=f"p-{number}",
        number=number,
        section=section,
        question=question,
        answer=answer,
        source=Source(document="Parks", as_of="2025-03"),
    )


BEFORE = [entry("1", "When?", "At 8."), entry("2", "Who?", "All"), entry("3", "Why?", "So.")]


@pytest.mark.parametrize(
    ("now", "marks", "gone"),
    [
        (BEFORE, {}, []),
        ([*BEFORE, entry("4", "How?", "So.")], {"p-4": Mark.NEW}, []),
        ([entry("1", "When?", "At 9."), *BEFORE[1:]], {"p-1": Mark.CHANGED}, []),
        ([entry("1", "When?", "At\n\n8."), *BEFORE[1:]], {}, []),
        ([entry("1", "When is it?", "At 8."), *BEFORE[1:]], {"p-1": Mark.CHANGED}, []),
        ([entry("1", "WHEN", "At 8."), *BEFORE[1:]], {"p-1": Mark.CHANGED}, []),
        ([entry("1", "How?", "So so."), *BEFORE[1:]], {"p-1": Mark.NEW}, ["p-1"]),
        ([entry("2", "When?", "At 8."), entry("1", "Who?", "All"), BEFORE[2]], {}, []),
        (BEFORE[:2], {}, ["p-3"]),
    ],
    ids=["same", "new", "answer", "space", "question", "case", "other", "renumbered", "gone"],
)
def test_what_is_new_changed_and_gone(
    now: list[Entry], marks: dict[str, Mark], gone: list[str]
) -> None:
    changes = compare(now, BEFORE)
    assert changes.marks == marks
    assert [one.id for one in changes.gone] == gone
    assert changes.since == "2025-03"


def test_two_rows_with_one_question_are_each_compared_with_their_own() -> None:
    rows = [entry("1", "When?", "At 8."), entry("2", "When?", "At 9.")]
    assert compare(rows, rows).marks == {}
    assert compare(rows, rows).gone == ()


def test_the_faq_has_not_changed_since_its_document() -> None:
    changes = compare(STORED, read_earlier(DOCUMENT))
    assert (changes.marks, changes.gone) == ({}, ())
    assert read_earlier(ROOT / "faq.jsonl") == STORED


def test_what_is_no_earlier_version_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a.jsonl: no such file"):
        read_earlier(tmp_path / "a.jsonl")
    (tmp_path / "a.jsonl").write_text("\n")
    with pytest.raises(DataError, match=r"a.jsonl: holds no entry"):
        read_earlier(tmp_path / "a.jsonl")
    with pytest.raises(DocumentError, match=r"cannot read '.pdf' files"):
        read_earlier(tmp_path / "a.pdf")
