"""On other people's pages: attributes, events, hostile style, strict policies, frames, files."""

import re
from pathlib import Path
from typing import Any

import pytest
from driving import CHOICE, LIFT, UNKNOWN, Chat, Portal, violations
from playwright.sync_api import Page, expect

from chatbot.api.widget import FOLDER

GUIDE = (Path(__file__).parents[2] / "docs" / "widget.md").read_text(encoding="utf-8")


def tag(service: str, attributes: str = "", inner: str = "") -> str:
    return (
        f"<script type=module src={service}/widget.js></script>"
        f"<faq-chat {attributes}>{inner}</faq-chat>"
    )


def test_from_another_origin(page: Page, portal: Portal, service: str) -> None:
    page.goto(portal.page(tag(service, f"api={service}")))
    chat = Chat(page).open()
    turn = chat.ask(LIFT)
    expect(turn.locator(".words")).to_have_text("Nothing, as LIFT is no longer required")


def test_without_an_address_the_origin_of_the_script_is_asked(
    page: Page, portal: Portal, service: str
) -> None:
    page.goto(portal.page(tag(service)))
    with page.expect_request(f"{service}/v1/ask"):
        Chat(page).open().ask(LIFT)


@pytest.mark.parametrize("api", ["https://", "http://127.0.0.1:1", "nowhere"])
def test_a_wrong_address_is_told_when_asking(
    page: Page, portal: Portal, service: str, api: str
) -> None:
    page.goto(portal.page(tag(service, f"api={api} email=ask@council.example")))
    chat = Chat(page)
    chat.launcher.click()
    chat.submit(LIFT)
    expect(chat.error).to_be_visible()
    expect(chat.field).to_have_value(LIFT)
    expect(chat.host.locator(".person a")).to_have_attribute("href", "mailto:ask@council.example")


def test_events_tell_what_happened_and_nothing_that_was_typed(
    page: Page, portal: Portal, service: str
) -> None:
    names = ["open", "ask", "reply", "feedback", "failure", "close"]
    listen = f"""<script>window.heard = [];
        for (const name of {names}) document.addEventListener(name, event => {{
          if (event.target.localName === 'faq-chat') heard.push([name, event.detail])
        }})</script>"""
    page.goto(portal.page(listen + tag(service)))
    chat = Chat(page).open()
    chat.ask(CHOICE)
    chat.turns.locator(".choices button").first.click()
    expect(chat.turns).to_have_count(2)
    chat.ask(LIFT)
    chat.turns.last.get_by_role("button", name="Yes").click()
    chat.ask(UNKNOWN)
    chat.page.route("**/v1/ask", lambda route: route.abort())
    chat.submit("zebrafish")
    expect(chat.error).to_be_visible()
    page.keyboard.press("Escape")
    heard: list[tuple[str, dict[str, Any]]] = page.evaluate("heard")
    version = heard[2][1]["faqVersion"]
    assert re.fullmatch(r"[0-9a-f]{16}", version)
    answer = {"outcomes": ["answer"], "entryIds": ["stls-47"], "faqVersion": version}
    none = {"entryIds": [None], "faqVersion": version}
    assert heard[:4] == [
        ["open", {}],
        ["ask", {"kind": "typed"}],
        ["reply", none | {"outcomes": ["clarify"]}],
        ["ask", {"kind": "choice"}],
    ]
    assert heard[4][0] == "reply"
    assert heard[5:] == [
        ["ask", {"kind": "typed"}],
        ["reply", answer],
        ["feedback", {"entryId": "stls-47", "helpful": True, "faqVersion": version}],
        ["ask", {"kind": "typed"}],
        ["reply", none | {"outcomes": ["fallback"]}],
        ["ask", {"kind": "typed"}],
        ["failure", {"kind": "unreachable"}],
        ["close", {}],
    ]
    for word in (LIFT, UNKNOWN, CHOICE, "zebrafish"):
        assert word not in str(heard)


def test_inline_it_stands_in_the_page(page: Page, portal: Portal, service: str) -> None:
    page.goto(portal.page("<main><h1>Help</h1>" + tag(service, "inline heading='Ask us' level=2")))
    chat = Chat(page)
    expect(page.get_by_role("region", name="Ask us")).to_be_visible()
    expect(chat.launcher).to_have_count(0)
    expect(chat.button("Close")).to_have_count(0)
    chat.ask(LIFT)
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_visible()
    assert violations(page) == []


def test_attributes(page: Page, portal: Portal, service: str) -> None:
    attributes = "open position=start heading='Ask us' launcher='Help me' level=3 audience=school"
    page.goto(portal.page("<h1>Help</h1><h2>More</h2>" + tag(service, attributes)))
    chat = Chat(page)
    expect(page.get_by_role("heading", name="Ask us", level=3)).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")
    box = chat.panel.bounding_box()
    assert box is not None
    assert box["x"] < 100
    with page.expect_request("**/v1/ask") as sent:
        chat.ask(LIFT)
    assert sent.value.post_data_json["audience"] == "school"
    chat.button("Close").click()
    expect(chat.launcher).to_have_text("Help me")
    chat.host.evaluate("host => { host.open = true }")
    expect(chat.panel).to_be_visible()
    assert chat.host.get_attribute("open") == ""


