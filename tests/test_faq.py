import json
from pathlib import Path

import pytest

from chatbot import faq as faq_files
from chatbot.errors import DataError
from chatbot.faq import Entry, Faq, Link, Phrasing, Source, dump, inspect, load, write

ROOT = Path(__file__).parent.parent
DOGS = {
    "id": "p-1",
    "number": "1",
    "question": "Are dogs allowed?",
    "answer": "On a lead.",
    "source": {"document": "Parks", "as_of": "2026-01"},
}
GATES = DOGS | {"id": "p-2", "number": "2", "question": "When do gates open?", "answer": "At 8."}
PARK = DOGS | {"id": "p-3", "number": "3", "question": "Is there a car park?", "answer": "At 8."}
Line = dict[str, object] | bytes


def lines_of(records: list[Line]) -> bytes:
    return b"".join(
        (one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in records
    )


def folder_of(
    folder: Path,
    entries: list[Line],
    phrasings: list[Line] | None = None,
    glossary: list[Line] | None = None,
) -> Path:
    (folder / "faq.jsonl").write_bytes(lines_of(entries))
    if phrasings is not None:
        (folder / "phrasings.jsonl").write_bytes(lines_of(phrasings))
    if glossary is not None:
        (folder / "glossary.jsonl").write_bytes(lines_of(glossary))
    return folder


def entry(number: int, answer: str) -> Entry:
    return Entry(
        id=f"p-{number}",
        number=str(number),
        question=f"Question {number}?",
        answer=answer,
        source=Source(document="Parks", as_of="2026-01"),
    )


def test_the_files_of_the_council_have_no_fault() -> None:
    faq, faults = inspect(ROOT)
    assert faults == []
    assert len(faq.entries) == 74
    assert len(faq.phrasings) == (ROOT / "phrasings.jsonl").read_bytes().count(b"\n")
    assert len(faq.glossary) == (ROOT / "glossary.jsonl").read_bytes().count(b"\n")


def test_the_files_of_the_council_are_written_as_they_were_read() -> None:
    assert dump(load(ROOT).entries).encode() == (ROOT / "faq.jsonl").read_bytes()


def test_entries_alone_make_an_faq(tmp_path: Path) -> None:
    faq = load(folder_of(tmp_path, [DOGS]))
    assert faq == Faq(entries=(Entry.model_validate(DOGS),))


def test_a_folder_without_entries_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        load(tmp_path)
    assert str(error.value) == (
        f"{tmp_path}/faq.jsonl: no such file; it holds the questions and answers"
    )


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([DOGS | {"answer": " "}], "1: answer: String should have at least 1 character"),
        ([DOGS, GATES | {"question": ""}], "2: question: String should have at least 1 character"),
        ([DOGS | {"audiance": []}], "1: audiance: Extra inputs are not permitted"),
        ([DOGS, DOGS | {"number": "2"}], "2: id: 'p-1' is already used on line 1"),
        ([DOGS, b"", DOGS], "3: id: 'p-1' is already used on line 1"),
        (
            [DOGS, b'{"id": "p-2",'],
            "2: not valid JSON, Expecting property name enclosed in double quotes at column 14",
        ),
        ([DOGS, b'{"id": "\xff"}'], "2: not UTF-8 text at byte 8"),
        ([DOGS, b"[" * 100_000], "2: not valid JSON, nested too deep or a number too long"),
        ([DOGS, b"1" * 5_000], "2: not valid JSON, nested too deep or a number too long"),
        ([DOGS, b"[]"], "2: line: Input should be a valid dictionary or instance of Entry"),
        ([DOGS | {"id": "P 1"}], "1: id: String should match pattern '^[a-z0-9][a-z0-9-]*$'"),
        (
            [DOGS | {"source": {"document": "Parks", "as_of": "2026-13"}}],
            "1: source.as_of: String should match pattern '^[0-9]{4}-(0[1-9]|1[0-2])$'",
        ),
        (
            [DOGS | {"links": [{"text": "here", "url": "javascript:alert(1)"}]}],
            "1: links.0.url: String should match pattern '^(https?://|mailto:)'",
        ),
        (
            [DOGS | {"links": [{"text": ""}]}],
            "1: links.0.text: String should have at least 1 character",
        ),
    ],
)
def test_a_fault_of_an_entry_is_told_with_line_and_field(
    tmp_path: Path, lines: list[Line], fault: str
) -> None:
    assert inspect(folder_of(tmp_path, lines))[1] == [f"faq.jsonl:{fault}"]


