"""Every state of the chat: what it shows, and that axe finds nothing wrong with it."""

import re

import pytest
from driving import CHOICE, LIFT, TWO, UNKNOWN, Chat, stalled, violations
from playwright.sync_api import Page, expect

from chatbot.answering import Answerer


def test_closed(chat: Chat) -> None:
    expect(chat.launcher).to_have_text("Ask a question")
    expect(chat.panel).to_be_hidden()
    assert violations(chat.page) == []


def test_open_it_says_what_it_is_before_the_first_message(chat: Chat) -> None:
    chat.open()
    start = chat.host.locator(".start")
    expect(start).to_contain_text("This is an automated service")
    expect(start).to_contain_text("no names and no details of children")
    described = chat.field.get_attribute("aria-describedby")
    assert described == "automated privacy"
    expect(chat.launcher).to_be_hidden()
    assert violations(chat.page) == []


def test_open_it_offers_examples_topics_and_the_mailbox(chat: Chat, answerer: Answerer) -> None:
    chat.open()
    expect(chat.button("So is LIFT just gone?")).to_be_visible()
    topics = chat.host.locator(".offers summary")
    sections = list(dict.fromkeys(entry.section for entry in answerer.faq.entries))
    assert [re.sub(r" \(\d+\)$", "", one) for one in topics.all_text_contents()] == sections
    topics.filter(has_text="Funding").click()
    expect(chat.host.locator(".offers details[open] button")).to_have_count(
        sum(entry.section == "Funding" for entry in answerer.faq.entries)
    )
    mailbox = chat.host.locator(".person a")
    assert (mailbox.get_attribute("href") or "").startswith("mailto:Inclusion@kent.gov.uk")


def test_waiting(chat: Chat) -> None:
    held = stalled(chat.page)
    chat.open().submit(LIFT)
    expect(chat.turns).to_contain_text(["Looking for the stored answer"])
    expect(chat.send).to_have_attribute("aria-disabled", "true")
    expect(chat.field).to_have_attribute("aria-disabled", "true")
    assert violations(chat.page) == []
    held[0].continue_()
    expect(chat.replies).to_have_count(1)
    expect(chat.send).not_to_have_attribute("aria-disabled", "true")


def test_an_answer(chat: Chat, answerer: Answerer, service: str) -> None:
    turn = chat.open().ask(LIFT)
    (expected,) = answerer.ask(LIFT).replies
    assert expected.match is not None
    expect(turn.locator(".asked .said")).to_have_text(LIFT)
    expect(turn.locator(".matched")).to_have_text("You asked something like What will replace LIFT")
    expect(turn.locator(".words p")).to_have_text(["Nothing, as LIFT is no longer required"])
    expect(turn.locator(".source")).to_have_text(
        "LIFT / surgeries / clinics, number 47. STLS FAQ of March 2025."
    )
    expect(turn).to_contain_text("Very likely the right answer.")
    figure = turn.get_by_text(f"is put at {expected.match.confidence:.0%}")
    expect(figure).to_be_hidden()
    turn.get_by_text("How sure is this?").click()
    expect(figure).to_be_visible()
    expect(figure).to_contain_text("measured on 17,884 questions")
    others = turn.locator("details", has_text="Other close questions (3)")
    expect(others.get_by_role("button").first).to_be_hidden()
    others.locator("summary").click()
    expect(others.get_by_role("button")).to_have_text(
        [near.question for near in expected.alternatives]
    )
    assert violations(chat.page) == []


def test_feedback_is_thanked_for_and_can_be_changed(chat: Chat) -> None:
    turn = chat.open().ask(LIFT)
    yes, no = chat.button("Yes"), chat.button("No")
    yes.click()
    expect(turn.locator(".thanks")).to_have_text("Thank you.")
    expect(yes).to_have_attribute("aria-pressed", "true")
    no.click()
    expect(turn.locator(".thanks")).to_contain_text("or email Inclusion@kent.gov.uk")
    expect(yes).to_have_attribute("aria-pressed", "false")
    assert violations(chat.page) == []


def test_the_link_to_an_answer_is_copied_or_shown(chat: Chat, service: str) -> None:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=service)
    chat.open().ask(LIFT)
    copy = chat.host.locator(".copy button")
    copy.click()
    expect(copy).to_have_text("Link copied.")
    link = chat.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{service}/chat?entry=stls-47"
    assert (chat.page.request.get(link)).ok
    chat.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    copy.click()
    shown = chat.host.locator(".copy a")
    expect(shown).to_have_text(link)
    expect(shown).to_be_focused()


