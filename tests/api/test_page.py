from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html
from starlette.testclient import TestClient

from chatbot.answering import Answerer
from chatbot.api import app
from chatbot.faq import Link
from chatbot.reading import TURNS
from chatbot.settings import Settings

LIFT = "What will replace LIFT??"
TWO = "1. What will replace LIFT?\n2. What time does the swimming pool open?"
UNKNOWN = "what time does the swimming pool open"


def get(client: TestClient, path: str = "/chat") -> Any:
    answer = client.get(path)
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def post(client: TestClient, message: str, status: int = 200, earlier: Sequence[str] = ()) -> Any:
    answer = client.post("/chat", data={"message": message, "earlier": list(earlier)})
    assert answer.status_code == status
    return html.fromstring(answer.text)


def words(page: Any, path: str = "//main") -> str:
    """The text under `path`, as a reader sees it."""
    return " ".join(" ".join(one.text_content() for one in page.xpath(path)).split())


def test_the_form_is_the_way_to_ask(client: TestClient) -> None:
    page = get(client)
    form = page.forms[0]
    assert (form.method, form.action) == ("POST", "chat")
    assert list(form.fields) == ["message"]
    assert form.xpath(".//button[not(@type) or @type='submit']")


@pytest.mark.parametrize("message", [None, LIFT, UNKNOWN, TWO, "training", "hello", ""])
def test_a_page_is_whole_without_script(client: TestClient, message: str | None) -> None:
    page = get(client) if message is None else post(client, message, 200 if message else 422)
    assert page.get("lang") == "en"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//title")[0].text.endswith(
        "Specialist Teaching and Learning Service: questions and answers"
    )
    (field,) = page.xpath("//textarea")
    assert words(page, f"//label[@for='{field.get('id')}']") == "Your question"
    assert page.xpath("//iframe | //@style | //@*[starts-with(name(), 'on')]") == []
    # What the server has answered is not taken away by script.
    assert page.xpath("//script/@src") == ([] if message is not None else ["widget.js"])
    assert page.xpath("//script/text()") == []
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert page.xpath("//a[@class='skip']/@href") == ["#main"]
    assert page.xpath("//*[@id='main']")[0].tag == "main"


def test_an_answer_is_shown_word_for_word_with_its_question_and_source(
    client: TestClient, answerer: Answerer
) -> None:
    page = post(client, LIFT)
    (reply,) = answerer.ask(LIFT).replies
    assert words(page, "//section//h2") == "You asked something like What will replace LIFT"
    assert words(page, "//*[@class='answer']") == "Nothing, as LIFT is no longer required"
    assert words(page, "//*[@class='source']") == (
        "LIFT / surgeries / clinics, number 47. STLS FAQ of March 2025. "
        f"Very likely the right answer ({reply.confidence:.0%})."
    )
    assert page.xpath("//section//li/a/@href") == [
        f"chat?entry={near.entry_id}" for near in reply.plausible()
    ]
    assert page.xpath("//textarea")[0].value.strip() == LIFT
    assert "mailto:Inclusion@kent.gov.uk" in page.xpath("//footer//a/@href")


def test_a_fallback_leads_to_a_mailbox_that_holds_the_question(client: TestClient) -> None:
    page = post(client, UNKNOWN)
    assert words(page, "//section/h2") == "The FAQ holds no sure answer to this."
    (mailto,) = page.xpath("//a[@class='button']/@href")
    assert mailto.startswith("mailto:Inclusion@kent.gov.uk?")
    assert parse_qs(urlsplit(mailto).query)["body"][0].split("\r\n")[0] == UNKNOWN
    assert page.xpath("//*[@class='answer']") == []


def carried(page: Any) -> list[str]:
    """The earlier messages that the form carries along."""
    fields = page.forms[0].xpath(".//input[@type='hidden' and @name='earlier']")
    return [field.get("value") for field in fields]


