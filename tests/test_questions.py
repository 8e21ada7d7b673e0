"""The labelled questions are many, well labelled, and apart from what the index holds."""

from pathlib import Path

from chatbot import evaluation
from chatbot import faq as faq_files
from chatbot.faq import fold

ROOT = Path(__file__).parent.parent
QUESTIONS = evaluation.read(ROOT / "tests/questions/questions.jsonl")
FAQ = faq_files.load(ROOT)


def grams(text: str) -> frozenset[str]:
    """The runs of four characters of a text, case and marks aside."""
    folded = fold(text)
    return frozenset(folded[n : n + 4] for n in range(max(1, len(folded) - 3)))


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts share more than half of their runs: a light edit of each other."""
    shorter, longer = sorted((len(one), len(other)))
    return 2 * shorter > longer and len(one & other) > 0.5 * len(one | other)


def test_there_are_enough_questions_and_enough_without_an_answer() -> None:
    unanswerable = [one for one in QUESTIONS if not one.of]
    assert len(QUESTIONS) >= 250
    assert len(unanswerable) / len(QUESTIONS) >= 0.4
    assert sum(one.kind == "near_miss" for one in unanswerable) > len(unanswerable) / 2


def test_every_answer_is_asked_for_and_every_label_is_an_entry() -> None:
    asked = {FAQ.answer_of[of] for one in QUESTIONS for of in one.of}
    assert set(FAQ.answer_of.values()) == asked


def test_no_question_nor_a_light_edit_of_one_is_in_the_index() -> None:
    held = [one.text for one in FAQ.phrasings]
    held += [text for entry in FAQ.entries for text in (entry.question, *entry.questions)]
    known = [(text, grams(text)) for text in held]
    found = [
        (question.text, text)
        for question in QUESTIONS
        for asked in [grams(question.text)]
        for text, its in known
        if alike(asked, its)
    ]
    assert found == []


def test_no_question_stands_twice() -> None:
    folded = [fold(one.text) for one in QUESTIONS]
    assert len(folded) == len(set(folded))
