"""A bad network, a bad reply, bad input, and a page that does as it likes."""

import json
from collections.abc import Callable
from typing import Any

from driving import LIFT, Chat, Portal, stalled
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from chatbot.faq import Link

GOOD = {"notes": [], "contact": None, "faq_version": "", "request_id": ""}
REPLY: dict[str, Any] = {
    "question": "q", "outcome": "fallback", "confidence": 0, "text": "t", "alternatives": [],
}  # fmt: skip


def test_a_slow_service_is_spoken_of_once_and_given_up_in_the_end(
    clocked: Page, service: str
) -> None:
    clocked.goto(service)
    chat = Chat(clocked).open()
    stalled(clocked)
    chat.listen()
    chat.submit(LIFT)
    expect(chat.turns).to_contain_text(["Looking for the stored answer"])
    clocked.clock.run_for(1_900)
    assert chat.said == []
    clocked.clock.run_for(20_000)
    assert chat.said == ["This is taking longer than usual. Still looking…"]
    expect(chat.turns).to_contain_text(["Still looking"])
    clocked.clock.run_for(10_000)
    expect(chat.error).to_contain_text("The service took too long.")
    expect(chat.turns).to_have_count(0)
    expect(chat.field).to_have_value(LIFT)


def test_each_error_of_the_service_is_told(chat: Chat) -> None:
    held = stalled(chat.page)
    chat.open()
    for n, status in enumerate((429, 500, 503, 404)):
        chat.submit(LIFT)
        expect(chat.turns).to_have_count(1)
        held[n].fulfill(status=status, body="<html>")
        words = "Many people are asking" if status == 429 else "Something went wrong"
        expect(chat.error, str(status)).to_contain_text(f"Error: {words}")


def test_after_an_error_what_was_typed_is_kept_and_can_be_tried_again(chat: Chat) -> None:
    chat.page.route("**/v1/ask", lambda route: route.fulfill(status=500), times=1)
    chat.open().submit(LIFT)
    expect(chat.error).to_contain_text("Your question is still here")
    expect(chat.field).to_have_value(LIFT)
    expect(chat.field).to_have_attribute("aria-invalid", "false")
    expect(chat.turns).to_have_count(0)
    expect(chat.host.locator(".person a")).to_be_visible()
    chat.button("Try again").click()
    expect(chat.replies).to_have_count(1)
    expect(chat.error).to_be_hidden()
    expect(chat.field).to_have_value("")
    expect(chat.send).to_have_text("Ask")


def test_offline(chat: Chat) -> None:
    chat.open()
    chat.page.context.set_offline(True)
    chat.submit(LIFT)
    expect(chat.error).to_contain_text("You seem to be offline.")
    # What is stored was fetched on opening.
    chat.field.press_sequentially(" ")
    chat.field.fill("what will replace")
    chat.host.get_by_role("option").first.click()
    expect(chat.turns.locator(".words")).to_have_text("Nothing, as LIFT is no longer required")
    chat.page.context.set_offline(False)
    chat.ask(LIFT)


def test_an_example_that_fails_is_put_into_the_field(chat: Chat) -> None:
    chat.open()
    chat.page.route("**/v1/ask", lambda route: route.abort())
    chat.button("So is LIFT just gone?").click()
    expect(chat.error).to_be_visible()
    expect(chat.field).to_have_value("So is LIFT just gone?")


UNREADABLE = [
    "",
    "<html>",
    "null",
    "{}",
    json.dumps(GOOD | {"replies": []}),
    json.dumps(GOOD | {"replies": [None]}),
    json.dumps(GOOD | {"replies": [REPLY | {"outcome": "answer"}]}),
    json.dumps(GOOD | {"replies": [REPLY | {"outcome": "poem"}]}),
    json.dumps(GOOD | {"replies": [REPLY | {"alternatives": [{}]}]}),
    json.dumps(GOOD | {"replies": [REPLY], "notes": "none"}),
    json.dumps(GOOD | {"replies": [REPLY], "contact": {"email": "a", "mailto": "javascript:"}}),
]


def test_a_reply_that_cannot_be_read(chat: Chat) -> None:
    held = stalled(chat.page)
    chat.open()
    for n, body in enumerate(UNREADABLE):
        chat.submit(LIFT)
        expect(chat.turns).to_have_count(1)
        held[n].fulfill(body=body, content_type="application/json")
        expect(chat.error, body).to_contain_text("a reply that cannot be read")
        expect(chat.field).to_have_value(LIFT)


def test_what_is_well_formed_is_shown_though_it_is_bare(chat: Chat) -> None:
    body = json.dumps(GOOD | {"replies": [REPLY]})
    chat.page.route("**/v1/ask", lambda route: route.fulfill(body=body))
    chat.open().ask(LIFT)
    expect(chat.replies).to_have_text("t")


