"""GET /widget.js: the chat as one script that any portal's page may load."""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

FOLDER = Path(__file__).parent.parent / "widget"
# Each module stands after those it imports.
MODULES = (
    "strings",
    "dom",
    "links",
    "service",
    "conversation",
    "suggestions",
    "panel",
    "replies",
    "transcript",
    "log",
    "opening",
    "asking",
    "widget",
)
_IMPORT = re.compile(r"^import [^;]+;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=class|const|function)", re.MULTILINE)
_STYLE = re.compile(r'^import (\w+) from "\./([\w.]+)" with \{ type: "css" \};\n', re.MULTILINE)
# Comments on lines of their own, and indentation: read in the repository, not over the network.
_FOR_READERS = re.compile(r"^ *(?:/\*\*.*?\*/|//[^\n]*)\n|^ +", re.MULTILINE | re.DOTALL)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

routes = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Script:
    """The script, as it is and compressed, and its entity tag."""

    plain: bytes
    zipped: bytes
    tag: str


@cache
def script() -> Script:
    """The modules and the style of `chatbot/widget` as one module; read once."""
    text = "".join(_module(FOLDER / f"{name}.js") for name in MODULES)
    plain = text.encode()
    return Script(
        plain, gzip.compress(plain, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:16]}"'
    )


def _module(path: Path) -> str:
    """A module without the lines that tie it to the others; a style becomes a style sheet."""
    text = path.read_text(encoding="utf-8")
    sheets = [
        f"const {name} = new CSSStyleSheet();\n{name}.replaceSync({json.dumps(_style(file))});\n"
        for name, file in _STYLE.findall(text)
    ]
    return "".join(sheets) + _FOR_READERS.sub("", _EXPORT.sub("", _IMPORT.sub("", text)))


def _style(file: str) -> str:
    text = (FOLDER / file).read_text(encoding="utf-8")
    return " ".join(_CSS_COMMENT.sub("", text).split())


@routes.get("/widget.js")
def widget(request: Request) -> Response:
    """The script, which a browser asks for again after an hour, and gets if it has changed."""
    found = script()
    headers = {
        "Cache-Control": "public, max-age=3600",
        "ETag": found.tag,
        # Also where the request names no origin, so that a cache may give it to a page of any.
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    if zipped:
        headers["Content-Encoding"] = "gzip"
    content = found.zipped if zipped else found.plain
    return Response(content, headers=headers, media_type="text/javascript")
