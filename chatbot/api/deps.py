"""What routes need of the application."""

from typing import Annotated

from fastapi import Depends, Request

from chatbot.answering import Answerer
from chatbot.api.jobs import Jobs
from chatbot.settings import Settings


def _answerer(request: Request) -> Answerer:
    answerer: Answerer = request.app.state.answerer
    return answerer


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


AnswererDep = Annotated[Answerer, Depends(_answerer)]
SettingsDep = Annotated[Settings, Depends(_settings)]
JobsDep = Annotated[Jobs, Depends(_jobs)]
