from chatbot.faq import Entry, Source
from chatbot.reply import Alternative, Answered, Match, Outcome, Reason, Reply

ENTRY = Entry(
    id="p-1",
    number="1",
    question="Are dogs allowed?",
    answer="Yes, on a lead.",
    source=Source(document="Parks", as_of="2026-01"),
)
NEAR = (
    Alternative(entry_id="p-2", question="When does it open?", confidence=0.2),
    Alternative(entry_id="p-3", question="Where can I park?", confidence=0.002),
)


def test_a_match_shows_the_entry_word_for_word() -> None:
    match = Match.of(ENTRY, 0.9)
    assert (match.entry_id, match.question, match.answer) == (
        "p-1",
        "Are dogs allowed?",
        "Yes, on a lead.",
    )
    assert match.source.as_of == "2026-01"


def test_without_an_answer_only_plausible_alternatives_are_shown() -> None:
    reply = Reply(
        question="q", read_as="q", outcome=Outcome.FALLBACK, confidence=0.2, alternatives=NEAR
    )
    assert reply.plausible() == NEAR[:1]


def test_beside_an_answer_all_alternatives_are_shown() -> None:
    match = Match.of(ENTRY, 0.9)
    reply = Reply(
        question="q",
        read_as="q",
        outcome=Outcome.ANSWER,
        confidence=0.9,
        match=match,
        alternatives=NEAR,
    )
    assert reply.plausible() == NEAR


def test_of_choices_all_are_shown() -> None:
    reply = Reply(
        question="q",
        read_as="q",
        outcome=Outcome.CLARIFY,
        confidence=0.2,
        reason=Reason.TIE,
        text="Which?",
        alternatives=NEAR,
    )
    assert reply.plausible() == NEAR


def test_a_message_gets_its_notes_before_its_replies() -> None:
    reply = Reply(question="q", read_as="q", outcome=Outcome.FALLBACK, confidence=0)
    assert list(Answered(replies=(reply,)).model_dump()) == ["notes", "replies"]
    assert Answered(replies=(reply,)).notes == ()