def test_a_file_without_entries_is_a_fault(tmp_path: Path) -> None:
    assert inspect(folder_of(tmp_path, [b""]))[1] == ["faq.jsonl: holds no entry"]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([{"text": "x", "of": ["p-1", "p-9"]}], "1: of: no entry has the id 'p-9'"),
        ([{"text": "x"}], "1: of: Field required"),
        ([{"text": "x", "of": [], "from": "me"}], "1: from: Extra inputs are not permitted"),
        (
            [{"text": "x", "of": ["p-1"]}, {"text": "X!", "of": ["p-2"]}],
            "2: text: same as on line 1, but for other answers",
        ),
        (
            [{"text": "x", "of": ["p-1"]}, {"text": "x", "of": []}],
            "2: text: same as on line 1, but for other answers",
        ),
        (
            [{"text": "are dogs allowed", "of": ["p-2"]}],
            "1: text: is the stored question of p-1, which 'of' lacks",
        ),
        (
            [{"text": "Are dogs allowed?", "of": []}],
            "1: text: is the stored question of p-1, which 'of' lacks",
        ),
        ([{"text": "x", "of": []}, b"no"], "2: not valid JSON, Expecting value at column 1"),
        ([b"\xfe"], "1: not UTF-8 text at byte 0"),
    ],
)
def test_a_fault_of_a_phrasing_is_told_with_line_and_field(
    tmp_path: Path, lines: list[Line], fault: str
) -> None:
    folder = folder_of(tmp_path, [DOGS, GATES, PARK], lines)
    assert inspect(folder)[1] == [f"phrasings.jsonl:{fault}"]


def test_a_phrasing_of_one_of_several_questions_in_a_cell_is_compared_too(tmp_path: Path) -> None:
    two = GATES | {"questions": ["When do gates open?", "And when do they close?"]}
    folder = folder_of(tmp_path, [DOGS, two], [{"text": "and when do they close", "of": ["p-1"]}])
    assert inspect(folder)[1] == [
        "phrasings.jsonl:1: text: is the stored question of p-2, which 'of' lacks"
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [{"text": "opening hours", "of": ["p-2"]}, {"text": "Opening hours?", "of": ["p-3"]}],
        [{"text": "Are dogs allowed?", "of": ["p-1", "p-2"]}],
        [{"text": "", "of": []}],
    ],
)
def test_these_phrasings_are_no_fault(tmp_path: Path, lines: list[Line]) -> None:
    assert inspect(folder_of(tmp_path, [DOGS, GATES, PARK], lines))[1] == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (
            [{"term": "ANPR", "expansions": []}],
            "1: expansions: Tuple should have at least 1 item after validation, not 0",
        ),
        ([{"term": " ", "expansions": ["x"]}], "1: term: String should have at least 1 character"),
        (
            [{"term": "ANPR", "expansions": ["x"]}, {"term": "ANPR", "expansions": ["y"]}],
            "2: term: already on line 1",
        ),
        (
            [{"term": "ANPR", "expansions": ["x"], "sure": "perhaps"}],
            "1: sure: Input should be a valid boolean, unable to interpret input",
        ),
    ],
)
def test_a_fault_of_a_term_is_told_with_line_and_field(
    tmp_path: Path, lines: list[Line], fault: str
) -> None:
    assert inspect(folder_of(tmp_path, [DOGS], glossary=lines))[1] == [f"glossary.jsonl:{fault}"]


