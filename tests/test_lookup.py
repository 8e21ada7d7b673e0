from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from chatbot.answering import Answerer
from chatbot.confidence import uncalibrated
from chatbot.encoder import Vectors
from chatbot.faq import Entry, Faq, Phrasing, Source, Term
from chatbot.index import Index, rows_of
from chatbot.lookup import STORED, Judged, Lookup
from chatbot.text import MAX_CHARACTERS, normalise
from chatbot.vocabulary import Vocabulary

SOURCE = Source(document="Parks", as_of="2026-01")
QUESTIONS = ["are dogs allowed", "when do you open", "may cats come along", "is it free"]
ANSWERS = ["On a lead.", "At eight.", "On a lead.", "Yes."]
FAQ = Faq(
    entries=tuple(
        Entry(id=f"p-{n}", number=str(n), question=question, answer=answer, source=SOURCE)
        for n, (question, answer) in enumerate(zip(QUESTIONS, ANSWERS, strict=True))
    ),
    phrasings=(Phrasing(text="where is the swimming pool", of=()),),
    glossary=(Term(term="Zarpet", expansions=("opening hours",)),),
)


class Words:
    """An encoder to which a text is its letters and words; it keeps what it was given."""

    name = "words"
    dimension = 512
    sha256 = "words"

    def __init__(self) -> None:
        self.given: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.given += texts
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in text.split():
                vector[sum(ord(one) * (n + 1) for n, one in enumerate(word)) % self.dimension] += 1
            vector /= np.linalg.norm(vector) or 1.0
        return vectors

    def encode_to_group(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        vectors = self.encode(texts)
        return vectors, -vectors


def tiny(faq: Faq = FAQ) -> tuple[Lookup, Words]:
    encoder = Words()
    rows = rows_of(faq)
    index = Index.of_vectors(encoder.encode([row.text for row in rows]), [row.of for row in rows])
    encoder.given.clear()
    return Lookup(faq, encoder, index, uncalibrated("words"), Vocabulary.of(faq)), encoder


def same(one: Judged, other: Judged) -> bool:
    return (one.question, one.words, one.first, one.confidence) == (
        other.question,
        other.words,
        other.first,
        other.confidence,
    ) and bool((one.vector == other.vector).all())


def test_questions_to_be_grouped_get_a_vector_for_that() -> None:
    lookup, encoder = tiny()
    (plain,) = lookup.judge(QUESTIONS[:1])
    assert plain.group_vector is None
    encoder.given.clear()
    judged = lookup.judge(QUESTIONS[:2], to_group=True)
    assert len(encoder.given) == 2  # the one that was known had none
    assert same(judged[0], plain)
    for one in judged:
        np.testing.assert_array_equal(one.group_vector, -one.vector)
    lookup.judge(QUESTIONS[:2], to_group=True)
    lookup.judge(QUESTIONS[:2])
    assert len(encoder.given) == 2


def test_a_stored_question_comes_first_for_itself() -> None:
    lookup, _ = tiny()
    assert [one.first for one in lookup.judge(QUESTIONS)] == [0, 1, 2, 3]
    assert all(0 < one.confidence <= 1 for one in lookup.judge(QUESTIONS))


def test_entries_with_one_answer_are_ranked_as_one() -> None:
    lookup, _ = tiny()
    (judged,) = lookup.judge(["may cats come along when you open, is it free"])
    assert judged.ranking is not None
    assert sorted(judged.ranking.answers) == [1, 2, 3]  # 2 stands for 0, whose answer it shares


def test_questions_are_judged_in_order_each_as_if_alone(answerer: Answerer) -> None:
    asked = ["Where will STLS be based?", "???", "where can I park", "What will replace LIFT"]
    together = answerer.lookup.judge(asked)
    assert [one.question for one in together] == asked
    for one, question in zip(together, asked, strict=True):
        assert same(one, answerer.lookup.judge([question])[0])


def test_no_questions_are_judged_to_nothing(answerer: Answerer) -> None:
    assert answerer.lookup.judge([]) == []
    assert answerer.ask_each([]) == []


@pytest.mark.parametrize("question", ["", "?" * 500, "[[[]]]", "\n\n", "😀", "\u202e"])
def test_where_nothing_is_left_nothing_is_looked_up(answerer: Answerer, question: str) -> None:
    (judged,) = answerer.lookup.judge([question])
    assert judged.ranking is None
    assert (judged.words, judged.first, judged.confidence) == (0, -1, 0.0)


@pytest.mark.parametrize("question", ["x" * 2000, "x " * 1000, "مَن يدفع؟", "谁来付钱？"])
def test_odd_questions_are_judged_with_little_confidence(answerer: Answerer, question: str) -> None:
    (judged,) = answerer.lookup.judge([question])
    assert judged.ranking is not None
    assert judged.confidence < answerer.stated.threshold


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("Hello! ARE DOGS ALLOWED??? Thanks", "are dogs allowed"),
        ("are dogs alowed", "are dogs allowed"),
        ("when is zarpet", "when is zarpet opening hours"),
    ],
)
def test_the_encoder_sees_a_question_normalised_mended_and_with_terms_written_out(
    typed: str, seen: str
) -> None:
    known = [*FAQ.phrasings, *(Phrasing(text="are dogs allowed here", of=("p-0",)),) * 5]
    lookup, encoder = tiny(Faq(FAQ.entries, tuple(known), FAQ.glossary))
    (judged,) = lookup.judge([typed])
    assert encoder.given == [seen]
    assert judged.question == typed
    assert judged.words == len(seen.split())


