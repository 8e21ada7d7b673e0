"""GET /healthz and /readyz, for those who watch the service."""

from fastapi import APIRouter
from pydantic import BaseModel

from chatbot.api.deps import AnswererDep
from chatbot.api.problems import DOCUMENTED

routes = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process is alive."""

    status: str


class Readiness(Health):
    """The service answers from this version of the FAQ."""

    faq_version: str
    entries: int


@routes.get("/healthz", summary="Is the process alive?")
async def healthz() -> Health:
    """Always ok while the process runs."""
    return Health(status="ok")


@routes.get("/readyz", responses={500: DOCUMENTED[500]}, summary="Does it answer?")
def readyz(answerer: AnswererDep) -> Readiness:
    """Ready once a question has gone through the whole pipeline."""
    answerer.ask(answerer.faq.entries[0].question)
    return Readiness(
        status="ready", faq_version=answerer.version, entries=len(answerer.faq.entries)
    )
