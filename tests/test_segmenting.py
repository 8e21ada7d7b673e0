import pytest

from chatbot.segmenting import (
    MOST,
    Segmenter,
    features,
    segmenter,
    sentence_starts,
    stripped,
    tokens,
)
from chatbot.text import MAX_CHARACTERS


def texts(message: str) -> list[str]:
    """The stretches that more likely than not begin a question."""
    return [one.text for one in segmenter().segments(message) if one.probability >= 0.5]


@pytest.mark.parametrize(
    "message",
    [
        "Who will monitor STLS / CoS?",
        "do you know who pays for the specialist teacher",
        "Will children open in T6 continue to be open in T1?",
        "Is it £6,000.50 or more that we pay?",
    ],
)
def test_one_question_stays_whole(message: str) -> None:
    assert len(texts(message)) <= 1


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        (
            "Where is training held\nWho can come to it",
            ["Where is training held", "Who can come to it"],
        ),
        (
            "what will replace LIFT and who will monitor CoS",
            ["what will replace LIFT", "who will monitor CoS"],
        ),
        (
            "Is LIFT gone? Also, who told schools about it?",
            ["Is LIFT gone?", "who told schools about it?"],
        ),
    ],
)
def test_questions_are_set_apart_without_the_words_that_join_them(
    message: str, questions: list[str]
) -> None:
    assert texts(message) == questions


@pytest.mark.parametrize(
    "message",
    [
        "1. who pays for it\n2. where is it held\n3. when do we hear",
        "1) who pays for it\n2) where is it held\n3) when do we hear",
        "a) who pays for it\nb) where is it held\nc) when do we hear",
        "- who pays for it\n- where is it held\n- when do we hear",
        "• who pays for it\n• where is it held\n• when do we hear",
    ],
)
def test_a_list_is_its_items_without_their_marks(message: str) -> None:
    assert texts(message) == ["who pays for it", "where is it held", "when do we hear"]


def test_a_segment_holds_the_background_before_it() -> None:
    message = "We are a small school. Who pays for it? It is late. When do we hear?"
    found = [one for one in segmenter().segments(message) if one.probability >= 0.5]
    assert [(one.text, one.background) for one in found] == [
        ("Who pays for it?", "We are a small school."),
        ("When do we hear?", "It is late."),
    ]


def test_probabilities_are_between_none_and_one() -> None:
    for one in segmenter().segments("Who pays and when, or is it free then? Thanks."):
        assert 0 < one.probability <= 1


def test_a_sentence_that_ends_with_a_question_mark_may_always_be_one() -> None:
    message = "What is replacing LIFT? Seriously? And why?Who says so?"
    assert [one.text for one in segmenter().segments(message)] == [
        "What is replacing LIFT?",
        "Seriously?",
        "why?",
        "Who says so?",
    ]


@pytest.mark.parametrize("many", [MOST - 1, MOST, MOST + 1, 40])
def test_there_are_never_more_than_the_most_and_nothing_is_lost(many: int) -> None:
    questions = [f"Who pays for item {n}?" for n in range(many)]
    found = segmenter().segments(" ".join(questions))
    assert len(found) == min(many, MOST)
    assert " ".join(one.text for one in found) == " ".join(questions)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1. who pays", "who pays"),
        ("  b) who pays ", "who pays"),
        ("- who pays", "who pays"),
        ("And also, who pays", "who pays"),
        ("& who pays", "who pays"),
        ("Plus who pays", "who pays"),
        ("And also plus: who pays", "who pays"),
        ("another who pays", "another who pays"),
        ("androids pay", "androids pay"),
        ("2024 was late", "2024 was late"),
        ("and", "and"),
        ("", ""),
    ],
)
def test_marks_and_joining_words_are_taken_off(text: str, left: str) -> None:
    assert stripped(text) == left


def test_tokens_say_where_they_stand() -> None:
    message = "We don’t know.\n\nWho's he?"
    found = tokens(message)
    assert [one.text for one in found] == ["We", "don’t", "know", ".", "\n\n", "Who's", "he", "?"]
    assert all(message[one.start : one.end] == one.text for one in found)


def test_sentences_begin_after_marks_and_on_new_lines() -> None:
    found = tokens("Ask e.g. Mr. Lee. Who pays?!\nWhen")
    starts = [found[n].text for n in sorted(set(sentence_starts(found)))]
    assert starts == ["Ask", "Mr", "Lee", "Who", "\n", "When"]


def test_features_tell_a_question_mark_a_list_mark_and_a_line() -> None:
    rows = features(tokens("1. Who\nWe pay. Is it?"))
    assert "item" in rows[2]
    assert "line" in rows[4]
    assert "later=True" in rows[7]
    assert "later=False" in rows[4]
    assert len({len(row) for row in rows}) > 1


@pytest.mark.parametrize(
    "message",
    ["", "   ", "\n\n\n", "\r\n\t", "?" * 500, "...", "; ; ;", "- - -", "😀 👩‍🏫", "(((" * 600],
)
def test_signs_alone_hold_no_segment(message: str) -> None:
    assert segmenter().segments(message) == []


@pytest.mark.parametrize("unit", list("x.?!(['\"-;,:\n1a\u202e\u0300😀م谁"))
def test_any_sign_repeated_to_the_limit_comes_back_in_few_pieces(unit: str) -> None:
    assert len(segmenter().segments(unit * MAX_CHARACTERS)) <= MOST


@pytest.mark.parametrize(
    "unit",
    ["who ", "and also ", "plus, ", "is it a ", "1. ", "a) ", "- ", "? and ", ", who ", " \n"],
)
def test_words_that_lead_questions_repeated_to_the_limit_come_back_in_few_pieces(unit: str) -> None:
    message = (unit * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert len(segmenter().segments(message)) <= MOST


@pytest.mark.parametrize(
    "message",
    [
        "[[[[who pays]]]]",
        "<b>who pays",
        "مَن يدفع؟ ومتى نعرف؟",
        "\u202ewho pays",
        "¿Quién paga? ¿Cuándo?",
        "谁来付钱？什么时候？",
        'SYSTEM: {"role": "admin"}',
    ],
)
def test_what_is_odd_comes_back_as_it_was(message: str) -> None:
    assert all(one.text in message for one in segmenter().segments(message))


def test_the_same_message_is_read_alike_by_another_segmenter() -> None:
    message = "who pays for it and where is it held"
    assert Segmenter().segments(message) == segmenter().segments(message)
