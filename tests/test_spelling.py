from collections import Counter

import pytest

from chatbot.spelling import Speller

KNOWN = (
    ["will training continue after september"] * 3 + ["who is the practitioner"] * 3 + ["trainign"]
)


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("will trainnig continue", "will training continue"),  # letters swapped
        ("will traning continue", "will training continue"),  # one left out
        ("will trainning continue", "will training continue"),  # one doubled
        ("will tralning continue", "will training continue"),  # another in its place
        ("who is the practicioer", "who is the practitioner"),  # two slips in a long word
    ],
)
def test_a_slip_is_mended(typed: str, mended: str) -> None:
    assert Speller(Counter(" ".join(KNOWN).split()))(typed) == mended


@pytest.mark.parametrize(
    "text",
    [
        "will training continue",  # nothing to mend
        "trainign",  # some text uses it: perhaps a name
        "wil",  # too short to tell
        "unrelated schedule",  # words of their own, no slips
        "tr4ining",  # with a figure, no word
        "",
    ],
)
def test_all_else_stays(text: str) -> None:
    assert Speller(Counter(" ".join(KNOWN).split()))(text) == text


def test_of_two_equally_near_words_the_more_used_is_taken() -> None:
    known = ["cases"] * 5 + ["caves"] * 3
    assert Speller(Counter(" ".join(known).split()))("caces") == "cases"


def test_without_known_words_nothing_changes() -> None:
    assert Speller({})("will trainnig continue") == "will trainnig continue"