def test_memory_off_keeps_nothing(page: Page, portal: Portal, service: str) -> None:
    page.goto(portal.page(tag(service, "memory=off")))
    Chat(page).open().ask(LIFT)
    assert page.evaluate("sessionStorage.length") == 0
    page.reload()
    expect(Chat(page).open().turns).to_have_count(0)


def test_colours_and_parts_are_the_portals_to_set(page: Page, portal: Portal, service: str) -> None:
    style = """<style>faq-chat { --faq-chat-action: rgb(60, 0, 90); --faq-chat-font: serif }
        faq-chat::part(launcher) { border-radius: 7px }</style>"""
    page.goto(portal.page(style + tag(service)))
    launcher = Chat(page).launcher
    got = launcher.evaluate(
        "one => { const s = getComputedStyle(one);"
        " return [s.backgroundColor, s.fontFamily, s.borderRadius] }"
    )
    assert got == ["rgb(60, 0, 90)", "serif", "7px"]


def test_each_part_and_colour_of_the_guide_exists(chat: Chat) -> None:
    chat.open().ask(LIFT)
    chat.ask(f"{UNKNOWN}? Ring Jo Bloggs on 01632 960983")
    chat.ask(CHOICE)
    have = set(chat.host.evaluate(
        "host => [...host.shadowRoot.querySelectorAll('[part]')].map(one => one.part[0])"
    ))  # fmt: skip
    (table,) = re.findall(r"Parts: (.*?)\n\n", GUIDE, re.DOTALL)
    assert set(re.findall(r"`([a-z]+)`", table)) == have
    style = (FOLDER / "widget.css").read_text(encoding="utf-8")
    assert set(re.findall(r"`(--faq-chat-[a-z-]+)`", GUIDE)) == set(
        re.findall(r"var\((--faq-chat-[a-z-]+)", style)
    )


def test_each_attribute_is_in_the_guide() -> None:
    sources = "".join(one.read_text(encoding="utf-8") for one in FOLDER.iterdir())
    used = set(re.findall(r'(?:get|has)Attribute\("([a-z-]+)"|:host\(\[([a-z-]+)', sources))
    names = {one or other for one, other in used} | {"lang"}
    (section,) = re.findall(r"## Attributes\n(.*?)\n## ", GUIDE, re.DOTALL)
    assert set(re.findall(r"^\| `([a-z-]+)", section, re.MULTILINE)) == names - {"hidden"}


LONG = """<script type=module>
    import { STRINGS } from "SERVICE/widget.js";
    STRINGS.cy = Object.fromEntries(Object.entries(STRINGS.en).map(([name, text]) =>
      [name, ['dir', 'locale'].includes(name) ? text : `${text} ${text.replace(/[{].*?[}]/g, '')}`]
    ));
    document.body.innerHTML += '<faq-chat lang=cy></faq-chat>';
</script>"""


