from collections.abc import Sequence

import numpy as np
import pytest

from chatbot import twins
from chatbot.faq import Entry, Faq, Phrasing, Source
from chatbot.index import Index, rows_of

SOURCE = Source(document="Parks", as_of="2026-01")


def entry(number: int, answer: str) -> Entry:
    question = f"Question {number}?"
    return Entry(
        id=f"p-{number}", number=str(number), question=question, answer=answer, source=SOURCE
    )


def index_of(faq: Faq, angles: Sequence[float]) -> Index:
    """An index whose phrasings point so many degrees from entry 1 towards entry 2."""
    stored = {"question 1": 0.0, "question 2": 90.0}
    rows = rows_of(faq)
    degrees = [stored.get(row.text[:10], 0.0) for row in rows[: len(rows) - len(angles)]]
    turned = np.radians([*degrees, *angles])
    vectors = np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)
    return Index.of_vectors(vectors, [row.of for row in rows])


def parks(first: str, second: str, phrasings: Sequence[tuple[str, ...]]) -> Faq:
    return Faq(
        entries=(entry(1, first), entry(2, second)),
        phrasings=tuple(Phrasing(text=f"text {n}", of=of) for n, of in enumerate(phrasings)),
    )


def test_entries_are_twins_where_phrasings_lie_between_them() -> None:
    faq = parks("On a lead.", "At eight.", [("p-1",)] * 5 + [("p-2",)] * 5)
    (pair,) = twins.find(faq, index_of(faq, [0, 2, 4, 40, 38, 90, 88, 86, 50, 51]))
    assert (pair.first.id, pair.second.id) == ("p-1", "p-2")
    assert set(pair.phrasings) == {"text 3", "text 4", "text 8", "text 9"}
    assert pair.verdicts is None


def test_a_phrasing_of_both_lies_between_them() -> None:
    faq = parks("On a lead.", "At eight.", [("p-1", "p-2")] * 3)
    assert len(twins.find(faq, index_of(faq, [0.0, 0.0, 0.0]))) == 1


@pytest.mark.parametrize("phrasings", [[("p-1",)] * 3, [("p-1", "p-2")] * 2, [()] * 4])
def test_entries_far_apart_or_with_few_phrasings_between_are_no_twins(
    phrasings: list[tuple[str, ...]],
) -> None:
    faq = parks("On a lead.", "At eight.", phrasings)
    assert twins.find(faq, index_of(faq, [0.0] * len(phrasings))) == []


def test_entries_with_one_answer_are_no_twins() -> None:
    faq = parks("At eight.", "At eight.", [("p-1", "p-2")] * 5)
    assert twins.find(faq, index_of(faq, [45.0] * 5)) == []


@pytest.mark.parametrize(
    ("first", "second", "verdicts"),
    [
        ("Yes.", "No, not on Sundays.", ("yes", "no")),
        ("Yes", "This will be agreed in May.", ("yes", "open")),
        ("No.", "All signs are being reviewed.", ("no", "open")),
        ("Yes.", "Yes, on a lead.", None),
        ("Yes.", "The gates are reviewed at eight.", None),
        ("Yes.", "Places will be reviewed periodically.", None),
        ("Yesterday.", "No.", None),
    ],
)
def test_twins_that_say_different_things_may_contradict(
    first: str, second: str, verdicts: tuple[str, str] | None
) -> None:
    faq = parks(first, second, [("p-1", "p-2")] * 3)
    (pair,) = twins.find(faq, index_of(faq, [45.0] * 3))
    assert pair.verdicts == verdicts
    assert ("may contradict" in pair.in_words()) == (verdicts is not None)
    assert "1 and 2: 3 phrasings between them, as “text 0”" in pair.in_words()
