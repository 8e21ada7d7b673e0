"""The labelled questions are many, well labelled, and apart from what the index holds."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from chatbot import evaluation, grouping_evaluation, message_evaluation
from chatbot import faq as faq_files
from chatbot.faq import fold
from chatbot.message_evaluation import Conversation, Multi

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests/questions"
SETS = ("questions", "later")
MESSAGES = {
    "multi": 60,
    "conversations": 60,
    "audience": 40,
    "small_talk": 60,
    "vague": 30,
    "personal": 60,
}
LISTS = ("groups_chatty", "groups_terse")
QUESTIONS = [one for name in SETS for one in evaluation.read(FOLDER / f"{name}.jsonl")]
FAQ = faq_files.load(ROOT)
FEWEST = 15  # runs of four letters: shorter texts are like others by chance


def texts(name: str) -> list[str]:
    """Everything that a person asks in a file."""
    if name in SETS:
        return [one.text for one in evaluation.read(FOLDER / f"{name}.jsonl")]
    if name in LISTS:
        return [one.text for one in grouping_evaluation.read(FOLDER / f"{name}.jsonl")]
    found = []
    for message in message_evaluation.read(FOLDER / f"{name}.jsonl"):
        if isinstance(message, Conversation):
            found += [turn.text for turn in message.turns]
        else:
            found.append(message.text)
            found += [part.text for part in message.parts] if isinstance(message, Multi) else []
    return found


def grams(text: str) -> frozenset[str]:
    """The runs of four characters of a text, case and marks aside."""
    folded = fold(text)
    return frozenset(folded[n : n + 4] for n in range(max(1, len(folded) - 3)))


@pytest.fixture(scope="module")
def held() -> tuple[list[frozenset[str]], dict[str, list[int]]]:
    """The runs of each phrasing, and where each run is."""
    known = [f"{one.after} {one.text}".strip() for one in FAQ.phrasings]
    runs = [grams(text) for text in known]
    where: dict[str, list[int]] = defaultdict(list)
    for place, its in enumerate(runs):
        for run in its:
            where[run].append(place)
    return runs, where


@pytest.mark.parametrize("name", [*SETS, *MESSAGES, *LISTS])
def test_no_question_nor_a_light_edit_of_one_is_in_the_index(
    name: str, held: tuple[list[frozenset[str]], dict[str, list[int]]]
) -> None:
    runs, where = held
    found = []
    for text in texts(name):
        asked = grams(text)
        if len(asked) < FEWEST and name not in SETS:
            continue
        shared = Counter(place for run in asked for place in where.get(run, ()))
        # A light edit shares more than half of all runs of the two.
        found += [
            text
            for place, many in shared.most_common(5)
            if many > 0.5 * (len(asked) + len(runs[place]) - many)
        ]
    assert found == []


def test_there_are_enough_questions_and_enough_without_an_answer() -> None:
    unanswerable = [one for one in QUESTIONS if not one.of]
    assert len(QUESTIONS) >= 600
    assert len(unanswerable) / len(QUESTIONS) >= 0.35
    assert sum(one.kind == "near_miss" for one in unanswerable) > len(unanswerable) / 2


@pytest.mark.parametrize(("name", "least"), MESSAGES.items())
def test_there_are_enough_messages_of_each_kind(name: str, least: int) -> None:
    assert len(message_evaluation.read(FOLDER / f"{name}.jsonl")) >= least


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_groups_and_questions_of_their_own(name: str) -> None:
    groups = Counter(one.group for one in grouping_evaluation.read(FOLDER / f"{name}.jsonl"))
    assert sum(many > 1 for many in groups.values()) >= 30
    assert sum(many == 1 for many in groups.values()) >= 30


@pytest.mark.parametrize("name", SETS)
def test_every_answer_is_asked_for_and_every_label_is_an_entry(name: str) -> None:
    asked = {
        FAQ.answer_of[of] for one in evaluation.read(FOLDER / f"{name}.jsonl") for of in one.of
    }
    assert set(FAQ.answer_of.values()) == asked


def test_no_question_stands_twice() -> None:
    folded = [fold(one.text) for one in QUESTIONS]
    assert len(folded) == len(set(folded))