@pytest.mark.parametrize("width", [320, 1280])
def test_a_language_with_sentences_twice_as_long_fits(
    page: Page, portal: Portal, service: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(portal.page("<body>" + LONG.replace("SERVICE", service)))
    host = page.locator("faq-chat")
    host.locator(".launcher").click()
    expect(host.locator(".root")).to_have_attribute("lang", "cy")
    field = host.get_by_role("textbox", name="Your question Your question")
    for n, message in enumerate((LIFT, CHOICE, UNKNOWN)):
        field.fill(message)
        field.press("Enter")
        expect(host.locator(".reply")).to_have_count(n + 1)
    wide = """host => [...host.shadowRoot.querySelectorAll('*')]
        .filter(one => one.clientWidth && !one.closest('.hidden, .suggestions'))
        .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.className)"""
    assert host.evaluate(wide) == []
    # What the FAQ says is still marked as what it is.
    for text in (".words", ".choices button", ".reply.fallback h4"):
        expect(host.locator(text).first).to_have_attribute("lang", "en")


def test_sentences_of_an_unknown_language_are_english(
    page: Page, portal: Portal, service: str
) -> None:
    page.goto(portal.page("<body lang=xx>" + tag(service)))
    chat = Chat(page).open()
    expect(chat.host.locator(".root")).to_have_attribute("lang", "en")


HOSTILE = """<style>
    html { font-size: 62.5% }
    * { font-size: 3px !important; color: red !important; background: red !important;
      letter-spacing: 1em !important; text-transform: uppercase !important; opacity: .2 !important;
      transform: rotate(3deg) !important; pointer-events: none !important; margin: 3em !important;
      visibility: hidden !important; position: static !important; display: none !important;
      float: left !important; line-height: .5 !important; direction: rtl; text-align: right }
    html, body { display: block !important; transform: none !important }
    button, textarea, dialog, p { border: 9px solid red !important; height: 3px !important }
</style>"""


STYLE = """one => { const s = getComputedStyle(one); return [s.fontSize, s.color, s.letterSpacing,
    s.textTransform, s.visibility, s.pointerEvents, s.direction] }"""
OWN_STYLE = ["18px", "rgb(11, 12, 12)", "normal", "none", "visible", "auto", "ltr"]


def test_a_page_with_hostile_style(page: Page, portal: Portal, service: str) -> None:
    page.goto(portal.page(HOSTILE + "<body>" + tag(service)))
    chat = Chat(page).open()
    chat.ask(LIFT)
    assert chat.field.evaluate(STYLE) == OWN_STYLE
    box = chat.panel.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (486, 756)
    assert chat.host.evaluate("one => getComputedStyle(one).opacity") == "1"
    chat.button("Close").click()
    expect(chat.launcher).to_be_in_viewport(ratio=1)


def test_inline_on_a_page_with_hostile_style(page: Page, portal: Portal, service: str) -> None:
    page.goto(portal.page(HOSTILE + "<body>" + tag(service, "inline")))
    chat = Chat(page)
    chat.ask(LIFT)
    assert chat.field.evaluate(STYLE) == OWN_STYLE


def guide(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def test_under_the_strict_policy_of_the_guide(page: Page, portal: Portal, service: str) -> None:
    (policy,) = [one for one in guide("text") if "script-src" in one]
    policy = policy.strip().removeprefix("Content-Security-Policy: ")
    policy = policy.replace("https://chat.example.org", service)
    assert policy.startswith("default-src 'none';")
    assert "require-trusted-types-for 'script'" in policy
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.add_init_script(
        "window.print = () => { top.printed = document.body.textContent };"
        "window.broken = [];"
        "document.addEventListener('securitypolicyviolation',"
        " event => broken.push(event.violatedDirective))"
    )
    page.goto(portal.page(tag(service), policy))
    chat = Chat(page).open()
    chat.ask(LIFT)
    chat.ask(CHOICE)
    chat.field.press_sequentially("how will")
    expect(chat.host.get_by_role("option").first).to_be_visible()
    chat.field.press("Escape")
    chat.button("Print").click()
    assert "Nothing, as LIFT is no longer required" in page.evaluate("printed")
    with page.expect_download():
        chat.button("Save as text").click()
    assert page.evaluate("broken") == []
    assert console == []
    # The style is there.
    assert chat.send.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(0, 87, 60)"


def test_the_example_of_the_guide(page: Page, portal: Portal, service: str) -> None:
    example = guide("html")[0].replace("https://chat.example.org", service)
    page.goto(portal.page(example))
    Chat(page).open().ask(LIFT)


def test_the_frame_of_the_guide(page: Page, portal: Portal, service: str) -> None:
    (example,) = [one for one in guide("html") if "<iframe" in one]
    page.goto(portal.page("<h1>Portal</h1>" + example.replace("https://chat.example.org", service)))
    frame = page.frame_locator("iframe")
    field = frame.get_by_role("textbox", name="Your question")
    field.fill(LIFT)
    field.press("Enter")
    expect(frame.locator(".words")).to_have_text("Nothing, as LIFT is no longer required")


def test_on_a_page_that_is_a_file(page: Page, service: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<!doctype html>" + tag(service), encoding="utf-8")
    page.goto(file.as_uri())
    Chat(page).open().ask(LIFT)


def test_a_browser_without_custom_elements_shows_what_stands_in_the_tag(
    page: Page, portal: Portal, service: str
) -> None:
    page.add_init_script("Object.defineProperty(window, 'customElements', { value: undefined })")
    inner = f"<a href={service}/chat>Ask the FAQ</a>"
    page.goto(portal.page(tag(service, inner=inner)))
    page.get_by_role("link", name="Ask the FAQ").click()
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()


def test_loaded_twice_it_is_defined_once(page: Page, portal: Portal, service: str) -> None:
    again = f"<script type=module src='{service}/widget.js?again'></script>"
    page.goto(portal.page(again + tag(service)))
    Chat(page).open().ask(LIFT)


def test_a_page_with_keys_of_its_own_is_not_given_what_is_typed(
    page: Page, portal: Portal, service: str
) -> None:
    keys = """<script>window.pressed = [];
        for (const name of ['keydown', 'keypress', 'keyup']) {
          document.addEventListener(name, event => pressed.push(event.key));
        }</script>"""
    page.goto(portal.page(keys + tag(service)))
    chat = Chat(page).open()
    chat.field.press_sequentially("s/?")
    assert page.evaluate("pressed") == []
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()


def test_a_hidden_element_is_hidden(page: Page, portal: Portal, service: str) -> None:
    page.goto(portal.page(tag(service, "hidden")))
    expect(Chat(page).launcher).to_have_count(1)
    expect(Chat(page).launcher).to_be_hidden()
