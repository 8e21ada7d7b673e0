import json
from pathlib import Path

from starlette.testclient import TestClient

from chatbot.answering import Answerer

FILE = Path(__file__).parents[2] / "faq.jsonl"


def test_a_running_process_is_healthy(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_service_that_answers_is_ready(client: TestClient, answerer: Answerer) -> None:
    entries = [json.loads(line) for line in FILE.read_bytes().split(b"\n") if line]
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "faq_version": answerer.version,
        "entries": len(entries),
    }


def test_a_service_that_cannot_answer_is_alive_but_not_ready(broken: TestClient) -> None:
    assert broken.get("/healthz").status_code == 200
    assert broken.get("/readyz").status_code == 500
