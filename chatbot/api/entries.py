"""GET /v1/faq and /v1/faq/{id}: what is stored."""

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from chatbot.api.deps import AnswererDep, SettingsDep
from chatbot.api.problems import DOCUMENTED
from chatbot.contact import Contact, contact
from chatbot.faq import Entry
from chatbot.manifest import Measured
from chatbot.reply import PLAUSIBLE, VERY_LIKELY
from chatbot.text import MAX_CHARACTERS

routes = APIRouter(tags=["faq"])


class Entries(BaseModel):
    """Every entry, in document order, and what a client needs to ask and to show replies."""

    title: str
    examples: tuple[str, ...] = Field(description="questions to start from")
    contact: Contact | None = Field(description="the mailbox to show before anything is asked")
    longest: int = Field(description="the most characters of a message")
    very_likely: float = Field(
        description="the confidence from which an answer is called very likely right, else likely"
    )
    plausible: float = Field(
        description="the least confidence of an alternative worth showing with a `fallback`"
    )
    faq_version: str
    threshold: float = Field(description="the confidence from which a question is answered")
    measured: Measured | None
    audiences: dict[str, str] = Field(
        description="what people call each group that `audience` may name"
    )
    entries: tuple[Entry, ...]


@routes.get("/v1/faq", responses={500: DOCUMENTED[500]}, summary="Every stored entry")
def entries(answerer: AnswererDep, settings: SettingsDep) -> Entries:
    """All entries, in document order."""
    return Entries(
        title=settings.title,
        examples=settings.examples,
        contact=contact(settings),
        longest=MAX_CHARACTERS,
        very_likely=VERY_LIKELY,
        plausible=PLAUSIBLE,
        faq_version=answerer.version,
        threshold=answerer.stated.threshold,
        measured=answerer.stated.measured,
        audiences={name: group.name for name, group in settings.audiences.items()},
        entries=answerer.faq.entries,
    )


@routes.get(
    "/v1/faq/{entry_id}",
    responses={status: DOCUMENTED[status] for status in (404, 422, 500)},
    summary="One stored entry",
)
def entry(entry_id: str, answerer: AnswererDep) -> Entry:
    """The entry of that id."""
    found = answerer.faq.by_id.get(entry_id)
    if found is None:
        raise HTTPException(404, f"no entry has the id '{entry_id[:60]}'")
    return found
