from urllib.parse import parse_qs, urlsplit

import pytest

from chatbot.contact import contact
from chatbot.reply import Alternative, Outcome, Reason, Reply

MAILBOX = "ask@council.example"


def unanswered(question: str, *near: str) -> Reply:
    return Reply(
        question=question,
        outcome=Outcome.FALLBACK,
        confidence=0,
        reason=Reason.NOT_COVERED,
        alternatives=tuple(Alternative(entry_id="a-1", question=q, confidence=0.5) for q in near),
    )


def mailto(*replies: Reply, email: str = MAILBOX, title: str = "Schools") -> str:
    made = contact(email, title, replies)
    assert made is not None
    return made.mailto


def fields(address: str) -> dict[str, str]:
    """The fields of a mailto: address, decoded as a mail program does."""
    decoded = parse_qs(urlsplit(address).query, strict_parsing=True, errors="strict")
    return {name: value for name, (value,) in decoded.items()}


def test_without_a_mailbox_there_is_no_contact() -> None:
    assert contact("", "Schools", (unanswered("Who pays?"),)) is None


def test_an_email_holds_the_question() -> None:
    assert mailto(unanswered("Who pays?")) == (
        "mailto:ask@council.example?subject=Question%3A%20Schools&body=Who%20pays%3F"
    )


def test_an_email_names_the_nearest_questions() -> None:
    assert fields(mailto(unanswered("Who pays?", "What is paid?", "When?"))) == {
        "subject": "Question: Schools",
        "body": (
            "Who pays?\r\n\r\nThe FAQ's nearest questions, which do not answer it:\r\n"
            "- What is paid?\r\n- When?"
        ),
    }


def test_an_email_holds_every_question_without_an_answer_and_no_other() -> None:
    answered = Reply(question="Where?", outcome=Outcome.ANSWER, confidence=1)
    address = mailto(unanswered("Who pays?"), answered, unanswered("When?"))
    assert fields(address)["body"] == "Who pays?\r\nWhen?"


@pytest.mark.parametrize(
    "replies", [(), (Reply(question="Where?", outcome=Outcome.ANSWER, confidence=1),)]
)
def test_without_an_open_question_there_is_no_body(replies: tuple[Reply, ...]) -> None:
    assert mailto(*replies) == "mailto:ask@council.example?subject=Question%3A%20Schools"


@pytest.mark.parametrize(
    "question",
    [
        "a & b = c? #1 100% + more",
        "a&body=other&cc=someone@else.example",
        "“quoted” – naïve £5 /\\ <b>'\"",
        "学校 👩‍👩‍👧 é",
    ],
)
def test_any_character_is_encoded(question: str) -> None:
    address = mailto(unanswered(question))
    assert address.isascii()
    assert not set(address) & set(" \"'<>\\\r\n")
    assert fields(address) == {"subject": "Question: Schools", "body": question}


@pytest.mark.parametrize(
    "question", ["🙂" * 2_000, "é🙂a " * 500, "👩‍👩‍👧‍👦" * 285, "a" * 2_000, "%&+ " * 500]
)
@pytest.mark.parametrize("title", ["Schools", "S" * 300, "🙂" * 90])
def test_a_long_question_is_cut_between_characters(question: str, title: str) -> None:
    address = mailto(unanswered(question, "What is paid?"), title=title)
    assert 1_780 < len(address) <= 1_800
    body = fields(address)["body"]
    assert len(body) > 40
    assert question.startswith(body)


def test_the_longest_that_fits_is_not_cut() -> None:
    room = 1_800 - len("mailto:ask@council.example?subject=Question%3A%20Schools&body=")
    assert len(mailto(unanswered("a" * room))) == 1_800
    assert fields(mailto(unanswered("a" * room)))["body"] == "a" * room
    assert fields(mailto(unanswered("a" * room + "b")))["body"] == "a" * room


def test_signs_of_the_mailbox_are_encoded() -> None:
    assert mailto(email="a+b&c@council.example").startswith(
        "mailto:a%2Bb%26c@council.example?subject="
    )
