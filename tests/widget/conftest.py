"""A real browser on the real service: Debian's Chromium, driven by Playwright."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from driving import Chat, Portal
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = "no Chromium found: install Debian's package chromium"
PATIENCE = 15_000  # milliseconds, of which a busy machine may need some
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests are skipped; on the build machine they fail instead."""
    if CHROMIUM is None and not os.environ.get("CI"):
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None and not os.environ.get("CI"):
        terminalreporter.write_line(f"The widget's tests were skipped: {MISSING}.")


class Served:
    """An application behind a real port of this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=0, log_level="critical", access_log=False, lifespan="off")
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.origin = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self._server.force_exit = self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="package")
def serve() -> Iterator[Callable[[ASGIApp], str]]:
    """Serves an application and gives its origin."""
    running: list[Served] = []

    def start(app: ASGIApp) -> str:
        running.append(Served(app))
        return running[-1].origin

    yield start
    for one in running:
        one.stop()


@pytest.fixture(scope="package")
def service(serve: Callable[[ASGIApp], str], client: TestClient) -> str:
    """The origin of the service."""
    return serve(client.app)


@pytest.fixture(scope="package")
def portal(serve: Callable[[ASGIApp], str]) -> Portal:
    portal = Portal()

    def answer(request: Request) -> Response:
        if request.url.path not in portal.pages:
            return Response(status_code=404)
        html, headers = portal.pages[request.url.path]
        return HTMLResponse(html, headers=headers)

    portal.origin = serve(Starlette(routes=[Route("/{path:path}", answer)]))
    return portal


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, MISSING
    with sync_playwright() as playwright:
        # As root, Chromium runs only without its sandbox; the pages are the tests' own.
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def context(browser: Browser) -> BrowserContext:
    """What the pages share, as one person's windows do: nothing of the chat may be in it."""
    return _context(browser)


def _context(browser: Browser, **options: Any) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; an error of its scripts that no one has caught fails the test."""
    yield from _page(context)
    context.clear_permissions()
    context.set_offline(False)


def _page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    for one in context.pages:
        one.close()
    assert errors == []


@pytest.fixture
def clocked(browser: Browser) -> Iterator[Page]:
    """A page in whose clock a test moves on; it is that of a whole context."""
    context = _context(browser)
    context.clock.install()
    yield from _page(context)
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page on a phone, with a touch screen."""
    context = _context(browser, has_touch=True, is_mobile=True)
    for page in _page(context):
        page.set_viewport_size({"width": 390, "height": 844})
        yield page
    context.close()


@pytest.fixture
def chat(page: Page, service: str) -> Chat:
    """The chat on the service's own portal page, not yet opened."""
    page.goto(service)
    chat = Chat(page)
    chat.launcher.wait_for()
    return chat
