"""Services in processes of their own, and questions put to them over HTTP."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chatbot import settings
from chatbot.confidence import Calibration
from chatbot.encoder import open_encoder
from chatbot.manifest import MANIFEST, Manifest
from scripts.benchmark.corpus import ROOT

FIRST = "So is LIFT just gone?"
PATIENCE = 180.0  # seconds that a service may take to start


@dataclass(frozen=True)
class Service:
    """A service that answers; `start` is the time from its process's start to its first answer."""

    port: int
    pid: int
    start: float


class Client:
    """One client with a connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, message: str) -> bytes:
        """The body of the answer; `OSError` where there is none, `SystemExit` where it is none."""
        body = json.dumps({"message": message}).encode()
        self._connection.request("POST", "/v1/ask", body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status} for '{message}': {content[:200]!r}")
        return content


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[Service]:
    """The service that the command starts on a port that is given to it as its last argument."""
    port = _free_port()
    env = {**os.environ, "HF_HUB_OFFLINE": "1", **(environment or {})}
    start = time.perf_counter()
    process = subprocess.Popen(
        [*command, str(port)], cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            try:
                Client(port).ask(FIRST)
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() - start > PATIENCE:
                    raise SystemExit(f"{' '.join(command)}: did not start") from None
                time.sleep(0.005)
        yield Service(port, process.pid, time.perf_counter() - start)
    finally:
        process.terminate()
        process.wait()


def chatbot(workers: int = 1) -> list[str]:
    """The command of this project's service, short of the port."""
    return [sys.executable, "-m", "chatbot", "serve", "--workers", str(workers), "--port"]


def slow_home(encoder: Path, out: Path) -> dict[str, str]:
    """The environment in which the same API embeds with SentenceTransformer.

    Its FAQ folder is a copy. Index and calibration are said to be of that encoder, and so are not
    built anew: its vectors are the same but for what int8 rounds off.
    """
    shutil.rmtree(out, ignore_errors=True)
    (out / "index").mkdir(parents=True)
    for name in ("faq.jsonl", "phrasings.jsonl", "glossary.jsonl", "chatbot.toml"):
        shutil.copy(ROOT / name, out / name)
    source, target = settings.read(ROOT).index, out / "index"
    for path in source.iterdir():
        if path.is_file():
            shutil.copy(path, target / path.name)
    digest = open_encoder(str(encoder)).sha256
    manifest = Manifest.model_validate_json((source / MANIFEST).read_text(encoding="utf-8"))
    changed = manifest.model_copy(update={"encoder_sha256": digest, "encoder": str(encoder)})
    (target / MANIFEST).write_text(changed.model_dump_json(indent=2), encoding="utf-8")
    Calibration.open(source).model_copy(update={"encoder_sha256": digest}).save(target)
    return {"CHATBOT_HOME": str(out), "CHATBOT_ENCODER": str(encoder)}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
