"""POST /v1/ask: a message in, a reply for each of its questions out."""

import asyncio
import uuid
from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field

from chatbot.api.deps import AnswererDep, SettingsDep, TurnsDep
from chatbot.api.problems import DOCUMENTED
from chatbot.contact import Contact, contact
from chatbot.reading import Turn
from chatbot.reply import Answered
from chatbot.text import MAX_CHARACTERS

routes = APIRouter(tags=["ask"])


class Ask(BaseModel):
    """A person's message."""

    model_config = ConfigDict(extra="forbid", strict=True)

    message: str = Field(min_length=1, max_length=MAX_CHARACTERS, description="in any words")
    history: list[Turn] = Field(
        [], max_length=20, description="earlier turns of the conversation, oldest first"
    )
    audience: str | None = Field(
        None,
        max_length=50,
        description="who asks, as one of the `audiences` of `GET /v1/faq`: `school`, say; any "
        "other is like none; what the message itself says counts for more",
    )
    limit: int = Field(
        3, ge=0, le=10, description="the most alternatives beside an answer or fallback"
    )


class Replies(Answered):
    """What the message gets, and where to ask a person; no mailbox for mere small talk."""

    contact: Contact | None
    faq_version: str
    request_id: str


EXAMPLES = {
    "plain": {
        "summary": "A plain question",
        "value": {"message": "Will we have to pay for support?"},
    },
    "follow-up": {
        "summary": "A question that leans on the one before",
        "value": {
            "message": "And for parents?",
            "history": [{"message": "Will there still be courses?", "entry_id": None}],
        },
    },
    "audience": {
        "summary": "Who asks is known",
        "value": {"message": "How do we get support?", "audience": "early_years"},
    },
}


@routes.post(
    "/v1/ask",
    response_model=Replies,
    responses={status: DOCUMENTED[status] for status in (413, 415, 422, 500)},
    summary="Ask a question in any words",
)
async def ask(
    asked: Annotated[Ask, Body(openapi_examples=EXAMPLES)],
    answerer: AnswererDep,
    settings: SettingsDep,
    turns: TurnsDep,
) -> Response:
    """The stored answer, word for word, or the mailbox; the message is not stored or logged."""
    request_id = uuid.uuid4().hex

    def replies() -> str:
        answered = answerer.ask(asked.message, asked.history, asked.audience, asked.limit)
        return Replies(
            notes=answered.notes,
            replies=answered.replies,
            contact=contact(settings, answered.replies, answerer.personal),
            faq_version=answerer.version,
            request_id=request_id,
        ).model_dump_json()

    # Written as text here: the framework would check and copy every field once more.
    return Response(
        await asyncio.get_running_loop().run_in_executor(turns, replies),
        media_type="application/json",
        headers={"X-Request-ID": request_id, "Cache-Control": "no-store"},
    )
