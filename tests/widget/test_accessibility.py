"""What axe cannot see: announcements, sizes, small windows, spacing, motion, phone width."""

from typing import Any

import pytest
from driving import CHOICE, LIFT, TWO, UNKNOWN, Chat, stalled, violations
from playwright.sync_api import Page, expect

from chatbot.answering import Answerer

MOVING = """host => [...host.shadowRoot.querySelectorAll('*')].flatMap(one => [one.tagName,
    getComputedStyle(one).animationName, getComputedStyle(one).transitionDuration])"""
TARGETS = """host => [...host.shadowRoot.querySelectorAll('button, summary, a, [role=option]')]
    .map(one => [one.textContent, one.getBoundingClientRect(), one.matches('a:not(.button)')])
    .filter(([, box]) => box.width > 0)
    .map(([text, box, link]) => [text, Math.min(box.width, box.height), link])"""
# Parts whose text runs out of them sideways, or is cut off.
CUT = """host => [...host.shadowRoot.querySelectorAll('*')]
    .filter(one => one.clientWidth && !one.closest('.hidden, .suggestions'))
    .filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => one.className || one.tagName)"""
SPACED = """host => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
      word-spacing: .16em !important } p { margin-block-end: 2em !important }`);
    host.shadowRoot.adoptedStyleSheets.push(sheet);
}"""


def test_each_answer_is_announced_once_in_the_one_live_region(chat: Chat) -> None:
    live = "host => host.shadowRoot.querySelectorAll('{}').length"
    kinds = "[aria-live]:not([aria-live=off]), [role=alert], [role=status], [role=log]"
    assert chat.host.evaluate(live.format(kinds)) == 1
    chat.open()
    assert chat.host.locator("[aria-live=polite]").inner_text() == ""
    chat.listen()
    chat.ask(LIFT)
    assert chat.said == [
        "You asked something like: What will replace LIFT. Nothing, as LIFT is no longer required."
    ]
    chat.ask(CHOICE)
    assert len(chat.said) == 2
    assert chat.said[1].startswith("Which of these do you mean? ")
    chat.ask(UNKNOWN)
    assert chat.said[2:] == ["The FAQ holds no sure answer to this."]
    chat.ask(TWO)
    assert len(chat.said) == 4
    assert chat.said[3].startswith("Reply 1 of 2. You asked something like: What will replace LIFT")
    assert chat.said[3].endswith("Reply 2 of 2. The FAQ holds no sure answer to this.")
    chat.turns.first.get_by_text("Other close questions").click()
    chat.turns.first.locator(".choices button").first.click()
    expect(chat.turns).to_have_count(5)
    assert [one.startswith("Stored question: ") for one in chat.said[4:]] == [True]
    assert chat.host.evaluate(live.format(kinds)) == 1


def test_sentences_are_announced_with_a_stop_between_them(chat: Chat, answerer: Answerer) -> None:
    chat.open()
    chat.listen()
    chat.ask(CHOICE)
    choices = [one.question for one in answerer.ask(CHOICE).replies[0].alternatives]
    assert len(choices) > 1
    ended = [one if one.endswith("?") else f"{one}." for one in choices]
    assert chat.said == [" ".join(["Which of these do you mean?", *ended])]


def test_an_error_is_announced_once(chat: Chat) -> None:
    chat.open()
    chat.listen()
    chat.submit("")
    assert chat.said == ["Error: Type a question first."]


def test_what_was_said_is_not_read_again(clocked: Page, service: str) -> None:
    clocked.goto(service)
    chat = Chat(clocked)
    chat.open().ask(LIFT)
    live = chat.host.locator("[aria-live]")
    expect(live).to_contain_text("LIFT")
    clocked.clock.run_for(11_000)
    expect(live).to_have_text("")


def test_a_restored_conversation_is_not_announced(chat: Chat) -> None:
    chat.open().ask(LIFT)
    chat.page.reload()
    chat.listen()
    chat.launcher.click()
    expect(chat.turns).to_have_count(1)
    assert chat.said == []


def test_each_target_is_44_pixels_large_and_a_link_in_a_text_24(chat: Chat) -> None:
    chat.open()
    targets = chat.host.evaluate(TARGETS)
    chat.ask(LIFT)
    chat.turns.get_by_text("Other close").click()
    chat.button("No").click()
    chat.ask(CHOICE)
    chat.ask(UNKNOWN)
    chat.button("None of these").click()
    targets += chat.host.evaluate(TARGETS)
    chat.field.press_sequentially("how will")
    chat.host.get_by_role("option").first.wait_for()
    targets += chat.host.evaluate(TARGETS)
    assert len(targets) > 40
    for text, size, link in targets:
        assert size >= (24 if link else 44), text


