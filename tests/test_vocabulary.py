from chatbot.faq import Entry, Faq, Phrasing, Source, Term
from chatbot.vocabulary import Vocabulary

FAQ = Faq(
    entries=(
        Entry(
            id="p-1",
            number="1",
            question="Are dogs allowed in Mote Park?",
            answer="On a lead.",
            source=Source(document="Parks", as_of="2026-01"),
        ),
    ),
    phrasings=(
        Phrasing(text="and cats", after="may I bring my dogs?", of=("p-1",)),
        Phrasing(text="is ANPR on", of=()),
    ),
    glossary=(
        Term(term="ANPR", expansions=("number plate cameras",)),
        Term(term="PCN", expansions=("penalty charge notice",)),
    ),
)


def test_words_are_counted_over_stored_questions_phrasings_and_terms() -> None:
    counts = Vocabulary.of(FAQ).counts
    # The stored question stands alone and with its answer, and a phrasing with what it follows.
    assert counts["dogs"] == 3
    assert counts["cats"] == 1
    assert counts["pcn"] == 1
    assert "Dogs" not in counts


def test_words_written_small_are_those_of_any_text() -> None:
    small = Vocabulary.of(FAQ).small
    assert {"dogs", "allowed", "lead", "cats", "bring"} <= set(small)
    assert not {"mote", "park", "anpr"} & set(small)


def test_terms_are_those_that_texts_use() -> None:
    assert Vocabulary.of(FAQ).terms == ["anpr"]


def test_a_vocabulary_is_read_as_it_was_written() -> None:
    vocabulary = Vocabulary.of(FAQ)
    assert Vocabulary.model_validate_json(vocabulary.model_dump_json()) == vocabulary