def test_each_question_of_a_message_has_its_reply_under_it(client: TestClient) -> None:
    page = post(client, TWO)
    first, second = page.xpath("//section")
    assert [one.get("aria-label") for one in (first, second)] == ["Reply 1", "Reply 2"]
    assert words(first, "./*[@class='asked']") == "1. What will replace LIFT?"
    assert words(first, "./*[@class='answer']") == "Nothing, as LIFT is no longer required"
    assert first.xpath(".//a[@class='button']") == []
    assert words(second, "./*[@class='asked']") == "2. What time does the swimming pool open?"
    assert words(second, "./h2") == "The FAQ holds no sure answer to this."
    (mailto,) = second.xpath(".//a[@class='button']/@href")
    (body,) = parse_qs(urlsplit(mailto).query)["body"]
    assert body.split("\r\n")[0] == "What time does the swimming pool open?"


def test_the_one_reply_to_a_message_does_not_repeat_it(client: TestClient) -> None:
    page = post(client, LIFT)
    assert page.xpath("//section/@aria-label") == ["Reply"]
    assert page.xpath("//*[@class='asked']") == []


def test_choices_are_links_to_their_entries_with_the_mailbox_under_them(
    client: TestClient, answerer: Answerer
) -> None:
    page = post(client, "training")
    (reply,) = answerer.ask("training").replies
    assert words(page, "//section/h2") == "Which of these do you mean?"
    links = page.xpath("//section//li/a")
    assert [link.get("href") for link in links] == [
        f"chat?entry={near.entry_id}" for near in reply.alternatives
    ]
    assert [words(link, ".") for link in links] == [
        " ".join(near.question.split()) for near in reply.alternatives
    ]
    assert words(page, "//section/p[1]").startswith("None of these? Email ")
    assert page.xpath("//a[@class='button']")
    assert page.xpath("//*[@class='answer']") == []


def test_small_talk_gets_a_sentence_and_no_mailbox(client: TestClient) -> None:
    page = post(client, "hello")
    assert words(page, "//section") == "Hello. Please type your question in your own words."
    assert page.xpath("//a[starts-with(@href, 'mailto:')]") == []


def test_a_note_stands_before_the_replies(client: TestClient) -> None:
    page = post(client, f"{UNKNOWN}? My email is jo.bloggs@example.org")
    (note,) = page.xpath("//*[@role='note']")
    assert (
        words(note, ".")
        == "Personal details are not needed here; this service does not store them."
    )
    assert note.xpath("following-sibling::section")
    assert not note.xpath("preceding-sibling::section")
    mailtos = page.xpath("//a[@class='button']/@href")
    assert mailtos
    assert "bloggs" not in "".join(mailtos)
    assert post(client, LIFT).xpath("//*[@role='note']") == []


def test_the_page_carries_the_last_messages_along(client: TestClient) -> None:
    assert carried(get(client)) == []
    first = post(client, UNKNOWN)
    assert carried(first) == [UNKNOWN]
    second = post(client, LIFT, earlier=carried(first))
    assert carried(second) == [UNKNOWN, LIFT]
    third = post(client, "hello", earlier=carried(second))
    assert carried(third) == [*carried(second), "hello"][-TURNS:]


def test_a_question_that_leans_on_the_message_before_is_read_after_it(
    settings: Settings, judging: Callable[[float, float], Answerer]
) -> None:
    client = TestClient(app.create(settings, judging(0.0, 2.0)))
    page = post(client, "and what about that?", earlier=["Where will STLS be based", LIFT])
    assert words(page, "//section//h2") == "You asked something like What will replace LIFT"
    assert page.xpath("//textarea")[0].value.strip() == "and what about that?"


def test_a_message_may_come_after_any_other(client: TestClient) -> None:
    for before in ("", "\x00", "?!?", "a" * 3_000, "</textarea><script>", '"><b>x</b>', "a\r\nb"):
        page = post(client, LIFT, earlier=[before] * 30)
        assert words(page, "//*[@class='answer']") == "Nothing, as LIFT is no longer required"
        assert page.xpath("//script | //b") == []


def test_an_example_starts_a_conversation_of_its_own(client: TestClient) -> None:
    for form in get(client).forms[1:]:
        assert list(form.fields) == ["message"]