@pytest.mark.parametrize("size", [(320, 256), (390, 844), (844, 390), (320, 640)])
def test_a_small_window_shows_everything_in_one_column(
    page: Page, service: str, size: tuple[int, int]
) -> None:
    """320 by 256 is also what is left of 1280 by 1024 at 400% zoom."""
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(service)
    chat = Chat(page).open()
    # Nothing behind the panel can take the focus, and the notice is read before the field.
    expect(chat.panel).to_have_js_property("ariaModal", None)
    assert chat.panel.evaluate("one => one.matches(':modal')")
    assert chat.focused == "Ask a question"
    box = chat.panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": width, "height": height}
    for message in (LIFT, CHOICE, TWO):
        chat.ask(message)
    assert chat.host.evaluate(CUT) == []
    for one in (chat.field, chat.send, chat.host.locator(".person a"), chat.button("Close")):
        one.scroll_into_view_if_needed()
        expect(one).to_be_in_viewport(ratio=0.99)
    chat.ask(LIFT)
    expect(chat.turns.last.locator(".asked")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if size in [(320, 256), (390, 844)]:
        assert violations(page) == []
    page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()
    expect(chat.launcher).to_be_in_viewport()


def test_a_field_is_not_hidden_by_the_answer_it_brought(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 1280, "height": 620})
    chat.open().ask(TWO)
    expect(chat.field).to_be_in_viewport(ratio=0.99)
    expect(chat.turns.last.locator(".asked")).to_be_in_viewport()


def test_text_spacing_cuts_nothing_off(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 360, "height": 800})
    chat.open()
    chat.host.evaluate(SPACED)
    assert chat.host.evaluate(CUT) == []
    for message in (LIFT, CHOICE, TWO):
        chat.ask(message)
    assert chat.host.evaluate(CUT) == []
    heights = """host => [...host.shadowRoot.querySelectorAll('button, summary, a, p, h3, h4')]
        .filter(one => one.clientHeight && one.scrollHeight > one.clientHeight + 2)
        .map(one => one.textContent)"""
    assert chat.host.evaluate(heights) == []


def test_the_readers_own_text_size_counts_and_not_that_of_the_page(
    page: Page, portal: Any, service: str
) -> None:
    page.goto(
        portal.page(
            "<style>html { font-size: 62.5% } body { font-size: 1rem }</style>"
            f"<faq-chat></faq-chat><script type=module src={service}/widget.js></script>"
        )
    )
    chat = Chat(page).open()
    assert chat.field.evaluate("one => getComputedStyle(one).fontSize") == "18px"


def test_nothing_moves(chat: Chat) -> None:
    chat.page.emulate_media(reduced_motion="reduce")
    stalled(chat.page)
    chat.open().submit(LIFT)
    expect(chat.turns).to_have_count(1)
    moving = set(chat.host.evaluate(MOVING)[1::3]) | set(chat.host.evaluate(MOVING)[2::3])
    assert moving == {"none", "0s"}


def test_a_chosen_feedback_is_told_by_more_than_its_colour(chat: Chat) -> None:
    chat.open().ask(LIFT)
    chat.button("Yes").click()
    mark = "one => getComputedStyle(one, '::before').content"
    assert "✓" in chat.button("Yes").evaluate(mark)
    assert chat.button("No").evaluate(mark) == "none"
    expect(chat.button("Yes")).to_have_attribute("aria-pressed", "true")


def test_headings_and_names_give_the_conversation_an_outline(chat: Chat) -> None:
    chat.open().ask(LIFT)
    chat.ask(UNKNOWN)
    outline = chat.host.evaluate(
        """host => [...host.shadowRoot.querySelectorAll('h1, h2, h3, h4, h5, h6')]
            .filter(one => one.checkVisibility()).map(one => one.tagName + ' ' + one.textContent)"""
    )
    assert outline == [
        "H2 Ask a question",
        f"H3 You asked {LIFT}",
        "H4 You asked something like What will replace LIFT",
        f"H3 You asked {UNKNOWN}",
        "H4 The FAQ holds no sure answer to this.",
    ]
    expect(chat.page.get_by_role("dialog", name="Ask a question")).to_be_visible()
    expect(chat.page.get_by_role("region", name="Conversation")).to_be_visible()
    group = chat.page.get_by_role(
        "group", name="Did this answer your question? What will replace LIFT"
    )
    expect(group.get_by_role("button")).to_have_text(["Yes", "No"])


@pytest.mark.parametrize("forced", ["none", "active"])
def test_the_focus_is_seen(chat: Chat, forced: Any) -> None:
    chat.page.emulate_media(forced_colors=forced)
    chat.open()
    chat.page.keyboard.press("Tab")
    style = chat.send.evaluate(
        "one => { const s = getComputedStyle(one); return [s.outlineStyle, s.outlineWidth] }"
    )
    expect(chat.send).to_be_focused()
    assert style == ["solid", "3px"]
