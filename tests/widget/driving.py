"""What the tests say to the chat and look for in it, and what axe finds wrong with a page."""

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, Route

LIFT = "So is LIFT just gone??"
TWO = "1. What will replace LIFT?\n2. What time does the swimming pool open?"
UNKNOWN = "what time does the swimming pool open"
CHOICE = "training"


@dataclass
class Portal:
    """Another origin, whose pages a test writes."""

    origin: str = ""
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def page(self, html: str, policy: str = "") -> str:
        """The address of a page of this HTML; `policy` is its content security policy."""
        headers = {"Content-Security-Policy": policy} if policy else {}
        path = f"/{len(self.pages)}"
        self.pages[path] = ("<!doctype html><html lang=en><title>Portal</title>" + html, headers)
        return self.origin + path


class Chat:
    """The chat of a page, as a person uses it."""

    def __init__(self, page: Page, host: Locator | None = None) -> None:
        self.page = page
        self.host = host or page.locator("faq-chat").first
        self.launcher = self.host.locator(".launcher")
        self.panel = self.host.locator(".panel")
        self.field = self.host.get_by_role("textbox", name="Your question")
        self.send = self.host.locator(".send")
        self.turns = self.host.locator(".turn")
        self.replies = self.host.locator(".reply")
        self.error = self.host.locator(".error")

    def open(self) -> "Chat":
        self.launcher.click()
        self.host.get_by_role("heading", name="For example").wait_for()
        return self

    def submit(self, message: str) -> None:
        self.field.fill(message)
        self.field.press("Enter")

    def ask(self, message: str) -> Locator:
        """Send a message and wait for what it got."""
        turn = self.turns.nth(self.turns.count())
        self.submit(message)
        turn.locator(".reply").first.wait_for()
        return turn

    def button(self, name: str) -> Locator:
        return self.host.get_by_role("button", name=name, exact=True)

    def listen(self) -> None:
        """Record from now on what the live region is given to say."""
        self.host.evaluate("""host => {
            window.said = [];
            new MutationObserver(records => {
              for (const one of records) for (const node of one.addedNodes) {
                window.said.push(node.textContent);
              }
            }).observe(host.shadowRoot.querySelector('[aria-live]'), {
              childList: true, subtree: true, characterData: true });
        }""")

    @property
    def said(self) -> list[str]:
        said: list[str] = self.page.evaluate("window.said")
        return said

    @property
    def focused(self) -> str:
        """The text, label or tag of what has the focus within the chat."""
        text: str = self.host.evaluate("""host => {
            const one = host.shadowRoot.activeElement;
            if (!one) return '';
            return one.labels?.[0]?.textContent || one.ariaLabel || one.textContent.trim();
        }""")
        return text


def stalled(page: Page) -> list[Route]:
    """Hold every question back; the list gets its requests, to be let go by `continue_()`."""
    held: list[Route] = []
    page.route("**/v1/ask", lambda route: held.append(route))
    return held


SCHEMES: list[tuple[str, dict[str, Any]]] = [
    ("light", {"color_scheme": "light", "forced_colors": "none"}),
    ("dark", {"color_scheme": "dark", "forced_colors": "none"}),
    ("forced", {"color_scheme": "light", "forced_colors": "active"}),
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Those that depend on colours; what the others say is the same in every scheme.
COLOURS = ["color-contrast", "link-in-text-block"]


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page, in light, dark and forced colours."""
    found = []
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    for name, scheme in SCHEMES:
        page.emulate_media(**scheme)
        rules = {"type": "tag", "values": TAGS} if name == "light" else COLOURS
        result = page.evaluate(
            "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", rules
        )
        assert result["passes"], "axe has looked at nothing"
        found += [
            f"{name}: {one['id']} at {[node['target'] for node in one['nodes']]}"
            for one in result["violations"]
        ]
    page.emulate_media(color_scheme="light", forced_colors="none")
    return found