def test_a_service_without_a_mailbox_shows_none(settings: Settings, answerer: Answerer) -> None:
    without = TestClient(app.create(settings.model_copy(update={"contact": ""}), answerer))
    for page in (get(without), post(without, UNKNOWN), post(without, LIFT)):
        assert page.xpath("//a[starts-with(@href, 'mailto:')]") == []


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("", "the message is empty; type a question"),
        (" \n ", "the message is empty; type a question"),
        ("a" * 2_001, "the message has 2,001 characters; the most is 2,000"),
    ],
)
def test_an_error_is_tied_to_the_field(client: TestClient, message: str, error: str) -> None:
    page = post(client, message, 422)
    (field,) = page.xpath("//textarea")
    assert field.get("aria-invalid") == "true"
    assert words(page, f"//*[@id='{field.get('aria-describedby')}']") == f"Error: {error}."
    assert page.xpath("//title")[0].text.startswith("Error: ")
    assert page.xpath("//section") == []


def test_a_page_without_an_error_marks_none(client: TestClient) -> None:
    assert post(client, LIFT).xpath("//@aria-invalid | //@aria-describedby") == []


def test_a_form_without_the_field_is_an_empty_message(client: TestClient) -> None:
    assert client.post("/chat").status_code == 422


def test_a_line_break_counts_as_one_character(client: TestClient) -> None:
    post(client, "So is LIFT\r\n" + "gone\r\n" * 396 + "long gone")
    page = post(client, "a\r\n" * 1_001, 422)
    assert "2,002 characters" in words(page, "//*[@id='error']")


@pytest.mark.parametrize(
    "message",
    [
        "</textarea><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)> 'quoted' & <b>bold</b>",
        "<script>" + "a" * 2_000,
    ],
)
def test_markup_in_a_message_is_shown_as_text(client: TestClient, message: str) -> None:
    answer = client.post("/chat", data={"message": message})
    page = html.fromstring(answer.text)
    assert page.xpath("//script | //img | //b") == []
    assert page.xpath("//textarea")[0].text == message[:2_000]
    assert message[:30] not in answer.text


def test_markup_in_an_entry_is_shown_as_text(altered: Callable[..., TestClient]) -> None:
    marked = "<script>alert(1)</script> 5 < 6 & <b>more</b>"
    client = altered("stls-47", question=marked, answer=marked, section=marked)
    for page in (get(client, "/chat?entry=stls-47"), post(client, LIFT)):
        assert page.xpath("//script | //b") == []
        assert words(page, "//*[@class='answer']") == marked
        assert marked in words(page, "//section//h2")


def test_an_answer_keeps_its_paragraphs(altered: Callable[..., TestClient]) -> None:
    page = get(altered("stls-47", answer="One.\n\nTwo."), "/chat?entry=stls-47")
    assert [one.text for one in page.xpath("//*[@class='answer']/p")] == ["One.", "Two."]


def test_a_link_is_shown_where_its_address_is_known(altered: Callable[..., TestClient]) -> None:
    links = (Link(text="here", url="https://council.example/?a=1&b=2"), Link(text="lost"))
    page = get(altered("stls-47", links=links), "/chat?entry=stls-47")
    (link,) = page.xpath("//section//a")
    assert (link.get("href"), link.text) == ("https://council.example/?a=1&b=2", "here")


def test_links_stand_in_their_places(altered: Callable[..., TestClient]) -> None:
    answer = "Not there: the form is here.\nWrite to ask@council.example.\n\nOr see <b>."
    links = (
        Link(text="here", url="https://council.example/form"),
        Link(text="Terms", url="https://council.example/terms"),
    )
    page = get(altered("stls-47", answer=answer, links=links), "/chat?entry=stls-47")
    paragraphs = page.xpath("//*[@class='answer']/p")
    assert "\n\n".join(one.text_content() for one in paragraphs) == answer
    assert [(one.text, one.get("href")) for one in page.xpath("//section//a")] == [
        ("here", "https://council.example/form"),
        ("ask@council.example", "mailto:ask@council.example"),
        ("Terms", "https://council.example/terms"),
    ]
    assert paragraphs[0].text == "Not there: the form is "


