"""What routes need of the application."""

from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

from fastapi import Depends, Request

from chatbot.answering import Answerer
from chatbot.api.jobs import Jobs
from chatbot.settings import Settings


async def _answerer(request: Request) -> Answerer:
    answerer: Answerer = request.app.state.answerer
    return answerer


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _turns(request: Request) -> ThreadPoolExecutor:
    turns: ThreadPoolExecutor = request.app.state.turns
    return turns


async def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


AnswererDep = Annotated[Answerer, Depends(_answerer)]
SettingsDep = Annotated[Settings, Depends(_settings)]
TurnsDep = Annotated[ThreadPoolExecutor, Depends(_turns)]
JobsDep = Annotated[Jobs, Depends(_jobs)]
