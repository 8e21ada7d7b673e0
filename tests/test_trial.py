import shutil
from pathlib import Path

import numpy as np
import pytest

from chatbot import settings as settings_file
from chatbot.adopting import propose
from chatbot.encoder import Vectors
from chatbot.errors import AdoptionError, PrecisionError
from chatbot.filled import Filled
from chatbot.index import Index, fingerprint
from chatbot.proposal import Files
from chatbot.reply import Outcome
from chatbot.trial import Current, Remembering, Trial

QUESTION = "Will STLS run a helpline in the school holidays?"
GROUP = Filled(
    "row 2",
    QUESTION,
    "No. The service is open in term time only.",
    "Training",
    ("is there an stls helpline in the school holidays", "will the helpline run in the holidays"),
)


class Counting:
    """An encoder that counts what it encodes."""

    name, dimension, sha256, sha256_to_group = "counting", 2, "", ""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: list[str]) -> Vectors:
        self.encoded += texts
        return np.array([[len(text), 1] for text in texts], np.float32)


def test_a_text_is_encoded_once_and_what_is_known_never() -> None:
    counting = Counting()
    encoder = Remembering(counting)
    encoder.learn(["known"], np.zeros((1, 2), np.float32))
    assert encoder.encode(["a", "known", "a", "bb"]).tolist() == [[1, 1], [0, 0], [1, 1], [2, 1]]
    assert encoder.encode(["bb", "a"]).tolist() == [[2, 1], [1, 1]]
    assert encoder.encode([]).shape == (0, 2)
    assert counting.encoded == ["a", "bb"]


@pytest.fixture
def home(small_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_home, tmp_path / "home"))


@pytest.fixture
def small(home: Path) -> Current:
    return Current(settings_file.read(home))


def trial(small: Current, folder: Path) -> Trial:
    proposal, _ = propose([GROUP], small, "2025-09")
    folder.mkdir()
    return Trial(small, small.files.with_proposal(proposal), folder)


def test_a_changed_faq_answers_before_anything_is_written(
    small: Current, home: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    tried = trial(small, tmp_path / "trial")
    assert tried.faults == []
    (reply,) = tried.build().ask(QUESTION).replies
    assert reply.outcome == Outcome.ANSWER
    assert reply.match is not None
    assert reply.match.answer == GROUP.answer
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_what_is_adopted_answers_from_a_fresh_index(
    small: Current, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = trial(small, tmp_path / "trial")
    tried.build()
    tried.adopt()
    assert Files.read(home) == Files.read(tmp_path / "trial")
    index, manifest = Index.open(home / "index")
    assert manifest.faq_version == fingerprint(home)
    assert len(index) == manifest.rows
    again = Current(settings_file.read(home))
    assert capsys.readouterr().err == ""  # nothing was built anew
    (reply,) = again.answerer.ask(QUESTION).replies
    assert reply.match is not None
    assert reply.match.entry_id == "stls-77"


def test_an_faq_that_was_changed_meanwhile_is_left_alone(
    small: Current, home: Path, tmp_path: Path
) -> None:
    tried = trial(small, tmp_path / "trial")
    with (home / "glossary.jsonl").open("a") as file:
        file.write("\n")
    before = Files.read(home)
    with pytest.raises(AdoptionError, match="has been changed meanwhile, so nothing is written"):
        tried.adopt()
    assert Files.read(home) == before


def test_faults_are_those_of_a_check(small: Current, tmp_path: Path) -> None:
    (tmp_path / "trial").mkdir()
    files = Files(small.files.entries, '{"text": "a", "of": ["stls-999"]}\n', "")
    assert Trial(small, files, tmp_path / "trial").faults == [
        "phrasings.jsonl:1: of: no entry has the id 'stls-999'"
    ]


def test_an_faq_that_would_be_wrong_too_often_is_refused(
    small: Current, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "trial").mkdir()
    entries = small.content.entries
    wrong = {
        one.id: other.id for one, other in zip(entries, [*entries[9:], *entries], strict=False)
    }
    lines = [
        one.model_copy(update={"of": tuple(wrong[of] for of in one.of)})
        for one in small.content.phrasings
    ]
    more = "".join(line.model_dump_json() + "\n" for line in lines if line.of)
    files = Files(small.files.entries, small.files.phrasings + more, small.files.glossary)
    before = {path.name for path in (home / "index").iterdir()}
    with pytest.raises(PrecisionError, match="of the answers to held-out phrasings would be right"):
        Trial(small, files, tmp_path / "trial").build()
    assert {path.name for path in (home / "index").iterdir()} == before


def test_the_nearest_entries_come_first(current: Current) -> None:
    near = current.nearest("What will replace LIFT?")
    assert near[0].id == "stls-47"
    assert len({one.id for one in near}) == len(near)