def test_without_the_list_of_entries_the_chat_still_answers(page: Page, service: str) -> None:
    page.route("**/v1/faq", lambda route: route.abort())
    page.goto(service)
    chat = Chat(page)
    chat.launcher.click()
    # The mailbox of the page's own attribute.
    expect(chat.host.locator(".person a")).to_have_text("Inclusion@kent.gov.uk")
    turn = chat.ask(LIFT)
    expect(turn.locator(".words")).to_have_text("Nothing, as LIFT is no longer required")
    turn.get_by_text("Other close questions").click()
    turn.locator(".choices button").first.click()
    expect(chat.replies).to_have_count(2)


def test_entries_that_come_late_delay_no_answer_and_change_none(page: Page, service: str) -> None:
    held: list[Any] = []
    page.route("**/v1/faq", lambda route: held.append(route))
    page.goto(service)
    chat = Chat(page)
    chat.launcher.click()
    turn = chat.ask(LIFT)
    expect(turn.locator(".words")).to_have_text("Nothing, as LIFT is no longer required")
    questions = stalled(page)
    chat.submit("hello")
    expect(chat.turns).to_have_count(2)
    held[0].continue_()
    expect(chat.turns.first).to_contain_text("Very likely the right answer.")
    expect(chat.turns).to_have_count(2)
    questions[0].continue_()
    expect(chat.replies).to_have_count(2)


def test_a_page_left_while_asking_keeps_the_question(chat: Chat, service: str) -> None:
    stalled(chat.page)
    chat.open().submit(LIFT)
    expect(chat.turns).to_have_count(1)
    chat.page.goto(f"{service}/chat?entry=stls-47")
    chat.page.goto(service)
    chat.launcher.click()
    expect(chat.field).to_have_value(LIFT)
    expect(chat.turns).to_have_count(0)


def test_2000_characters_are_taken_and_one_more_is_told(chat: Chat) -> None:
    chat.open()
    chat.submit("a" * 2_001)
    expect(chat.error).to_contain_text("2,001 characters; the most is 2,000")
    expect(chat.field).to_have_attribute("aria-invalid", "true")
    assert len(chat.field.input_value()) == 2_001
    chat.ask(("So is LIFT just gone? " * 100)[:2_000])
    chat.ask("😀" * 2_000)


def test_what_the_service_refuses_is_told_at_the_field(page: Page, service: str) -> None:
    page.route("**/v1/faq", lambda route: route.abort())
    page.goto(service)
    chat = Chat(page)
    chat.launcher.click()
    chat.submit("a" * 2_001)
    expect(chat.error).to_contain_text("The service cannot read this question")
    expect(chat.error).to_contain_text("2000")
    expect(chat.field).to_have_attribute("aria-invalid", "true")


def test_a_whole_email_may_be_pasted(chat: Chat) -> None:
    email = (
        "Dear team,\n\nI hope you are well.\n\nWhat will replace LIFT?\n\n"
        "Kind regards\nThe office\n> On Monday someone wrote:\n> <b>Hello</b>"
    )
    chat.open()
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.page.evaluate("text => navigator.clipboard.writeText(text)", email)
    chat.field.press("Control+v")
    expect(chat.field).to_have_value(email)
    chat.field.press("Enter")
    expect(chat.turns.locator(".said")).to_have_text(email, use_inner_text=True)
    expect(chat.turns.locator(".words").first).to_contain_text("LIFT is no longer required")


def test_right_to_left_text_runs_so(chat: Chat) -> None:
    turn = chat.open().ask("ما الذي سيحل محل LIFT؟ 👩🏽‍🏫")
    said = turn.locator(".said")
    expect(said).to_have_text("ما الذي سيحل محل LIFT؟ 👩🏽‍🏫")
    assert said.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert turn.evaluate("one => getComputedStyle(one).direction") == "ltr"


MARKUP = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\n\n<b>bold</b>'


def test_markup_and_script_are_shown_as_text(
    page: Page, serve: Callable[[ASGIApp], str], altered: Callable[..., TestClient]
) -> None:
    links = (Link(text="<i>here</i>", url="https://council.example/a?b=1&c=2"), Link(text="lost"))
    app = altered("stls-47", question=MARKUP, answer=MARKUP, section=MARKUP, links=links).app
    page.goto(serve(app))
    chat = Chat(page).open()
    chat.submit(LIFT + MARKUP.replace("\n\n", " "))
    turn = chat.turns.first
    turn.locator(".reply").wait_for()
    if turn.locator(".words").count() == 0:  # the markup may have made the question unclear
        chat.submit(LIFT)
        turn = chat.turns.nth(1)
    expect(turn.locator(".words p")).to_have_text(MARKUP.split("\n\n"))
    expect(turn.locator(".matched")).to_contain_text("<script>window.hacked=1</script>")
    expect(chat.turns.first.locator(".said")).to_contain_text("<b>bold</b>")
    link = turn.locator(".links a")
    expect(link).to_have_text("<i>here</i>")
    expect(link).to_have_attribute("href", "https://council.example/a?b=1&c=2")
    assert chat.host.locator("img, script, b, i").count() == 0
    assert page.evaluate("window.hacked") is None


LONG = """Ask there (see here) first: the form is here.
It opens in May.

Read https://council.example/a?b=1, or write to ask@council.example.

More in the guide."""
ADDRESS = "https://council.example/form"


