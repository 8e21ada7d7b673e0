"""The application: routes, limits and headers put together."""

from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from chatbot import __version__
from chatbot import settings as settings_file
from chatbot.answering import Answerer
from chatbot.api import (
    ask,
    batch_page,
    entries,
    health,
    page,
    portal,
    problems,
    uploads,
    widget,
)
from chatbot.api.jobs import Jobs
from chatbot.settings import Settings


def create(settings: Settings | None = None, answerer: Answerer | None = None) -> FastAPI:
    """The service of one FAQ; settings and answerer are read from the FAQ folder if not given."""
    settings = settings or settings_file.read()
    app = FastAPI(
        title=settings.title,
        version=__version__,
        description=(
            "Send a question in any words; get the stored answer, word for word, with the "
            "probability that it is the right one, or the mailbox to ask. No message is stored."
        ),
        # The framework's pages for these load their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.answerer = answerer or Answerer.open(settings)
    # Questions that come together are answered in their turn, one a processor: more at once would
    # only wait for each other.
    app.state.turns = ThreadPoolExecutor(settings.processors)
    for module in (ask, entries, health, page, portal, widget):
        app.include_router(module.routes)
    if settings.batch:
        app.state.jobs = Jobs(app.state.answerer)
        app.include_router(uploads.routes)
        app.include_router(batch_page.routes)
    problems.install(app)
    app.add_middleware(problems.Guard, max_body=settings.max_body, max_upload=settings.max_upload)
    # Added last, so that it stands outermost: problems carry its headers too.
    # No cookie and no login exist, so any portal's page may ask.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type"],
        expose_headers=["X-Request-ID"],
    )
    return app
