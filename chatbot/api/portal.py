"""GET /: a portal's page about the FAQ, with the chat on it."""

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse

from chatbot.api.deps import AnswererDep, SettingsDep
from chatbot.api.page import FOLDER, HEADERS, templates
from chatbot.contact import contact
from chatbot.faq import Entry

routes = APIRouter(include_in_schema=False)


@routes.get("/")
def portal(answerer: AnswererDep, settings: SettingsDep) -> HTMLResponse:
    """Every stored question by topic, the mailbox, and the chat in the corner."""
    topics: dict[str, list[Entry]] = {}
    for entry in answerer.faq.entries:
        topics.setdefault(entry.section, []).append(entry)
    html = templates.get_template("portal.html").render(
        title=settings.title,
        organisation=settings.organisation,
        topics=topics,
        contact=contact(settings),
        measured=answerer.stated.measured,
        source=answerer.faq.entries[0].source,
    )
    return HTMLResponse(html, headers=HEADERS)


@routes.get("/portal.css")
def style() -> FileResponse:
    """What the page has beside the style of the other."""
    return FileResponse(FOLDER / "portal.css", headers={"Cache-Control": "max-age=3600"})