def test_a_long_answer_keeps_its_paragraphs_lines_and_links(
    page: Page, serve: Callable[[ASGIApp], str], altered: Callable[..., TestClient]
) -> None:
    links = (
        Link(text="here"),  # whose address was lost
        Link(text="here", url=ADDRESS),
        Link(text="the guide", url="https://council.example/guide"),
        Link(text="Terms (A+B)", url="https://council.example/terms"),
    )
    page.goto(serve(altered("stls-47", answer=LONG, links=links).app))
    words = Chat(page).open().ask(LIFT).locator(".words")
    assert words.inner_text() == LONG
    expect(words.locator("p")).to_have_count(3)
    found = words.locator("a").evaluate_all("all => all.map(one => [one.textContent, one.href])")
    assert found == [
        ["here", ADDRESS],
        ["https://council.example/a?b=1", "https://council.example/a?b=1"],
        ["ask@council.example", "mailto:ask@council.example"],
        ["the guide", "https://council.example/guide"],
    ]
    assert "form is" in words.locator("a").first.evaluate("one => one.previousSibling.data")
    # One whose words are not in the answer stands below it.
    expect(page.locator("faq-chat .links a")).to_have_text(["Terms (A+B)"])


def test_a_stored_question_chosen_while_another_is_on_its_way_comes_first(chat: Chat) -> None:
    held = stalled(chat.page)
    chat.open().submit("hello")
    expect(chat.turns).to_have_count(1)
    chat.host.evaluate("host => host.choose('stls-47', 'What will replace LIFT')")
    expect(chat.turns.locator(".said")).to_have_text(["What will replace LIFT", "hello"])
    held[0].continue_()
    expect(chat.replies).to_have_count(2)
    expect(chat.turns.locator(".said")).to_have_text(["What will replace LIFT", "hello"])


def test_a_link_that_runs_script_is_left_out(chat: Chat) -> None:
    def poisoned(route: Any) -> None:
        body = route.fetch().json()
        body["replies"][0]["match"]["links"] = [
            {"text": "bad", "url": "javascript:alert(1)"},
            {"text": "good", "url": "mailto:a@council.example"},
        ]
        route.fulfill(json=body)

    chat.page.route("**/v1/ask", poisoned)
    turn = chat.open().ask(LIFT)
    expect(turn.locator(".links a")).to_have_text(["good"])


def test_a_broken_store_is_no_conversation(chat: Chat) -> None:
    chat.open()
    for kept in ("{", "null", "[]", '{"turns": [null, {}, {"asked": 1}]}'):
        chat.ask(LIFT)
        (key,) = chat.page.evaluate("Object.keys(sessionStorage)")
        chat.page.evaluate("([key, kept]) => sessionStorage.setItem(key, kept)", [key, kept])
        chat.page.reload()
        expect(chat.open().turns, kept).to_have_count(0)


def test_a_page_without_storage(page: Page, service: str) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no') } })"
    )
    page.goto(service)
    chat = Chat(page).open()
    chat.ask(LIFT)


def two(service: str) -> str:
    return (
        f"<script type=module src={service}/widget.js></script><div id=a></div><main id=b>"
        "<faq-chat inline heading=First></faq-chat><faq-chat inline heading=Second></faq-chat>"
    )


def test_two_on_one_page_do_not_mix(page: Page, portal: Portal, service: str) -> None:
    page.goto(portal.page(two(service)))
    first, second = (Chat(page, page.locator("faq-chat").nth(n)) for n in (0, 1))
    first.ask(LIFT)
    second.ask("hello")
    page.reload()
    expect(first.turns.locator(".said")).to_have_text([LIFT])
    expect(second.turns.locator(".said")).to_have_text(["hello"])
    first.button("Start again").click()
    expect(second.turns).to_have_count(1)


def test_an_element_moved_while_asking_gets_its_answer(
    page: Page, portal: Portal, service: str
) -> None:
    page.goto(portal.page(two(service)))
    held = stalled(page)
    chat = Chat(page, page.locator("faq-chat[heading=First]"))
    chat.submit(LIFT)
    expect(chat.turns).to_have_count(1)
    page.evaluate("a.append(document.querySelector('[heading=First]'))")
    held[0].continue_()
    expect(chat.replies).to_have_count(1)
    expect(chat.turns).to_have_count(1)
    expect(chat.field).to_have_value("")


def test_an_element_removed_while_asking_asks_no_more(
    page: Page, portal: Portal, service: str
) -> None:
    page.goto(portal.page(two(service)))
    stalled(page)
    chat = Chat(page, page.locator("faq-chat[heading=First]"))
    chat.submit(LIFT)
    expect(chat.turns).to_have_count(1)
    with page.expect_event("requestfailed") as failed:
        page.evaluate("() => { window.gone = document.querySelector('[heading=First]');"
                      " window.gone.remove() }")  # fmt: skip
    assert failed.value.url == f"{service}/v1/ask"
    page.unroute_all()
    page.evaluate("() => a.append(window.gone)")
    expect(chat.field).to_have_value(LIFT)
    expect(chat.error).to_be_hidden()
    chat.send.click()
    expect(chat.replies).to_have_count(1)
