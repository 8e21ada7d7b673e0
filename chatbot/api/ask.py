"""POST /v1/ask: a message in, a reply for each of its questions out."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field

from chatbot.api.deps import AnswererDep, SettingsDep
from chatbot.api.problems import DOCUMENTED
from chatbot.contact import Contact, contact
from chatbot.reply import Reply
from chatbot.text import MAX_CHARACTERS

routes = APIRouter(tags=["ask"])


class Turn(BaseModel):
    """An earlier message of the conversation and the entry it was answered with."""

    model_config = ConfigDict(extra="forbid")

    message: str = Field(max_length=MAX_CHARACTERS)
    entry_id: str | None = None


class Ask(BaseModel):
    """A person's message."""

    model_config = ConfigDict(extra="forbid", strict=True)

    message: str = Field(min_length=1, max_length=MAX_CHARACTERS, description="in any words")
    history: list[Turn] = Field(
        [], max_length=20, description="earlier turns, oldest first; accepted, not yet read"
    )
    audience: str | None = Field(
        None, max_length=50, description="who asks, as named in the entries: `school`, say"
    )
    limit: int = Field(3, ge=0, le=10, description="the most alternatives to give")


class Replies(BaseModel):
    """A reply for each question of the message, and where to ask a person."""

    replies: tuple[Reply, ...]
    contact: Contact | None
    faq_version: str
    request_id: str


EXAMPLES = {
    "plain": {
        "summary": "A plain question",
        "value": {"message": "Will we have to pay for support?"},
    },
    "audience": {
        "summary": "Who asks is known",
        "value": {"message": "How do we get support?", "audience": "early_years"},
    },
}


@routes.post(
    "/v1/ask",
    responses={status: DOCUMENTED[status] for status in (413, 415, 422, 500)},
    summary="Ask a question in any words",
)
def ask(
    asked: Annotated[Ask, Body(openapi_examples=EXAMPLES)],
    answerer: AnswererDep,
    settings: SettingsDep,
    response: Response,
) -> Replies:
    """The stored answer, word for word, or the mailbox; the message is not stored or logged."""
    replies = (answerer.ask(asked.message, asked.limit, asked.audience),)
    request_id = response.headers["X-Request-ID"] = uuid.uuid4().hex
    response.headers["Cache-Control"] = "no-store"
    return Replies(
        replies=replies,
        contact=contact(settings.contact, settings.title, replies),
        faq_version=answerer.version,
        request_id=request_id,
    )
