"""GET and POST /chat: the conversation as a page, whose form works without script."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import FileResponse, HTMLResponse

from chatbot.api.deps import AnswererDep, SettingsDep
from chatbot.contact import contact
from chatbot.errors import MessageError
from chatbot.faq import Entry, Link, month_in_words
from chatbot.publishing import linked
from chatbot.reading import TURNS, turns
from chatbot.reply import VERY_LIKELY, Answered, Reason
from chatbot.templates import environment
from chatbot.text import MAX_CHARACTERS

FOLDER = Path(__file__).parent / "page"
# Nothing but what this service serves. Any portal may show the page in a frame: there is no login
# and nothing to press that would do harm.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; script-src 'self'; "
        "connect-src 'self'; base-uri 'none'; frame-ancestors *; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

routes = APIRouter(include_in_schema=False)
templates = environment(FOLDER)
templates.filters["month"] = month_in_words
templates.filters["linked"] = linked


def _unplaced(answer: str, links: tuple[Link, ...]) -> list[Link]:
    """The links whose words are not in the answer."""
    placed = [piece.link for paragraph in linked(answer, links) for piece in paragraph]
    return [one for one in links if one.url and one not in placed]


templates.filters["unplaced"] = _unplaced


@routes.get("/chat")
def empty(answerer: AnswererDep, settings: SettingsDep, entry: str = "") -> HTMLResponse:
    """The form, or with `entry` one stored entry."""
    shown = answerer.faq.by_id.get(entry)
    return _page(answerer, settings, shown=shown, unknown=bool(entry) and shown is None)


@routes.post("/chat")
def asked(
    answerer: AnswererDep,
    settings: SettingsDep,
    message: Annotated[str, Form()] = "",
    earlier: Annotated[list[str] | None, Form()] = None,
) -> HTMLResponse:
    """The form with the replies under it. POST, so that no message stands in an address or a log.

    `earlier` holds the messages before, oldest first, which the page itself carries along.
    """
    # A form sends two characters for a line break, of which the field counts one.
    message = message.replace("\r\n", "\n")
    try:
        answered = answerer.ask(message, turns((earlier or [])[-TURNS:]))
    except MessageError as error:
        return _page(
            answerer, settings, message=message[:MAX_CHARACTERS], error=str(error), earlier=earlier
        )
    return _page(answerer, settings, message=message, answered=answered, earlier=earlier)


@routes.get("/page.css")
def style() -> FileResponse:
    """The page's style."""
    return FileResponse(FOLDER / "page.css", headers={"Cache-Control": "max-age=3600"})


def _page(
    answerer: AnswererDep,
    settings: SettingsDep,
    *,
    message: str = "",
    error: str = "",
    answered: Answered | None = None,
    earlier: list[str] | None = None,
    shown: Entry | None = None,
    unknown: bool = False,
) -> HTMLResponse:
    replies = answered.replies if answered is not None else ()
    mailbox = contact(settings, replies, answerer.personal)
    html = templates.get_template("page.html").render(
        title=settings.title,
        organisation=settings.organisation,
        examples=settings.examples,
        contact=mailbox,
        measured=answerer.stated.measured,
        longest=MAX_CHARACTERS,
        message=message,
        error=error,
        notes=answered.notes if answered is not None else (),
        replies=replies,
        small_talk=Reason.SMALL_TALK,
        earlier=[
            answerer.personal.mask(one)
            for one in [*(earlier or []), *([message] if answered is not None else [])][-TURNS:]
        ],
        shown=shown,
        unknown=unknown,
        # Only an empty form becomes the chat: what the server has answered is not taken away.
        live=not (message or error or answered or shown or unknown),
        very_likely=VERY_LIKELY,
    )
    # A multipart form may name an encoding that yields what UTF-8 has no bytes for.
    content = html.encode("utf-8", errors="replace")
    status = 422 if error else 404 if unknown else 200
    return HTMLResponse(content, status_code=status, headers=HEADERS)
