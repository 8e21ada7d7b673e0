"""The keyboard alone, from the page to an answer, its feedback, and back."""

from driving import CHOICE, LIFT, Chat, stalled
from playwright.sync_api import Page, expect


def tab_to(chat: Chat, name: str, back: bool = False) -> None:
    """Press Tab until the part of that name has the focus; it must be in sight then."""
    for _ in range(60):
        chat.page.keyboard.press("Shift+Tab" if back else "Tab")
        if chat.focused == name:
            break
    assert chat.focused == name
    box = chat.host.evaluate(
        """host => { const box = host.shadowRoot.activeElement.getBoundingClientRect();
            return [box.top >= 0, box.bottom <= innerHeight, box.height > 0] }"""
    )
    assert box == [True, True, True]


def test_from_opening_to_feedback_and_back(chat: Chat) -> None:
    keyboard = chat.page.keyboard
    for _ in range(60):
        keyboard.press("Tab")
        if chat.focused == "Ask a question":
            break
    keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    keyboard.type(LIFT)
    keyboard.press("Enter")
    expect(chat.replies).to_have_count(1)
    expect(chat.field).to_be_focused()
    tab_to(chat, "Yes", back=True)
    keyboard.press("Enter")
    expect(chat.host.locator(".thanks")).to_have_text("Thank you.")
    expect(chat.button("Yes")).to_be_focused()
    keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()
    keyboard.press("Space")
    expect(chat.field).to_be_focused()
    tab_to(chat, "Close", back=True)
    keyboard.press("Enter")
    expect(chat.launcher).to_be_focused()


def test_an_answer_or_an_error_does_not_take_the_focus(chat: Chat) -> None:
    held = stalled(chat.page)
    chat.open().submit(LIFT)
    chat.button("Close").focus()
    held[0].continue_()
    expect(chat.replies).to_have_count(1)
    expect(chat.button("Close")).to_be_focused()
    chat.submit("another")
    chat.button("Close").focus()
    held[1].abort()
    expect(chat.error).to_be_visible()
    expect(chat.button("Close")).to_be_focused()


def test_opening_by_attribute_leaves_the_focus_where_it_is(chat: Chat) -> None:
    chat.page.locator("summary").first.focus()
    chat.host.evaluate("host => host.setAttribute('open', '')")
    expect(chat.panel).to_be_visible()
    expect(chat.page.locator("summary").first).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.page.locator("summary").first).to_be_focused()


def test_a_panel_that_comes_to_fill_the_screen_keeps_the_focus_in(chat: Chat) -> None:
    chat.open()
    chat.page.set_viewport_size({"width": 320, "height": 256})
    modal = "one => one.matches(':modal')"
    expect(chat.field).to_be_focused()
    assert chat.panel.evaluate(modal)
    for _ in range(40):
        chat.page.keyboard.press("Tab")
        assert chat.page.evaluate(
            "[document.body, document.querySelector('faq-chat')].includes(document.activeElement)"
        )
    chat.field.focus()
    chat.page.set_viewport_size({"width": 1280, "height": 900})
    expect(chat.field).to_be_focused()
    assert not chat.panel.evaluate(modal)


def test_on_a_small_screen_no_chat_begins_open(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 390, "height": 844})
    chat.page.evaluate("""() => {
        const one = document.createElement('faq-chat');
        one.open = true;
        document.querySelector('faq-chat').replaceWith(one);
    }""")
    expect(chat.panel).to_be_hidden()
    chat.host.evaluate("host => { host.open = true }")
    expect(chat.panel).to_be_visible()
    assert chat.focused == "Ask a question"


def test_a_panel_that_the_browser_itself_closes_is_closed(chat: Chat) -> None:
    """As the back button of a phone does, which a page is not asked about."""
    chat.page.set_viewport_size({"width": 390, "height": 844})
    chat.open()
    chat.panel.evaluate("one => one.close()")
    expect(chat.launcher).to_be_focused()
    assert chat.host.get_attribute("open") is None
    chat.open()
    expect(chat.panel).to_be_visible()