def test_an_entry_without_a_section_has_none_named(altered: Callable[..., TestClient]) -> None:
    page = get(altered("stls-47", section=""), "/chat?entry=stls-47")
    assert words(page, "//*[@class='source']") == "Number 47. STLS FAQ of March 2025."


def test_an_entry_has_a_page(client: TestClient) -> None:
    page = get(client, "/chat?entry=stls-47")
    assert words(page, "//section//h2") == "Stored question What will replace LIFT"
    assert words(page, "//*[@class='answer']") == "Nothing, as LIFT is no longer required"
    assert words(page, "//*[@class='source']") == (
        "LIFT / surgeries / clinics, number 47. STLS FAQ of March 2025."
    )


@pytest.mark.parametrize("entry", ["stls-999", "%00", "%3Cscript%3Ealert(1)", "a" * 5_000])
def test_an_unknown_entry_is_a_page_that_says_so(client: TestClient, entry: str) -> None:
    answer = client.get(f"/chat?entry={entry}")
    assert answer.status_code == 404
    page = html.fromstring(answer.text)
    (note,) = page.xpath("//*[@role='note']")
    assert words(note, ".").startswith("There is no stored answer at this address")
    assert page.forms[0].xpath(".//textarea")
    assert page.xpath("//script") == []


def test_no_entry_named_is_the_empty_form(client: TestClient) -> None:
    assert words(get(client, "/chat?entry=")) == words(get(client))


def test_each_example_is_a_form_that_gets_an_answer(client: TestClient) -> None:
    forms = get(client).forms[1:]
    assert [form.fields["message"] for form in forms] == [
        "So is LIFT just gone?",
        "Who supports children with a hearing or visual impairment?",
        "How do we get a specialist teacher into school?",
    ]
    for form in forms:
        assert words(form, ".//button") == form.fields["message"]
        assert post(client, form.fields["message"]).xpath("//*[@class='answer']")


@pytest.mark.parametrize("message", [None, LIFT, TWO, ""])
def test_a_page_may_not_be_kept_nor_load_from_elsewhere(
    client: TestClient, message: str | None
) -> None:
    answer = (
        client.get("/chat") if message is None else client.post("/chat", data={"message": message})
    )
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[:5] == [
        "default-src 'none'",
        "style-src 'self'",
        "form-action 'self'",
        "script-src 'self'",
        "connect-src 'self'",
    ]
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_style_that_the_page_names_is_served(client: TestClient) -> None:
    (path,) = get(client).xpath("//link[@rel='stylesheet']/@href")
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in answer.text


def test_a_form_in_any_encoding_gets_a_page(client: TestClient) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="message"\r\n\r\n'
        b"+2AA- So is LIFT just gone+AD8-\r\n--b--\r\n"
    )
    kind = "multipart/form-data; boundary=b; charset=utf-7"
    answer = client.post("/chat", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 200
    assert "Nothing, as LIFT is no longer required" in answer.text


def test_an_earlier_message_in_any_encoding_gets_a_page(client: TestClient) -> None:
    field = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = field.format("message", "What will replace LIFT+AD8-")
    body += field.format("earlier", "+2AA- So is LIFT just gone+AD8-") + "--b--\r\n"
    kind = "multipart/form-data; boundary=b; charset=utf-7"
    answer = client.post("/chat", content=body.encode(), headers={"Content-Type": kind})
    assert answer.status_code == 200
    assert "Nothing, as LIFT is no longer required" in answer.text


def test_a_file_in_place_of_an_earlier_message_is_a_problem(client: TestClient) -> None:
    files = {"earlier": ("question.txt", b"So is LIFT just gone??")}
    answer = client.post("/chat", data={"message": LIFT}, files=files)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("earlier")


def test_a_file_in_place_of_the_message_is_a_problem(client: TestClient) -> None:
    answer = client.post("/chat", files={"message": ("question.txt", b"So is LIFT just gone??")})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "message"


def test_the_share_of_right_answers_is_told(client: TestClient, answerer: Answerer) -> None:
    measured = answerer.stated.measured
    assert measured is not None
    assert measured.in_words() in words(get(client), "//footer")
