"""GET and POST /batch: the officers' page, where a list is dropped; works without script."""

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse

from chatbot import tables
from chatbot.api import uploads
from chatbot.api.deps import JobsDep, SettingsDep
from chatbot.api.jobs import Job, Status
from chatbot.api.page import FOLDER, HEADERS, templates
from chatbot.errors import TableError
from chatbot.settings import Settings

routes = APIRouter(include_in_schema=False)
# Unlike the chat, the page stands in no other site's frame: it takes files.
POLICY = HEADERS["Content-Security-Policy"].replace("frame-ancestors *", "frame-ancestors 'none'")
FORMATS = {
    "xlsx": "Excel workbook (.xlsx)",
    "docx": "Word document (.docx)",
    "html": "Web page (.html)",
    "csv": "Comma-separated values (.csv)",
    "jsonl": "JSON Lines (.jsonl)",
}


@routes.get("/batch")
def form(settings: SettingsDep) -> HTMLResponse:
    """The form."""
    return _page(settings)


@routes.post("/batch", response_model=None)
def uploaded(
    settings: SettingsDep,
    jobs: JobsDep,
    file: Annotated[UploadFile | None, File()] = None,
    format: Annotated[str, Form()] = "xlsx",
    column: Annotated[str, Form()] = "",
) -> HTMLResponse | RedirectResponse:
    """The page of the new list, or the form with what is wrong."""
    if file is None or not file.filename:
        return _page(settings, error="Choose a file first", status=422, column=column)
    try:
        job = uploads.start(jobs, settings, file.filename, file.file, format, column, "")
    except (TableError, HTTPException) as error:
        text = error.detail if isinstance(error, HTTPException) else str(error)
        status = error.status_code if isinstance(error, HTTPException) else 422
        return _page(settings, error=text, status=status, column=column)
    return RedirectResponse(f"batch/{job.id}", status_code=303, headers=HEADERS)


@routes.get("/batch/{job_id}")
def state(job_id: str, settings: SettingsDep, jobs: JobsDep) -> HTMLResponse:
    """How far the list is; without script the page loads itself anew."""
    job = jobs.get(job_id)
    return _page(settings, root="../", job=job, gone=job is None, status=200 if job else 404)


@routes.post("/batch/{job_id}/delete")
def delete(job_id: str, jobs: JobsDep) -> RedirectResponse:
    """Take the list back."""
    if job := jobs.get(job_id):
        jobs.remove(job)
    return RedirectResponse("../../batch", status_code=303, headers=HEADERS)


@routes.get("/batch.js")
def script() -> FileResponse:
    """Progress without loading the page anew, and a place to drop a file."""
    return FileResponse(FOLDER / "batch.js", headers={"Cache-Control": "max-age=3600"})


def _page(
    settings: Settings,
    *,
    root: str = "",
    error: str = "",
    status: int = 200,
    column: str = "",
    job: Job | None = None,
    gone: bool = False,
) -> HTMLResponse:
    html = templates.get_template("batch.html").render(
        title=settings.title,
        organisation=settings.organisation,
        root=root,
        error=error,
        column=column,
        formats=FORMATS,
        kinds=tables.KINDS,
        max_upload=settings.max_upload,
        max_rows=settings.max_rows,
        job=job,
        gone=gone,
        state=uploads.Batch.of(job) if job else None,
        working=job is not None and job.status in (Status.WAITING, Status.RUNNING),
    )
    headers = {**HEADERS, "Content-Security-Policy": POLICY}
    return HTMLResponse(html.encode("utf-8", "replace"), status_code=status, headers=headers)
