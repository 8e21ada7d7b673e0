import re
from pathlib import Path

import pytest

from chatbot.errors import MessageError
from chatbot.faq import Term, load
from chatbot.text import Expander, clean, normalise

FAQ = load(Path(__file__).parent.parent)
QUESTIONS = [entry.question for entry in FAQ.entries]
GLOSSARY = [
    Term(term="ANPR", expansions=("number plate cameras", "cameras")),
    Term(term="park and ride", expansions=("bus from the car park",)),
    Term(term="park", expansions=("green space",)),
    Term(term="ride", expansions=("bus from the car park",)),
    Term(term="Hi", expansions=("hearing impairment",)),
    Term(term="SLA", expansions=("service level agreement",)),
    Term(term="Thrive", expansions=("emotional wellbeing",), sure=False),
]


@pytest.mark.parametrize(
    ("message", "cleaned"),
    [
        ("Who pays?", "Who pays?"),
        ("  Who\n\tpays? \r\n", "Who pays?"),
        ("Who\x00 pays?\x1b", "Who pays?"),
        ("Who\u0378 pays?", "Who pays?"),
        ("Who \ud800pays?\udfff", "Who pays?"),
        ("<b>Who</b> pays<br/>for <a href='x'>this</a>?", "Who pays for this ?"),
        ("Who<!-- a\ncomment --> pays?", "Who pays?"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("Is 3 < 5 and 7 > 6?", "Is 3 < 5 and 7 > 6?"),
        ("cafe\u0301", "café"),
        ("¿Quién paga?", "¿Quién paga?"),
        ("谁来付钱？", "谁来付钱？"),
        ("مَن يدفع؟", "مَن يدفع؟"),
        ("कौन भुगतान करता है?", "कौन भुगतान करता है?"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("😀 👩\u200d🏫", "😀 👩\u200d🏫"),
        ("x" * 2000, "x" * 2000),
    ],
)
def test_a_message_is_kept_as_valid_text_without_tags(message: str, cleaned: str) -> None:
    assert clean(message) == cleaned


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   ",
        "\n\t\r",
        "\xa0\u3000",
        "\x00",
        "\ud800",
        "<p> </p>",
        "<!-- x -->",
        "\u200b\ufeff \xad",
    ],
)
def test_a_message_of_which_nothing_is_left_is_refused(message: str) -> None:
    with pytest.raises(MessageError, match=r"^the message is empty; type a question$"):
        clean(message)


def test_a_message_of_more_than_2000_characters_is_refused() -> None:
    with pytest.raises(MessageError) as error:
        clean("x" * 2001)
    assert str(error.value) == "the message has 2,001 characters; the most is 2,000"


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_clean_message_stays_the_same(question: str) -> None:
    assert clean(clean(question)) == clean(question)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("Who will support HI/VI children", "who will support hi vi children"),
        ("HI/VI children", "hi vi children"),
        ("Hi VI children", "hi vi children"),
        ("Hello, HI/VI children?", "hi vi children"),
        ("Hi, will HI children be supported?", "will hi children be supported"),
        ("What % of a £6,000 threshold", "what % of a £6 000 threshold"),
        ("STRASSE Straße ﬁnance ＬＩＦＴ", "strasse strasse finance lift"),
        ("child's child’s child´s child`s", "childs childs childs childs"),
        ("spe\xadcial\u200bist", "specialist"),
        ("snake_case", "snake case"),
        ("Dear Sir or Madam, who pays for it? Kind regards", "who pays for it"),
        ("Good morning all! Who pays for it? Many thanks in advance", "who pays for it"),
        ("Hello! Hey, who pays for it? Thanks. Regards", "who pays for it"),
        ("thanks for the training, what is next", "thanks for the training what is next"),
        ("Dear me what now", "me what now"),
        ("???", ""),
        ("", ""),
    ],
)
def test_text_as_the_encoder_sees_it(text: str, normalised: str) -> None:
    assert normalise(text) == normalised


@pytest.mark.parametrize("question", QUESTIONS)
def test_case_marks_and_courtesies_leave_a_stored_question_the_same(question: str) -> None:
    changed = [
        question.upper(),
        question.title(),
        re.sub(r"[?.,:;!]", "", question),
        question + " ???",
        question.replace("'", "’"),
        f"“{question}”",
        f"Hello, {question}",
        f"Hey!! {question}",
        f"Good afternoon. {question}",
        f"Dear team, {question}",
        f"{question} Thanks",
        f"{question} thank you very much!",
        f"{question}. Many thanks for your help",
        f"{question} Kind regards",
        f"Hiya, {question.upper()} CHEERS!",
    ]
    assert {normalise(one) for one in changed} == {normalise(question)}


@pytest.mark.parametrize(
    "greeting", ["Hi", "Hi,", "hi!", "Hi there,", "Hi all,", "Hi both,", "Hi folks,", "Hi team -"]
)
@pytest.mark.parametrize("question", ["Who will pay for it", "Is LIFT gone", "I need an EP"])
def test_hi_before_a_question_is_a_greeting(greeting: str, question: str) -> None:
    assert normalise(f"{greeting} {question}") == normalise(question)


@pytest.mark.parametrize(
    "courtesy",
    [
        "hi",
        "hi there",
        "hi there everyone",
        "hello",
        "hello team",
        "good morning",
        "dear sir or madam",
        "thanks",
        "many thanks",
        "with thanks",
        "and thanks",
        "thank you very much",
        "thanks for your help",
        "kind regards",
        "best wishes",
        "regards",
        "cheers",
    ],
)
def test_a_courtesy_alone_stays(courtesy: str) -> None:
    assert normalise(f"{courtesy.title()}!") == courtesy


def test_normalised_text_stays_the_same() -> None:
    texts = [*QUESTIONS, *(one.text for one in FAQ.phrasings)]
    once = [normalise(text) for text in texts]
    assert len(once) > 5000
    assert [normalise(text) for text in once] == once


@pytest.mark.parametrize(
    ("normalised", "expanded"),
    [
        ("where is anpr used", "where is anpr number plate cameras used"),
        ("anpr", "anpr number plate cameras"),
        ("anpr here and anpr there", "anpr number plate cameras here and anpr there"),
        ("is anpr the number plate cameras", "is anpr the number plate cameras"),
        ("park and ride times", "park and ride bus from the car park times"),
        ("park and ride or ride", "park and ride bus from the car park or ride"),
        ("anprs", "anprs"),
        ("hi vi children", "hi vi children"),
        ("the sla", "the sla"),
        ("the park", "the park green space"),
        ("thrive", "thrive"),
        ("", ""),
    ],
)
def test_sure_terms_of_four_letters_or_more_are_written_out_once(
    normalised: str, expanded: str
) -> None:
    assert Expander(GLOSSARY, [])(normalised) == expanded


@pytest.mark.parametrize(
    ("known", "expanded"),
    [
        (["is anpr in use"], "anpr"),
        (["anpr"], "anpr"),
        (["the anprs"], "anpr number plate cameras"),
        (["number plate cameras"], "anpr number plate cameras"),
    ],
)
def test_a_term_that_stored_texts_use_is_left_alone(known: list[str], expanded: str) -> None:
    assert Expander(GLOSSARY, known)("anpr") == expanded


def test_a_term_is_not_used_where_one_text_ends_and_the_next_begins() -> None:
    known = ["where can i park", "and ride"]
    assert Expander(GLOSSARY[:2], known)("park and ride") == "park and ride bus from the car park"


def test_without_a_glossary_nothing_is_written_out() -> None:
    assert Expander([], ["who pays"])("who pays for anpr") == "who pays for anpr"
