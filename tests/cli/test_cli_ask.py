import json

import pytest
from commands import run, sentence
from starlette.testclient import TestClient

from chatbot.answering import Answerer

pytestmark = pytest.mark.usefixtures("opened")
LIFT = "What will replace LIFT??"
UNKNOWN = "what time does the swimming pool open"
TWO = f"1. {UNKNOWN}?\n2. What will replace LIFT?"


def test_an_answer_comes_with_its_question_section_date_and_confidence(answerer: Answerer) -> None:
    ran = run("ask", LIFT)
    (reply,) = answerer.ask(LIFT).replies
    assert ran.exit_code == 0
    assert ran.output.splitlines()[:6] == [
        "You asked something like: What will replace LIFT",
        "",
        "Nothing, as LIFT is no longer required",
        "",
        "LIFT / surgeries / clinics, no. 47. STLS FAQ, 2025-03. "
        f"Confidence {reply.confidence:.0%}.",
        "",
    ]
    assert ran.output.splitlines()[6:] == [
        "Questions near to it:",
        *(f"- {near.question} ({near.entry_id})" for near in reply.plausible()),
    ]


def test_a_fallback_names_the_mailbox() -> None:
    ran = run("ask", "--limit", "0", UNKNOWN)
    assert ran.exit_code == 0
    assert ran.output == (
        "The FAQ holds no sure answer to this.\n\nPlease ask Inclusion@kent.gov.uk.\n"
    )


def test_small_talk_gets_its_sentence_alone() -> None:
    ran = run("ask", "hello")
    assert ran.exit_code == 0
    assert ran.output == "Hello. Please type your question in your own words.\n"


def test_choices_come_with_their_ids_and_the_mailbox(answerer: Answerer) -> None:
    ran = run("ask", "training")
    (reply,) = answerer.ask("training").replies
    assert ran.exit_code == 0
    assert ran.output.splitlines() == [
        "Which of these do you mean?",
        "",
        *(f"- {' '.join(near.question.split())} ({near.entry_id})" for near in reply.alternatives),
        "",
        "'chatbot show ID' gives the answer to one of them.",
        "",
        "None of these? Please ask Inclusion@kent.gov.uk.",
    ]


def test_each_question_of_a_message_is_numbered_and_answered_in_order() -> None:
    ran = run("ask", "--limit", "0", TWO)
    assert ran.exit_code == 0
    assert ran.output.startswith(
        f"1. {UNKNOWN}?\n\nThe FAQ holds no sure answer to this.\n\n"
        "Please ask Inclusion@kent.gov.uk.\n\n2. What will replace LIFT?\n\n"
        "You asked something like: What will replace LIFT\n\n"
        "Nothing, as LIFT is no longer required\n\n"
    )


def test_a_note_comes_before_the_replies() -> None:
    ran = run("ask", f"{UNKNOWN}? My email is jo.bloggs@example.org")
    assert ran.exit_code == 0
    assert ran.output.startswith(
        "Personal details are not needed here; this service does not store them.\n\n"
        "The FAQ holds no sure answer to this.\n"
    )


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ((), {}),
        (("--after", UNKNOWN), {"history": [{"message": UNKNOWN}]}),
        (
            ("--after", UNKNOWN, "--after", "What will replace LIFT"),
            {"history": [{"message": UNKNOWN}, {"message": "What will replace LIFT"}]},
        ),
        (("--audience", "early_years"), {"audience": "early_years"}),
    ],
)
@pytest.mark.parametrize("message", ["and what about that?", "How often will I see a link teacher"])
def test_earlier_messages_and_the_audience_are_taken_as_by_the_api(
    client: TestClient, message: str, options: tuple[str, ...], more: dict[str, object]
) -> None:
    ran = run("ask", "--json", *options, message)
    assert ran.exit_code == 0
    answer = client.post("/v1/ask", json={"message": message, **more}).json()
    assert json.loads(ran.output)["replies"] == answer["replies"]


def test_an_audience_that_is_not_set_up_is_refused() -> None:
    ran = run("ask", "--audience", "erly_years", LIFT)
    assert ran.exit_code == 2
    assert "no audience 'erly_years'; known: school, early_years, independent" in ran.output


@pytest.mark.parametrize("before", ["", "?", "\x00", "a" * 3_000, "\udcff LIFT"])
def test_any_message_may_be_an_earlier_one(before: str) -> None:
    ran = run("ask", "--after", before, LIFT)
    assert ran.exit_code == 0
    assert "Nothing, as LIFT is no longer required" in ran.output


def test_an_entry_is_shown_word_for_word(answerer: Answerer) -> None:
    for entry in answerer.faq.entries[:5]:
        ran = run("show", entry.id)
        assert ran.exit_code == 0
        assert ran.output == f"{entry.question}\n\n{entry.answer}\n"


@pytest.mark.parametrize("entry_id", ["stls-999", "", "STLS-47"])
def test_an_entry_that_is_not_there_is_told_in_a_sentence(entry_id: str) -> None:
    assert sentence(run("show", entry_id)) == f"no entry has the id '{entry_id}'"


@pytest.mark.parametrize("message", [LIFT, UNKNOWN, TWO, "training", "hello", "?!?"])
def test_json_is_what_the_api_gives(client: TestClient, message: str) -> None:
    ran = run("ask", "--json", message)
    assert ran.exit_code == 0
    answer = client.post("/v1/ask", json={"message": message}).json()
    assert json.loads(ran.output) == {name: answer[name] for name in ("notes", "replies")}


@pytest.mark.parametrize("arguments", [["What", "will", "replace", "LIFT??"], []])
def test_words_and_standard_input_are_a_message(answerer: Answerer, arguments: list[str]) -> None:
    ran = run("ask", "--json", *arguments, given=None if arguments else f"{LIFT}\n")
    assert ran.exit_code == 0
    assert json.loads(ran.output) == answerer.ask(LIFT).model_dump(mode="json")


def test_limit_bounds_the_alternatives() -> None:
    ran = run("ask", "--json", "--limit", "1", LIFT)
    (reply,) = json.loads(ran.output)["replies"]
    assert len(reply["alternatives"]) == 1
    assert run("ask", "--limit", "11", LIFT).exit_code == 2


@pytest.mark.parametrize("message", ["", " \n\t", "\x00", "<br>"])
def test_an_empty_message_is_told_in_a_sentence(message: str) -> None:
    assert sentence(run("ask", message)) == "the message is empty; type a question"
    assert sentence(run("ask", given=message)) == "the message is empty; type a question"


@pytest.mark.parametrize("length", [2_001, 1_100_000])
def test_a_long_message_is_told_in_a_sentence(length: int) -> None:
    told = sentence(run("ask", given="é" * length))
    assert told.startswith("the message has ")
    assert told.endswith(" characters; the most is 2,000")


def test_input_that_is_not_text_is_told_in_a_sentence() -> None:
    told = sentence(run("ask", given=b"So is LIFT\xff gone"))
    assert told == "the message is not UTF-8 text at byte 10"
