from pathlib import Path

import numpy as np
import pytest

from chatbot import building
from chatbot import settings as settings_file
from chatbot.answering import Answerer
from chatbot.confidence import FOLDS, Calibration
from chatbot.encoder import Encoder, open_encoder
from chatbot.errors import PrecisionError
from chatbot.faq import Entry, Faq, Phrasing, Source, write
from chatbot.index import Index
from chatbot.reply import Outcome
from chatbot.small_talk import examples

ROOT = Path(__file__).parent.parent
TALK = len(examples())  # rows of small talk, which every index holds
SOURCE = Source(document="Parks", as_of="2026-01")


def entry(number: int, answer: str) -> Entry:
    return Entry(
        id=f"p-{number}",
        number=str(number),
        question=f"Question {number}?",
        answer=answer,
        source=SOURCE,
    )


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder(ROOT / "index/encoder")


def test_a_held_out_phrasing_is_scored_without_its_own_row() -> None:
    phrasings = tuple(Phrasing(text=f"text {n}", of=("p-1",)) for n in range(12))
    faq = Faq(entries=(entry(1, "One."),), phrasings=phrasings)
    vectors = np.eye(14 + TALK, dtype=np.float32)  # each row is like itself alone
    held_out = building.hold_out(faq, [vectors] * FOLDS)
    assert len(held_out.rankings) == 12
    assert all(ranking.scores == [0.0] for ranking in held_out.rankings)
    assert held_out.right.all()
    assert held_out.among.all()
    assert held_out.answerable.all()


@pytest.mark.parametrize(
    ("place", "right", "among"),
    [(0, True, True), (1, False, True), (3, False, True), (4, False, False)],
)
def test_a_right_answer_is_first_or_among_the_first_four_or_neither(
    place: int, right: bool, among: bool
) -> None:
    entries = tuple(entry(n, f"Answer {n}.") for n in range(6))
    faq = Faq(entries=entries, phrasings=(Phrasing(text="text", of=("p-5",)),))
    order = [0, 1, 2, 3, 4]
    order.insert(place, 5)
    vectors = np.eye(13 + TALK, dtype=np.float32)
    vectors[-1] = 0
    for n, likeness in zip(order, np.linspace(0.4, 0.2, 6), strict=True):
        vectors[-1, 2 * n : 2 * n + 2] = likeness  # the two rows of an entry
    held_out = building.hold_out(faq, [vectors] * FOLDS)
    assert held_out.rankings[0].answers == order
    assert (held_out.right.tolist(), held_out.among.tolist()) == ([right], [among])


def test_entries_with_the_same_answer_are_both_right() -> None:
    faq = Faq(
        entries=(entry(1, "The same."), entry(2, "The same."), entry(3, "Yes"), entry(4, "Yes")),
    )
    assert building.answer_positions(faq) == [0, 0, 2, 3]


def test_without_phrasings_nothing_is_called_measured(tmp_path: Path, encoder: Encoder) -> None:
    faq = Faq(entries=(entry(1, "One."), entry(2, "Two.")))
    manifest = building.build(faq, "v", encoder, tmp_path, 0.95)
    assert manifest.stated.measured is None
    assert len(Index.open(tmp_path)[0]) == 4 + TALK


def test_a_build_keeps_the_calibration_of_its_encoder(tmp_path: Path, encoder: Encoder) -> None:
    kept = Calibration.open(ROOT / "index")
    kept.save(tmp_path)
    faq = Faq(entries=(entry(1, "One."),))
    manifest = building.build(faq, "v", encoder, tmp_path, 0.95)
    assert manifest.stated == kept.stated(0.95)
    assert Calibration.open(tmp_path) == kept


def test_a_build_replaces_the_calibration_of_another_encoder(
    tmp_path: Path, encoder: Encoder
) -> None:
    other = Calibration.open(ROOT / "index").model_copy(update={"encoder_sha256": "other"})
    other.save(tmp_path)
    building.build(Faq(entries=(entry(1, "One."),)), "v", encoder, tmp_path, 0.95)
    assert Calibration.open(tmp_path).encoder_sha256 == encoder.sha256


def test_the_committed_calibration_is_of_the_committed_encoder_and_reaches_its_precision(
    encoder: Encoder,
) -> None:
    calibration = Calibration.open(ROOT / "index")
    assert calibration.encoder_sha256 == encoder.sha256
    _, manifest = Index.open(ROOT / "index")
    assert manifest.stated == calibration.stated(settings_file.read(ROOT).precision)
    measured = manifest.stated.measured
    assert measured is not None
    assert measured.precision[0] >= manifest.stated.precision == 0.95
    assert measured.questions > 5_000


def test_an_faq_of_one_entry_answers_its_own_question(tmp_path: Path) -> None:
    dogs = entry(1, "One.").model_copy(update={"question": "Are dogs allowed on the beach?"})
    write(tmp_path / "faq.jsonl", [dogs])
    (tmp_path / "index").mkdir()
    (tmp_path / "index/encoder").symlink_to(ROOT / "index/encoder")
    answerer = Answerer.open(settings_file.read(tmp_path))
    (stored,) = answerer.ask("are dogs allowed on the beach").replies
    (unknown,) = answerer.ask("where can I park").replies
    assert stored.outcome == Outcome.ANSWER
    assert unknown.outcome == Outcome.FALLBACK


def labelled(wrong: int) -> Faq:
    """Four entries, each asked in sixty ways; the labels of `wrong` of these are of another."""
    things = ("dogs", "parking", "toilets", "tickets")
    ways = [
        f"{start} {thing} {end}"
        for start in (
            "tell me about",
            "what about",
            "any news of",
            "i need to know of",
            "help with",
        )
        for thing in things
        for end in (
            "today",
            "tomorrow",
            "on sunday",
            "in may",
            "in winter",
            "here",
            "over there",
            "please now",
            "for my mum",
            "for six",
            "by the lake",
            "at night",
        )
    ]
    entries = tuple(entry(n, f"Answer about {thing}.") for n, thing in enumerate(things))
    entries = tuple(
        one.model_copy(update={"question": f"What about {thing}?"})
        for one, thing in zip(entries, things, strict=True)
    )
    phrasings = tuple(
        Phrasing(text=text, of=(f"p-{(topic_of(text, things) + (n < wrong) * (1 + n % 3)) % 4}",))
        for n, text in enumerate(sorted(ways, key=lambda text: text[::-1]))
    )
    return Faq(entries=entries, phrasings=phrasings)


def topic_of(text: str, things: tuple[str, ...]) -> int:
    return next(n for n, thing in enumerate(things) if thing in text)


def test_phrasings_that_a_kept_calibration_does_not_hold_for_are_not_published(
    tmp_path: Path, encoder: Encoder
) -> None:
    Calibration.open(ROOT / "index").save(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(PrecisionError, match=r"only \d\d\.\d% of the answers .* 95% are asked for"):
        building.build(labelled(wrong=120), "v", encoder, tmp_path, 0.95)
    assert sorted(tmp_path.iterdir()) == before
    assert building.build(labelled(wrong=0), "v", encoder, tmp_path, 0.95).rows == 248 + TALK


def test_a_precision_out_of_reach_is_not_published(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(PrecisionError, match="no threshold"):
        building.build(labelled(wrong=200), "v", encoder, tmp_path, 0.99)
    assert not list(tmp_path.iterdir())