def test_on_a_phone_its_keyboard_goes_when_a_question_is_sent(phone: Page, service: str) -> None:
    phone.goto(service)
    chat = Chat(phone).open()
    chat.submit("")
    expect(chat.error).to_be_visible()
    expect(chat.field).to_be_focused()
    chat.ask(LIFT)
    expect(chat.field).not_to_be_focused()
    expect(chat.turns.locator(".words")).to_be_in_viewport()
    # Going on from where one was: after the field comes its button.
    phone.keyboard.press("Tab")
    expect(chat.send).to_be_focused()


def test_the_button_that_opened_the_chat_gets_the_focus_back(chat: Chat) -> None:
    chat.page.evaluate("""() => {
        const one = document.createElement('button');
        one.textContent = 'Help';
        one.onclick = () => document.querySelector('faq-chat').show();
        document.querySelector('main').prepend(one);
    }""")
    button = chat.page.get_by_role("button", name="Help")
    button.click()
    expect(chat.field).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_a_choice_and_none_of_them_by_keyboard(chat: Chat) -> None:
    chat.open().ask(CHOICE)
    tab_to(chat, "None of these", back=True)
    chat.page.keyboard.press("Enter")
    assert chat.focused.startswith("None of these is what you mean.")
    chat.page.keyboard.press("Tab")
    expect(chat.host.get_by_role("link", name="Email Inclusion@kent.gov.uk")).to_be_focused()


def test_an_example_that_disappears_hands_the_focus_to_the_conversation(chat: Chat) -> None:
    chat.open()
    tab_to(chat, "So is LIFT just gone?", back=True)
    chat.page.keyboard.press("Enter")
    expect(chat.replies).to_have_count(1)
    assert chat.focused == "Conversation"


def test_suggestions_are_walked_with_arrows_and_left_with_escape(chat: Chat) -> None:
    chat.open()
    options = chat.host.get_by_role("option")
    chat.field.press_sequentially("how will schools")
    expect(options).to_have_count(4)
    chat.field.press("ArrowDown")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    expect(chat.field).to_have_attribute("aria-activedescendant", "suggestion-0")
    chat.field.press("ArrowUp")
    expect(options.nth(3)).to_have_attribute("aria-selected", "true")
    chat.field.press("Escape")
    expect(options).to_have_count(0)
    expect(chat.panel).to_be_visible()
    expect(chat.field).not_to_have_attribute("aria-activedescendant", "suggestion-3")
    chat.field.press_sequentially(" a")
    chat.field.press("ArrowDown")
    question = options.first.text_content()
    chat.field.press("Enter")
    expect(chat.turns.locator(".asked")).to_have_text(f"You chose {question}")
    expect(chat.field).to_be_focused()


def test_suggestions_are_spoken_of_once_the_typing_pauses(clocked: Page, service: str) -> None:
    clocked.goto(service)
    chat = Chat(clocked).open()
    chat.listen()
    chat.field.press_sequentially("how will schools")
    expect(chat.host.get_by_role("option")).to_have_count(4)
    assert chat.said == []
    clocked.clock.run_for(1_100)
    assert chat.said == ["4 stored questions match. Use the arrow keys to choose one."]
    chat.field.press_sequentially(" a")
    clocked.clock.run_for(5_000)
    assert len(chat.said) == 1


def test_shift_and_enter_begins_a_line_and_arrows_move_in_it(chat: Chat) -> None:
    chat.open()
    chat.field.press_sequentially("one")
    chat.field.press("Shift+Enter")
    chat.field.press_sequentially("two")
    expect(chat.field).to_have_value("one\ntwo")
    chat.field.press("ArrowUp")
    chat.field.press_sequentially("!")
    expect(chat.field).to_have_value("one!\ntwo")
    expect(chat.turns).to_have_count(0)


def test_tab_leaves_an_open_panel_that_does_not_fill_the_screen(chat: Chat) -> None:
    chat.open()
    chat.page.locator(".skip").focus()
    assert chat.focused == ""
    expect(chat.panel).to_be_visible()
