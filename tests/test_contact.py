from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from chatbot.contact import contact
from chatbot.privacy import Finder
from chatbot.reply import Alternative, Outcome, Reason, Reply
from chatbot.settings import Settings

MAILBOX = "ask@council.example"
ANSWERED = Reply(question="Where?", read_as="Where?", outcome=Outcome.ANSWER, confidence=1)
SMALL_TALK = Reply(
    question="hello",
    read_as="hello",
    outcome=Outcome.FALLBACK,
    confidence=0,
    reason=Reason.SMALL_TALK,
)


def settings(email: str = MAILBOX, title: str = "Schools") -> Settings:
    return Settings(home=Path("/nowhere"), contact=email, title=title)


def unanswered(question: str, *near: str) -> Reply:
    return Reply(
        question=question,
        read_as=question,
        outcome=Outcome.FALLBACK,
        confidence=0,
        reason=Reason.NOT_COVERED,
        alternatives=tuple(Alternative(entry_id="a-1", question=q, confidence=0.5) for q in near),
    )


def mailto(
    *replies: Reply,
    email: str = MAILBOX,
    title: str = "Schools",
    personal: Finder | None = None,
) -> str:
    made = contact(settings(email, title), replies, personal)
    assert made is not None
    return made.mailto


def fields(address: str) -> dict[str, str]:
    """The fields of a mailto: address, decoded as a mail program does."""
    decoded = parse_qs(urlsplit(address).query, strict_parsing=True, errors="strict")
    return {name: value for name, (value,) in decoded.items()}


def test_without_a_mailbox_there_is_no_contact() -> None:
    assert contact(settings(email=""), (unanswered("Who pays?"),)) is None


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
    address = mailto(unanswered("Who pays?"), ANSWERED, SMALL_TALK, unanswered("When?"))
    assert fields(address)["body"] == "Who pays?\r\nWhen?"


@pytest.mark.parametrize("replies", [(), (ANSWERED,), (ANSWERED, SMALL_TALK)])
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


def test_mere_small_talk_leads_to_no_mailbox() -> None:
    assert contact(settings(), (SMALL_TALK,)) is None
    assert contact(settings(), (SMALL_TALK, SMALL_TALK)) is None


def test_an_email_holds_a_question_that_got_choices_and_what_they_were() -> None:
    choices = unanswered("Who pays?", "What is paid?", "When?")
    choices = choices.model_copy(update={"outcome": Outcome.CLARIFY, "reason": Reason.TIE})
    body = fields(mailto(choices))["body"].split("\r\n")
    assert (body[0], body[-2:]) == ("Who pays?", ["- What is paid?", "- When?"])


def test_personal_data_is_masked_in_an_email() -> None:
    asked = (
        "Can Jo Bloggs of CT1 2AB be seen? My number is 01632 960983.",
        "Please write to jo.bloggs@example.org",
    )
    finder = Finder(["can be seen my number is please write to"])
    address = mailto(*map(unanswered, asked), personal=finder)
    assert fields(address)["body"] == (
        "Can [name] of [postcode] be seen? My number is [phone number].\r\n"
        "Please write to [email address]"
    )


def test_what_a_mask_makes_of_a_question_is_cut_too() -> None:
    asked = unanswered("jo.bloggs@example.org " * 90)
    address = mailto(asked, personal=Finder([]))
    assert 1_780 < len(address) <= 1_800
    assert set(fields(address)["body"].split("] ")[:-1]) == {"[email address"}
