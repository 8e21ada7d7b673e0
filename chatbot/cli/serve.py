"""`chatbot serve`: the HTTP service."""

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot.cli import home

if TYPE_CHECKING:
    from fastapi import FastAPI


def _check(folder: Path) -> None:
    """Open the index of the FAQ in `folder`, building it anew where it is stale."""
    from chatbot import settings
    from chatbot.answering import Answerer

    Answerer.open(settings.read(folder))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Its port."
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes to run."
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the API and the page over HTTP."""
    import os
    import socket
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    import uvicorn

    settings = home.settings()
    alone = workers == 1  # several open the index each for itself
    application: FastAPI | str = "chatbot.api.app:create"
    # Fails here in one sentence, and not in a worker; what is opened for nothing but that is opened
    # in a process that ends.
    if alone:
        from chatbot.answering import Answerer
        from chatbot.api import app

        application = app.create(settings, Answerer.open(settings))
    else:
        with ProcessPoolExecutor(1, get_context("spawn")) as apart:
            apart.submit(_check, settings.home).result()
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        reason = str(error.strerror).split(" (")[0]  # what follows only says the address again
        raise click.ClickException(f"cannot serve on {host}:{port}: {reason}") from None
    os.environ["CHATBOT_HOME"] = str(settings.home)
    address = f"http://{host}:{port}"
    click.echo(f"Serving {settings.title}\non {address}; try:", err=True)
    body = json.dumps({"message": settings.examples[0] if settings.examples else "Who pays?"})
    click.echo(
        f"  curl {address}/v1/ask -H 'Content-Type: application/json' -d {shlex.quote(body)}",
        err=True,
    )
    # The access log would hold no message text, but nobody reads it; errors are still logged.
    if not alone:
        # glibc gives every thread a heap of its own; with fewer of them a worker holds 10 MB less.
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    if not alone and settings.batch:
        os.environ["CHATBOT_BATCH"] = "false"  # a worker knows nothing of another's lists
        click.echo("Lists of questions are taken by one worker only: no upload.", err=True)
    uvicorn.run(
        application,
        factory=not alone,
        host=host,
        port=port,
        workers=workers,
        http="chatbot.api.protocol:PromptProtocol",
        access_log=False,
        log_level="warning",
    )
