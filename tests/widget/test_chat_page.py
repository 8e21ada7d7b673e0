"""The conversation as a page: without script a form, with script the chat."""

from driving import LIFT, TWO, Chat, violations
from playwright.sync_api import Browser, Page, expect


def test_with_script_the_page_is_the_chat(page: Page, service: str) -> None:
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.goto(f"{service}/chat")
    chat = Chat(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Specialist Teaching and Learning Service: questions and answers"
    )
    expect(page.get_by_role("textbox")).to_have_count(1)
    chat.ask(LIFT)
    assert violations(page) == []
    assert console == []


def test_without_script_the_form_answers(browser: Browser, service: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service}/chat")
    page.get_by_label("Your question").fill(TWO)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("region", name="Reply 1")).to_contain_text(
        "Nothing, as LIFT is no longer required"
    )
    page.get_by_role("link", name="versions of LIFT").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("Stored question")
    assert page.url.startswith(f"{service}/chat?entry=")
    context.close()


def test_the_form_has_no_violations(page: Page, service: str) -> None:
    page.route("**/widget.js", lambda route: route.abort())
    page.goto(f"{service}/chat")
    assert violations(page) == []
    page.get_by_label("Your question").fill(TWO)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("region", name="Reply 2").wait_for()
    assert violations(page) == []


def test_what_the_form_was_told_is_not_taken_away_by_script(page: Page, service: str) -> None:
    page.route("**/widget.js", lambda route: route.abort(), times=1)
    page.goto(f"{service}/chat")
    page.get_by_label("Your question").fill(LIFT)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".answer")).to_have_text("Nothing, as LIFT is no longer required")
    page.wait_for_load_state()  # by then a script has run
    expect(page.locator("script, faq-chat")).to_have_count(0)