def test_a_choice(chat: Chat, answerer: Answerer) -> None:
    turn = chat.open().ask(CHOICE)
    (expected,) = answerer.ask(CHOICE).replies
    expect(turn.get_by_role("heading").last).to_have_text("Which of these do you mean?")
    choices = turn.locator(".choices button")
    expect(choices).to_have_text(
        [*(near.question for near in expected.alternatives), "None of these"]
    )
    assert violations(chat.page) == []
    choices.first.click()
    chosen = answerer.faq.by_id[expected.alternatives[0].entry_id]
    expect(chat.turns.last.locator(".asked")).to_have_text(f"You chose {chosen.question}")
    expect(chat.turns.last.locator(".words")).to_have_text(" ".join(chosen.answer.split()))
    expect(chat.turns.last.get_by_text("likely")).to_have_count(0)


def test_none_of_the_choices_leads_to_the_mailbox(chat: Chat) -> None:
    turn = chat.open().ask(CHOICE)
    email = turn.get_by_role("link", name="Email Inclusion@kent.gov.uk")
    expect(email).to_be_hidden()
    chat.button("None of these").click()
    expect(email).to_be_visible()
    assert "training" in (email.get_attribute("href") or "")
    expect(chat.button("None of these")).to_have_count(0)


def test_a_fallback_says_why_and_has_an_email_written(chat: Chat) -> None:
    turn = chat.open().ask(UNKNOWN)
    expect(turn.locator(".reply")).to_contain_text("The FAQ holds no sure answer to this.")
    expect(turn.locator(".reply")).to_contain_text("The email is already written")
    email = turn.get_by_role("link", name="Email Inclusion@kent.gov.uk")
    assert "body=what%20time%20does%20the%20swimming%20pool" in (email.get_attribute("href") or "")
    # The least far of what is far is not offered.
    expect(turn.locator(".choices")).to_have_count(0)
    assert violations(chat.page) == []


def test_three_misses_in_a_row_name_the_mailbox_in_so_many_words(chat: Chat) -> None:
    chat.open()
    chat.listen()
    for message in (UNKNOWN, "how tall is the eiffel tower"):
        expect(chat.ask(message)).not_to_contain_text("questions without an answer")
    third = chat.ask("what is the capital of france")
    expect(third).to_contain_text("That makes 3 questions without an answer")
    expect(third.locator(".note a")).to_have_text("Inclusion@kent.gov.uk")
    assert "please email Inclusion@kent.gov.uk" in chat.said[-1]
    expect(chat.ask(LIFT)).not_to_contain_text("questions without an answer")


def test_an_error(chat: Chat) -> None:
    chat.page.route("**/v1/ask", lambda route: route.abort())
    chat.open().submit(LIFT)
    expect(chat.error).to_contain_text("Error: The service cannot be reached.")
    expect(chat.field).to_have_value(LIFT)
    assert violations(chat.page) == []


def test_an_empty_question_is_an_error_of_the_field(chat: Chat) -> None:
    chat.open().submit("  ")
    expect(chat.error).to_have_text("Error: Type a question first.")
    expect(chat.field).to_have_attribute("aria-invalid", "true")
    expect(chat.field).to_have_attribute("aria-describedby", "error")
    expect(chat.field).to_be_focused()
    assert violations(chat.page) == []
    chat.ask(LIFT)
    expect(chat.error).to_be_hidden()
    expect(chat.field).to_have_attribute("aria-invalid", "false")


def test_several_replies(chat: Chat) -> None:
    turn = chat.open().ask(TWO)
    parts = turn.get_by_role("region")
    expect(parts).to_have_count(2)
    expect(turn.get_by_role("region", name="Reply 1 of 2")).to_contain_text(
        "1. What will replace LIFT?"
    )
    second = turn.get_by_role("region", name="Reply 2 of 2")
    expect(second).to_contain_text("The FAQ holds no sure answer to this.")
    email = second.get_by_role("link", name="Email Inclusion@kent.gov.uk")
    assert "LIFT" not in (email.get_attribute("href") or "")
    assert violations(chat.page) == []


def test_a_note_stands_before_the_replies(chat: Chat) -> None:
    turn = chat.open().ask(f"{UNKNOWN}? Ring Jo Bloggs on 01632 960983")
    kinds = turn.locator("> *").evaluate_all("all => all.map(one => one.className.split(' ')[0])")
    assert kinds == ["asked", "note", "reply"]
    expect(turn.locator(".note")).to_contain_text("Personal details are not needed here")


def test_small_talk_has_no_mailbox(chat: Chat) -> None:
    turn = chat.open().ask("hello")
    expect(turn.locator(".reply")).to_have_text(
        "Hello. Please type your question in your own words."
    )


def test_an_example_is_asked(chat: Chat) -> None:
    chat.open()
    chat.button("So is LIFT just gone?").click()
    expect(chat.turns.locator(".words")).to_have_text("Nothing, as LIFT is no longer required")
    expect(chat.host.locator(".offers")).to_be_hidden()