def test_words_of_no_row_are_no_answer_to_be_sure_of() -> None:
    lookup, _ = tiny()
    (near,) = lookup.judge(["are dogs allowed"])
    (far,) = lookup.judge(["qqq www eee"])
    assert far.confidence < near.confidence


def test_where_only_unanswerable_rows_are_found_no_entry_comes_first() -> None:
    encoder = Words()
    vectors = encoder.encode(["where is the pool", "hello"])
    lookup = Lookup(
        FAQ,
        encoder,
        Index.of_vectors(vectors, [(), (-1,)]),
        uncalibrated("words"),
        Vocabulary.of(FAQ),
    )
    (judged,) = lookup.judge(["where is the pool"])
    assert judged.ranking is not None
    assert (judged.first, judged.confidence) == (-1, 0.0)
    assert judged.ranking.unanswerable > 0


def test_a_follow_up_is_judged_with_the_text_before_it() -> None:
    lookup, encoder = tiny()
    (alone,) = lookup.judge(["and cats"])
    encoder.given.clear()
    joined = lookup.judge_after("are dogs allowed", alone)
    assert encoder.given == ["are dogs allowed", "are dogs allowed and cats"]
    assert joined.question == "and cats"
    assert joined.read_as == "are dogs allowed and cats"
    assert joined.words == 5
    assert np.linalg.norm(joined.vector) == pytest.approx(1, abs=1e-5)


def test_a_follow_up_is_more_of_itself_than_of_the_text_before(answerer: Answerer) -> None:
    before = "Where will training take place"
    first, alone = answerer.lookup.judge([before, "will it be online"])
    joined = answerer.lookup.judge_after(before, alone)
    (plain,) = answerer.lookup.judge([joined.read_as])
    assert joined.vector @ alone.vector > plain.vector @ alone.vector
    assert joined.vector @ first.vector < plain.vector @ first.vector


def test_after_nothing_a_question_is_what_it_is_alone(answerer: Answerer) -> None:
    (alone,) = answerer.lookup.judge(["What will replace LIFT"])
    assert answerer.lookup.judge_after("", alone).first == alone.first


@pytest.mark.parametrize("before", ["", "???", "x" * MAX_CHARACTERS, "who pays " * 222])
@pytest.mark.parametrize("question", ["???", "x" * MAX_CHARACTERS, "and when"])
def test_what_is_judged_together_is_no_longer_than_a_message(
    answerer: Answerer, before: str, question: str
) -> None:
    (alone,) = answerer.lookup.judge([question])
    joined = answerer.lookup.judge_after(before, alone)
    assert len(joined.question) <= MAX_CHARACTERS
    assert joined.question.endswith(question)
    assert np.isfinite(joined.vector).all()
    assert 0 <= joined.confidence <= 1


def test_two_texts_of_signs_make_no_vector_that_is_no_number() -> None:
    lookup, _ = tiny()
    (alone,) = lookup.judge(["???"])
    joined = lookup.judge_after("!!!", alone)
    assert np.isfinite(joined.vector).all()
    assert joined.ranking is None


def test_threads_share_a_lookup(answerer: Answerer) -> None:
    asked = [entry.question for entry in answerer.faq.entries][:24]
    plain = answerer.lookup.judge(asked)
    with ThreadPoolExecutor(4) as pool:
        shared = list(pool.map(lambda text: answerer.lookup.judge([text])[0], asked))
    assert all(same(one, other) for one, other in zip(plain, shared, strict=True))


def test_the_words_counted_are_those_that_the_encoder_sees(answerer: Answerer) -> None:
    (judged,) = answerer.lookup.judge(["Hello! Where will STLS be based? Thanks"])
    assert judged.words == len(normalise("Where will STLS be based").split())


def test_a_stored_question_word_for_word_is_sure_of_its_own_answer() -> None:
    # Its nearest rows are mostly phrasings that no entry answers.
    crowd = [Phrasing(text=f"when do you open {n}", of=()) for n in range(30)]
    lookup, _ = tiny(replace(FAQ, phrasings=tuple(crowd)))
    stored, other = lookup.judge(["When do you open?", "when do you open 40"])
    assert (stored.first, stored.confidence) == (1, STORED)
    assert other.confidence < STORED


def test_a_question_that_is_stored_with_two_answers_is_sure_of_neither() -> None:
    twice = FAQ.entries[1].model_copy(update={"id": "p-9", "answer": "At nine."})
    lookup, _ = tiny(replace(FAQ, entries=(*FAQ.entries, twice)))
    (judged,) = lookup.judge(["when do you open"])
    assert judged.ranking is not None
    own = lookup.calibration.confidence(judged.ranking.figures)
    assert judged.confidence == round(own, 4)
