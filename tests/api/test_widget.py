import gzip
import re
from pathlib import Path

from starlette.testclient import TestClient

from chatbot.api.page import FOLDER as PAGES
from chatbot.api.widget import FOLDER, MODULES, script


def test_the_script_is_small() -> None:
    assert len(script().zipped) < 20_000


def test_a_page_of_any_origin_may_load_the_script_and_keep_it_for_an_hour(
    client: TestClient,
) -> None:
    answer = client.get("/widget.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Accept-Encoding" in answer.headers["Vary"]
    from_elsewhere = client.get("/widget.js", headers={"Origin": "https://portal.example"})
    assert from_elsewhere.headers["Access-Control-Allow-Origin"] == "*"


def test_the_script_is_compressed_where_the_browser_takes_that(client: TestClient) -> None:
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    zipped = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.content == plain.content == gzip.decompress(script().zipped)


def test_a_script_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    tag = client.get("/widget.js").headers["ETag"]
    again = client.get("/widget.js", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    assert client.get("/widget.js", headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_script_holds_every_module_and_nothing_from_elsewhere() -> None:
    assert {path.stem for path in FOLDER.glob("*.js")} == set(MODULES)
    text = script().plain.decode()
    assert not re.search(r"^import\b|^export (?!\{)", text, re.MULTILINE)
    assert "://" not in text
    # Nothing that a page's Trusted Types forbid, nor anything that outlives the tab.
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "cookie", "localStorage"):
        assert word not in text


def test_the_chat_and_the_pages_share_their_colours() -> None:
    def schemes(path: Path, pattern: str) -> list[dict[str, str]]:
        light, dark = path.read_text(encoding="utf-8").split("prefers-color-scheme: dark")[:2]
        return [dict(re.findall(pattern, text)) for text in (light, dark)]

    pages = schemes(PAGES / "page.css", r"--([a-z-]+): (#\w+)")
    chat = schemes(FOLDER / "widget.css", r"--faq-chat-([a-z-]+), (#\w+)\)")
    for of_page, of_chat in zip(pages, chat, strict=True):
        shared = of_page.keys() & of_chat.keys()
        assert {"text", "page", "action", "link"} <= shared
        assert {name: of_page[name] for name in shared} == {name: of_chat[name] for name in shared}
