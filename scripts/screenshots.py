#!/usr/bin/env python3
"""Take the pictures of the chat in docs/images (needs the extras `test` and `report`, Chromium).

    python scripts/screenshots.py

The real service answers, on a port of this machine. Liberation Sans or Arial should be installed.
"""

import shutil
import socket
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from chatbot import settings
from chatbot.api import app

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
MOST = 150_000  # bytes a picture
COLOURS = 128


def served() -> str:
    """Serve this checkout in the background; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = uvicorn.Config(app.create(settings.read(ROOT)), port=port, log_level="warning")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{port}"


def opened(browser: Browser, address: str, **context: Any) -> Page:
    page = browser.new_context(**context).new_page()
    page.goto(address)
    page.get_by_role("button", name="Ask a question").click()
    page.get_by_role("heading", name="For example").wait_for()
    return page


def ask(page: Page, message: str) -> None:
    turn = page.locator(".turn").nth(page.locator(".turn").count())
    page.get_by_role("textbox", name="Your question").fill(message)
    page.keyboard.press("Enter")
    turn.locator(".reply").first.wait_for()


def take(page: Page, name: str) -> None:
    path = IMAGES / f"{name}.png"
    page.mouse.move(0, 0)
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    if path.stat().st_size > MOST:
        raise SystemExit(f"{path}: {path.stat().st_size:,} bytes; the most is {MOST:,}")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("No Chromium was found; install Debian's package chromium.")
    IMAGES.mkdir(exist_ok=True)
    address = served()
    wide = {"width": 1280, "height": 860}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = opened(browser, address, viewport=wide)
        ask(page, "So is LIFT just gone??")
        take(page, "chat-light")
        page = opened(browser, address, viewport=wide, color_scheme="dark")
        ask(page, "training")
        take(page, "chat-dark")
        page = opened(browser, address, viewport={"width": 390, "height": 844}, has_touch=True)
        take(page, "chat-phone-open")
        ask(page, "will there be courses for parents")
        take(page, "chat-phone")
        browser.close()


if __name__ == "__main__":
    main()