def test_what_can_be_read_is_read_beside_what_cannot(tmp_path: Path) -> None:
    faq, faults = inspect(folder_of(tmp_path, [DOGS, b"{", GATES]))
    assert [one.id for one in faq.entries] == ["p-1", "p-2"]
    assert len(faults) == 1


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([{"text": "x", "of": ["p-9"]}], "phrasings.jsonl:1: of: no entry has the id 'p-9'"),
        (
            [{"text": "x", "of": ["p-9"]}, {"text": "y", "of": ["p-8", "p-7"]}],
            "phrasings.jsonl:1: of: no entry has the id 'p-9' (and 2 more: run 'chatbot check')",
        ),
    ],
)
def test_load_names_the_first_fault_and_how_many_more(
    tmp_path: Path, lines: list[Line], message: str
) -> None:
    with pytest.raises(DataError) as error:
        load(folder_of(tmp_path, [DOGS], lines))
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        (["On a lead.", "on a LEAD", "At 8."], ["p-1", "p-1", "p-3"]),
        (["At 8.", "On a lead.", "At 8."], ["p-1", "p-2", "p-1"]),
        (["Yes", "Yes.", "yes"], ["p-1", "p-2", "p-3"]),
        (["No", "No!", "On a lead."], ["p-1", "p-2", "p-3"]),
        (["Yes, on a lead", "Yes on a lead.", "Yes"], ["p-1", "p-1", "p-3"]),
    ],
)
def test_same_answers_are_one_unless_they_only_say_yes_or_no(
    answers: list[str], first: list[str]
) -> None:
    faq = Faq(entries=tuple(entry(n, answer) for n, answer in enumerate(answers, start=1)))
    assert list(faq.answer_of.values()) == first


def test_the_answers_that_the_council_gives_more_than_once() -> None:
    answer_of = load(ROOT).answer_of
    shared: dict[str, list[str]] = {}
    for one, first in answer_of.items():
        if one != first:
            shared.setdefault(first, []).append(one)
    assert shared == {
        "stls-7": ["stls-8"],
        "stls-16": ["stls-29", "stls-30", "stls-32", "stls-33", "stls-58", "stls-60"],
        "stls-27": ["stls-28"],
        "stls-64": ["stls-68"],
        "stls-70": ["stls-71", "stls-75"],
    }


def test_dump_leaves_out_defaults_and_keeps_letters() -> None:
    one = entry(1, "£6,000 – “here”").model_copy(update={"links": (Link(text="here"),)})
    assert dump([one]) == (
        '{"id": "p-1", "number": "1", "question": "Question 1?", "answer": "£6,000 – “here”", '
        '"links": [{"text": "here"}], "source": {"document": "Parks", "as_of": "2026-01"}}\n'
    )


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    entries = (entry(1, "One.\n\nTwo."), entry(2, "Ελληνικά\u2028"))
    write(tmp_path / "faq.jsonl", entries)
    assert load(tmp_path).entries == entries


def test_write_replaces_the_file_and_leaves_no_other(tmp_path: Path) -> None:
    path = tmp_path / "faq.jsonl"
    write(path, [entry(1, "Old.")])
    old = path.read_bytes()
    with path.open("rb") as opened_before:
        write(path, [entry(1, "New."), entry(2, "New too.")])
        assert opened_before.read() == old
    assert [one.answer for one in load(tmp_path).entries] == ["New.", "New too."]
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "phrasings.jsonl"
    write(path, [Phrasing(text="old", of=())])
    with pytest.raises(UnicodeEncodeError):
        write(path, [Phrasing(text="new \ud800", of=())])
    assert path.read_text() == '{"text": "old", "of": []}\n'
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "folded"),
    [("  Who pays,\nthen? ", "who pays then"), ("SEN/EY – Straße", "sen ey strasse"), ("?!", "")],
)
def test_fold_leaves_words_alone(text: str, folded: str) -> None:
    assert faq_files.fold(text) == folded
