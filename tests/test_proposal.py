from pathlib import Path

import pytest

from chatbot import proposal as proposal_file
from chatbot.errors import DataError
from chatbot.faq import Entry, Phrasing, Source, dump
from chatbot.proposal import Files, Proposal, Target

ROOT = Path(__file__).parent.parent
# As somebody typed them: other order, other space, a blank line.
GATES = '{ "number": "1", "id": "p-1", "section": "Gates", "question": "When?", "answer": "At 8.", '
SOURCE = '"source": {"document": "Parks", "as_of": "2025-03"}}'
ENTRIES = f"{GATES}{SOURCE}\n\n{GATES.replace('p-1', 'p-2').replace('Gates', 'Paths')}{SOURCE}\n"
PHRASINGS = '{"of": [], "text": "why"}\n\n{"text":"when","of":["p-1"]}\n'
FILES = Files(ENTRIES, PHRASINGS, "")


def entry(number: str, section: str) -> Entry:
    source = Source(document="Parks", as_of="2025-09")
    return Entry(
        id=f"p-{number}", number=number, section=section, question="Q", answer="A", source=source
    )


def proposal(*entries: Entry, phrasings: tuple[Phrasing, ...] = ()) -> Proposal:
    return Proposal([Target("row 2", one, True, False, phrasings) for one in entries])


@pytest.mark.parametrize(
    ("sections", "order"),
    [
        (["Gates"], ["p-1", "p-10", "p-2"]),
        (["Paths"], ["p-1", "p-2", "p-10"]),
        (["Trees", "Gates", "Trees"], ["p-1", "p-11", "p-2", "p-10", "p-12"]),
        (["Trees", "", "Trees"], ["p-1", "p-2", "p-10", "p-12", "p-11"]),
    ],
)
def test_an_entry_is_put_at_the_end_of_its_section(sections: list[str], order: list[str]) -> None:
    new = [entry(str(n), section) for n, section in enumerate(sections, start=10)]
    lines = FILES.with_proposal(proposal(*new)).entries.split("\n")
    assert lines.pop() == ""
    assert [Entry.model_validate_json(line).id for line in lines if line] == order
    assert [line for line in lines if line not in dump(new).split("\n")] == [
        line for line in ENTRIES.split("\n") if line
    ]


def test_phrasings_are_added_and_relabelled_and_all_else_stays() -> None:
    found = proposal(entry("3", "Gates"), phrasings=(Phrasing(text="é", of=("p-3",)),))
    found.relabelled[1] = Phrasing(text="why", of=("p-3",))
    assert FILES.with_proposal(found).phrasings == (
        '{"text": "why", "of": ["p-3"]}\n\n{"text":"when","of":["p-1"]}\n'
        '{"text": "é", "of": ["p-3"]}\n'
    )


@pytest.mark.parametrize("phrasings", ["", "\n", PHRASINGS.rstrip("\n")])
def test_a_file_that_is_missing_or_has_no_last_end_of_line_is_gone_on_with(phrasings: str) -> None:
    files = Files(ENTRIES.rstrip("\n"), phrasings, "")
    found = proposal(entry("3", "Paths"), phrasings=(Phrasing(text="a", of=("p-3",)),))
    after = files.with_proposal(found)
    assert after.entries == ENTRIES + dump([entry("3", "Paths")])
    assert after.phrasings.removeprefix(PHRASINGS) == '{"text": "a", "of": ["p-3"]}\n'


def test_the_councils_files_keep_every_byte() -> None:
    files = Files.read(ROOT)
    assert files.with_proposal(Proposal()) == files
    assert list(files.diff(files)) == []


def test_the_diff_is_unified() -> None:
    after = FILES.with_proposal(proposal(entry("3", "Gates")))
    first, *rest = ENTRIES.split("\n")
    assert list(FILES.diff(after)) == [
        "--- faq.jsonl",
        "+++ faq.jsonl (proposed)",
        "@@ -1,2 +1,3 @@",
        f" {first}",
        f"+{dump([entry('3', 'Gates')])[:-1]}",
        f" {rest[0]}",
    ]


def test_files_are_written_as_they_are_read(tmp_path: Path) -> None:
    files = Files(ENTRIES.replace("\n", "\r\n"), "", "")
    files.write(tmp_path)
    assert (tmp_path / "faq.jsonl").read_bytes() == files.entries.encode()
    assert [one.name for one in tmp_path.iterdir()] == ["faq.jsonl"]
    assert Files.read(tmp_path) == files


def test_where_one_file_cannot_be_written_none_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FILES.write(tmp_path)
    real = proposal_file.replace

    def full(path: Path, content: bytes) -> None:
        if path.name == "phrasings.jsonl":
            raise OSError(28, "No space left on device", str(path))
        real(path, content)

    monkeypatch.setattr(proposal_file, "replace", full)
    after = FILES.with_proposal(
        proposal(entry("3", "Gates"), phrasings=(Phrasing(text="a", of=("p-3",)),))
    )
    with pytest.raises(DataError, match=r"phrasings.jsonl: cannot be written: No space left"):
        after.write(tmp_path, FILES)
    assert Files.read(tmp_path) == FILES
