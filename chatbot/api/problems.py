"""One error shape on every path: RFC 9457 problem details."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import HTTPException as ReadingError
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.errors import MessageError, TableError

log = logging.getLogger("chatbot")


class Problem(BaseModel):
    """What went wrong with a request."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []


def response(
    status: int,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem as a response."""
    title = HTTPStatus(status).phrase
    problem = Problem(title=title, status=status, detail=detail, errors=errors or [])
    return JSONResponse(
        problem.model_dump(exclude_defaults=True) | {"type": problem.type},
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        # What the framework could not read as JSON: bytes that are not UTF-8, nesting too deep.
        if isinstance(error.__cause__, ValueError | RecursionError):
            detail = "the body cannot be read as JSON text in UTF-8"
            return response(422, detail, [{"field": "body", "detail": detail}])
        details = {
            404: f"there is nothing at {request.url.path}",
            405: f"{request.method} is not possible at {request.url.path}",
        }
        plain = error.detail == HTTPStatus(error.status_code).phrase
        detail = details.get(error.status_code, error.detail) if plain else error.detail
        return response(error.status_code, detail, headers=error.headers)

    @app.exception_handler(MessageError)
    async def message(_: Request, error: MessageError) -> JSONResponse:
        return response(422, str(error), [{"field": "message", "detail": str(error)}])

    @app.exception_handler(TableError)
    async def table(_: Request, error: TableError) -> JSONResponse:
        return response(422, str(error), [{"field": "file", "detail": str(error)}])

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        # The input is left out: it is the person's message.
        errors = [
            {"field": "body", "detail": f"not valid JSON at character {one['loc'][-1]}"}
            if one["type"] == "json_invalid"
            else {"field": ".".join(map(str, one["loc"][1:])) or "body", "detail": one["msg"]}
            for one in error.errors()
        ]
        summary = "; ".join(f"{one['field']}: {one['detail']}" for one in errors[:3])
        return response(422, summary, errors)


UPLOADS = ("/v1/batch", "/batch")  # where a file may come


class Guard:
    """ASGI middleware: bounds bodies, asks for JSON where JSON is read, and catches what is left.

    An unexpected error is logged by its kind and place alone, since its text may hold a message.
    """

    def __init__(self, app: ASGIApp, max_body: int, max_upload: int) -> None:
        self._app, self._max_body, self._max_upload = app, max_body, max_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        most = self._max_upload if scope["path"] in UPLOADS else self._max_body
        too_large = f"the request body is larger than {most:,} bytes"
        refusal = _refusal(scope, headers, most, too_large)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        body, begun = 0, False

        async def bounded() -> Message:
            nonlocal body
            message = await receive()
            body += len(message.get("body", b""))
            if body > most:
                # The one kind that FastAPI lets through while it reads a body.
                raise ReadingError(413, too_large)
            return message

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, bounded, watched)
        except Exception as error:  # the last line of defence: no traceback goes out
            log_unexpected(error)
            if not begun:
                await response(500, UNEXPECTED)(scope, receive, send)


def _refusal(
    scope: Scope, headers: dict[str, str], most: int, too_large: str
) -> JSONResponse | None:
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > most:
        return response(413, too_large)
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    wanted = "multipart/form-data" if scope["path"] in UPLOADS else "application/json"
    posted = scope["method"] in ("POST", "PUT", "PATCH")
    if posted and scope["path"].startswith("/v1/") and kind != wanted:
        got = f"'{kind}'" if kind else "none"
        return response(415, f"send Content-Type: {wanted}; the request has {got}")
    return None


UNEXPECTED = "something went wrong here; please try again or ask the mailbox"


def log_unexpected(error: Exception) -> None:
    """Log the kind and place of an error, but not its text, which may hold a message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown place"
    log.error("unexpected %s at %s", type(error).__name__, place)


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {
        "description": HTTPStatus(status).phrase,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status in (404, 409, 413, 415, 422, 429, 500)
}