def test_a_follow_up_is_sent_with_what_came_before(chat: Chat) -> None:
    chat.open().ask(LIFT)
    with chat.page.expect_request("**/v1/ask") as sent:
        chat.ask("and why?")
    assert sent.value.post_data_json["history"] == [{"message": LIFT, "entry_id": "stls-47"}]


def test_start_again_clears_and_can_be_taken_back(chat: Chat) -> None:
    chat.open().ask(LIFT)
    chat.button("Start again").click()
    expect(chat.turns).to_have_count(0)
    expect(chat.button("So is LIFT just gone?")).to_be_visible()
    expect(chat.field).to_be_focused()
    assert violations(chat.page) == []
    chat.button("Bring it back").click()
    expect(chat.turns.locator(".words")).to_have_text("Nothing, as LIFT is no longer required")


def test_the_conversation_is_saved_as_text(chat: Chat, service: str) -> None:
    chat.open().ask(LIFT)
    chat.ask(UNKNOWN)
    with chat.page.expect_download() as download:
        chat.button("Save as text").click()
    assert download.value.suggested_filename == "conversation.txt"
    text = download.value.path().read_text(encoding="utf-8")
    assert text.startswith("Ask a question\n")
    assert text.split("\n\n")[1].split("\n") == [
        f"You asked: {LIFT}",
        "You asked something like: What will replace LIFT",
        "Nothing, as LIFT is no longer required",
        "LIFT / surgeries / clinics, number 47. STLS FAQ of March 2025."
        f" {service}/chat?entry=stls-47",
    ]
    assert text.endswith("The FAQ holds no sure answer to this.\nInclusion@kent.gov.uk")


def test_what_there_was_to_choose_from_is_saved_too(chat: Chat, answerer: Answerer) -> None:
    chat.open().ask(CHOICE)
    with chat.page.expect_download() as download:
        chat.button("Save as text").click()
    text = download.value.path().read_text(encoding="utf-8")
    choices = [one.question for one in answerer.ask(CHOICE).replies[0].alternatives]
    said = ["Which of these do you mean?", *(f"- {one}" for one in choices)]
    assert "\n".join([f"You asked: {CHOICE}", *said]) in text


def test_the_conversation_alone_is_printed(page: Page, service: str) -> None:
    page.add_init_script(
        "window.print = () => { top.printed = [document.title, document.body.textContent] }"
    )
    page.goto(service)
    chat = Chat(page)
    chat.open().ask(LIFT)
    chat.button("Print").click()
    title, text = page.evaluate("window.printed")
    assert title == "Ask a question"
    assert "Nothing, as LIFT is no longer required" in text
    assert "Topics" not in text


def test_a_page_that_is_printed_is_not_covered_by_the_chat(chat: Chat) -> None:
    chat.open()
    chat.page.emulate_media(media="print")
    expect(chat.panel).to_be_hidden()
    expect(chat.page.get_by_role("heading", level=1)).to_be_visible()


def test_the_conversation_stays_in_the_tab_alone(chat: Chat, service: str) -> None:
    chat.open().ask(LIFT)
    chat.field.fill("half a quest")
    chat.page.reload()
    chat.launcher.click()
    expect(chat.turns.locator(".words")).to_have_text("Nothing, as LIFT is no longer required")
    expect(chat.field).to_have_value("half a quest")
    other = chat.page.context.new_page()
    other.goto(service)
    expect(Chat(other).open().turns).to_have_count(0)
    assert chat.page.context.cookies() == []
    assert chat.page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("typed", ["how will schools acc", "replace li"])
def test_stored_questions_are_suggested_while_typing(chat: Chat, typed: str) -> None:
    chat.open()
    chat.field.press_sequentially(typed)
    options = chat.host.get_by_role("option")
    expect(options.first).to_be_visible()
    assert violations(chat.page) == []
    question = options.first.text_content()
    options.first.click()
    expect(chat.turns.locator(".asked")).to_have_text(f"You chose {question}")
    expect(options).to_have_count(0)
    expect(chat.field).to_have_value("")


def test_nothing_is_fetched_before_the_chat_is_opened_and_the_entries_once(
    page: Page, service: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(service)))
    page.goto(service)
    chat = Chat(page)
    chat.launcher.wait_for()
    assert [one for one in asked if one.startswith("/v1")] == []
    chat.open()
    chat.page.keyboard.press("Escape")
    chat.open().ask(LIFT)
    assert [one for one in asked if one.startswith("/v1")] == ["/v1/faq", "/v1/ask"]
    assert all(not one.startswith("http") for one in asked)


@pytest.mark.parametrize("path", ["/chat", "/chat?entry=stls-47", "/chat?entry=nothing"])
def test_the_chat_page(page: Page, service: str, path: str) -> None:
    page.goto(service + path)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert violations(page) == []
