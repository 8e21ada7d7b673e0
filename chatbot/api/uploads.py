"""POST /v1/batch: a list of questions in a file in; progress; the answered file out, once."""

import shutil
from pathlib import PurePath
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from chatbot import exports, tables
from chatbot.answered import Counts
from chatbot.api.deps import JobsDep, SettingsDep
from chatbot.api.jobs import Job, Jobs, Status
from chatbot.api.problems import DOCUMENTED
from chatbot.errors import TableError
from chatbot.reply import Outcome
from chatbot.settings import Settings

routes = APIRouter(tags=["batch"])
FORMATS = tuple(suffix.removeprefix(".") for suffix in exports.WRITERS)
LONGEST_NAME = 100  # characters of a file's name that are shown
NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Summary(BaseModel):
    """What became of the questions of a list."""

    rows: int
    questions: int
    answered: int
    clarify: int
    fallback: int
    coverage: float

    @classmethod
    def of(cls, counts: Counts) -> "Summary":
        """The summary of these counts."""
        return cls(
            rows=counts.rows,
            questions=counts.questions,
            answered=counts.outcomes[Outcome.ANSWER],
            clarify=counts.outcomes[Outcome.CLARIFY],
            fallback=counts.outcomes[Outcome.FALLBACK],
            coverage=round(counts.coverage, 4),
        )


class Batch(BaseModel):
    """An uploaded list and how far its answering is."""

    id: str
    name: str
    status: Status
    done: int = Field(description="rows answered")
    rows: int = Field(description="rows of the list; 0 until it is read")
    rows_per_second: float | None
    seconds_left: int | None
    error: str | None = Field(description="why it failed, in a sentence")
    summary: Summary | None
    file: str | None = Field(description="where to fetch the answered file, once")

    @classmethod
    def of(cls, job: Job) -> "Batch":
        """The state of this job."""
        running = job.status == Status.RUNNING
        return cls(
            id=job.id,
            name=job.name,
            status=job.status,
            done=job.done,
            rows=job.rows,
            rows_per_second=job.rows_per_second if running else None,
            seconds_left=job.seconds_left if running else None,
            error=job.error or None,
            summary=Summary.of(job.counts) if job.counts else None,
            file=f"/v1/batch/{job.id}/file" if job.status == Status.DONE else None,
        )


def start(
    jobs: Jobs,
    settings: Settings,
    name: str,
    content: BinaryIO,
    kind: str,
    column: str,
    sheet: str,
) -> Job:
    """A job for an uploaded list; `TableError` where it cannot be a list, 429 where all is full."""
    name = PurePath(name.replace("\\", "/")).name[-LONGEST_NAME:] or "list"
    if kind not in FORMATS:
        raise TableError(f"cannot write '{kind[:10]}' files; use {', '.join(FORMATS)}")
    job = jobs.new(name, f".{kind}", column.strip(), sheet.strip(), settings.max_rows)
    if job is None:
        detail = "too many lists are waiting or not fetched yet; try again in some minutes"
        raise HTTPException(429, detail, headers={"Retry-After": "120"})
    try:
        with job.source.open("wb") as file:
            shutil.copyfileobj(content, file)
        tables.kind_of(job.source, name)
    except BaseException:
        jobs.remove(job)
        raise
    jobs.begin(job)
    return job


def found(jobs: Jobs, job_id: str) -> Job:
    """The job of that id; 404 where there is none."""
    job = jobs.get(job_id)
    if job is None:
        raise HTTPException(404, "there is no such list; a result vanishes once it is fetched")
    return job


@routes.post(
    "/v1/batch",
    status_code=202,
    responses={status: DOCUMENTED[status] for status in (413, 415, 422, 429, 500)},
    summary="Answer a list of questions in a file",
)
def upload(
    jobs: JobsDep,
    settings: SettingsDep,
    response: Response,
    file: Annotated[UploadFile, File(description=f"one of {', '.join(tables.KINDS)}")],
    format: Annotated[str, Form(description=f"of the result: {', '.join(FORMATS)}")] = "xlsx",
    column: Annotated[
        str, Form(description="the column of questions: its heading, letter or number")
    ] = "",
    sheet: Annotated[str, Form(description="the one sheet to read; all if not given")] = "",
) -> Batch:
    """The list waits for its turn; its id, which cannot be guessed, is all it takes to fetch it.

    Result and list vanish when the result is fetched, or an hour after it is ready.
    """
    job = start(jobs, settings, file.filename or "", file.file, format, column, sheet)
    response.headers["Location"] = f"/v1/batch/{job.id}"
    response.headers["Cache-Control"] = "no-store"
    return Batch.of(job)


_DOCUMENTED: dict[int | str, dict[str, Any]] = {404: DOCUMENTED[404], 500: DOCUMENTED[500]}


@routes.get("/v1/batch/{job_id}", responses=_DOCUMENTED, summary="How far is a list?")
def progress(job_id: str, jobs: JobsDep, response: Response) -> Batch:
    """Status, progress, rate and time left."""
    response.headers["Cache-Control"] = "no-store"
    return Batch.of(found(jobs, job_id))


@routes.get(
    "/v1/batch/{job_id}/file",
    responses={**_DOCUMENTED, 409: DOCUMENTED[409]},
    response_class=FileResponse,
    summary="Fetch the answered list, once",
)
def fetch(job_id: str, jobs: JobsDep) -> FileResponse:
    """The answered file; it is deleted when it has been sent."""
    job = found(jobs, job_id)
    if job.status != Status.DONE:
        raise HTTPException(409, "the list is not answered" + " yet" * (not job.error))
    return FileResponse(
        job.result,
        filename=job.result_name,
        headers=NO_STORE,
        background=BackgroundTask(jobs.remove, job),
    )


@routes.delete(
    "/v1/batch/{job_id}", status_code=204, responses=_DOCUMENTED, summary="Take a list back"
)
def delete(job_id: str, jobs: JobsDep) -> None:
    """Stop answering the list and delete it."""
    jobs.remove(found(jobs, job_id))
