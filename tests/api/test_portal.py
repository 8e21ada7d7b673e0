from collections.abc import Callable

from lxml import html
from starlette.testclient import TestClient

from chatbot.answering import Answerer
from chatbot.api import app
from chatbot.settings import Settings


def test_every_stored_question_is_a_link_to_its_page(
    client: TestClient, answerer: Answerer
) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    page = html.fromstring(answer.text)
    links = page.xpath("//details//a")
    assert {(one.get("href"), one.text) for one in links} == {
        (f"chat?entry={entry.id}", entry.question) for entry in answerer.faq.entries
    }
    assert len(links) == len(answerer.faq.entries)
    assert client.get(f"/{links[0].get('href')}").status_code == 200


def test_the_page_has_the_chat_and_says_what_it_is(client: TestClient) -> None:
    page = html.fromstring(client.get("/").text)
    assert page.xpath("//script/@src") == ["widget.js"]
    assert page.xpath("//faq-chat/@email") == ["Inclusion@kent.gov.uk"]
    assert page.xpath("//h1")[0].text.strip() == "Specialist Teaching and Learning Service"
    assert "This page shows how the chat sits" in page.text_content()
    assert "Kent County Council" in page.xpath("//header")[0].text_content()


def test_the_page_of_an_faq_without_mailbox_organisation_or_sections(
    settings: Settings, answerer: Answerer, altered: Callable[..., TestClient]
) -> None:
    bare = settings.model_copy(update={"contact": "", "organisation": "", "title": "Parks"})
    page = html.fromstring(TestClient(app.create(bare, answerer)).get("/").text)
    assert page.xpath("//header/div")[0].text_content().strip() == "Parks"
    assert page.xpath("//a[starts-with(@href, 'mailto:')] | //@email") == []
    page = html.fromstring(altered(section="").get("/").text)
    assert [one.text for one in page.xpath("//summary/span[1]")] == ["Other questions"]


def test_markup_in_an_entry_is_shown_as_text(altered: Callable[..., TestClient]) -> None:
    marked = "<script>alert(1)</script> & <b>more</b>"
    page = html.fromstring(altered("stls-47", question=marked, section=marked).get("/").text)
    assert page.xpath("//script/@src") == ["widget.js"]
    assert page.xpath("//b") == []
    assert marked in [one.text for one in page.xpath("//details//a")]


def test_the_page_loads_only_from_this_service(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    page = html.fromstring(answer.text)
    for path in page.xpath("//link/@href | //script/@src"):
        assert client.get(f"/{path}").status_code == 200
