import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from chatbot import __version__
from chatbot.api import app
from chatbot.api.problems import Problem

ROOT = Path(__file__).parents[2]
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("/v1/ask", {"json": {"message": "zebrafish"}}),
    ("/v1/ask", {"json": {"message": "zebrafish, so is LIFT just gone??"}}),
    ("/v1/ask", {"json": {"message": "zebrafish " * 201}}),
    ("/v1/ask", {"json": {"message": "a", "history": [{"message": "zebrafish"}]}}),
    ("/v1/ask", {"json": {"message": ["zebrafish"]}}),
    ("/v1/ask", {"content": b'{"zebrafish', "headers": {"Content-Type": "application/json"}}),
    ("/v1/ask", {"content": b"zebrafish"}),
    ("/v1/ask", {"json": {"message": "zebrafish " * 10_000}}),
    ("/v1/ask", {"json": {"message": "a", "history": [{"message": "zebrafish " * 201}]}}),
    ("/v1/ask", {"json": {"message": "zebrafish? Ring Jo Zebrafish on 01632 960983"}}),
    ("/v1/ask", {"json": {"message": "1. zebrafish?\n2. So is LIFT just gone?"}}),
    ("/v1/ask", {"json": {"message": "hello", "audience": "zebrafish"}}),
    ("/v1/ask", {"json": {"message": "a", "audience": "zebrafish " * 6}}),
    ("/chat", {"data": {"message": "zebrafish"}}),
    ("/chat", {"data": {"message": "and it?", "earlier": ["zebrafish", "zebrafish?"]}}),
    ("/chat", {"data": {"message": "zebrafish " * 201}}),
    ("/chat", {"files": {"message": (None, "zebrafish")}}),
    ("/chat", {"files": {"message": ("zebrafish.txt", b"zebrafish")}}),
]


@pytest.fixture(scope="module")
def schema(client: TestClient) -> dict[str, Any]:
    whole: dict[str, Any] = client.get("/openapi.json").json()
    return whole


@pytest.fixture
def written(tmp_path: Path) -> Iterator[list[str]]:
    """The paths of the files opened for writing while the test runs."""
    paths: list[str] = []
    watching = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            paths.append(str(arguments[0]))

    sys.addaudithook(watch)
    yield paths
    watching = False  # a hook cannot be taken away


@pytest.mark.parametrize(("path", "how"), REQUESTS)
def test_no_log_holds_the_message(
    client: TestClient, caplog: pytest.LogCaptureFixture, path: str, how: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    client.post(path, **how)
    logging.getLogger().debug("the level is low enough")
    assert "the level is low enough" in caplog.text
    assert "zebrafish" not in caplog.text
    assert "zebrafish" not in str([vars(record) for record in caplog.records])


def test_no_request_writes_a_file(client: TestClient, written: list[str], tmp_path: Path) -> None:
    for path, how in REQUESTS:
        client.post(path, **how)
    control = tmp_path / "control"
    control.touch()
    assert written == [str(control)]


@pytest.mark.parametrize(
    ("method", "path", "how", "status"),
    [
        ("POST", "/v1/ask", {"json": {"message": "So is LIFT just gone??"}}, 200),
        ("GET", "/v1/faq", {}, 200),
        ("GET", "/nothing", {}, 404),
        ("GET", "/v1/ask", {}, 405),
        ("POST", "/v1/ask", {"json": {"message": "a" * 270_000}}, 413),
        ("POST", "/v1/ask", {"content": b"a"}, 415),
        ("POST", "/v1/ask", {"json": {}}, 422),
    ],
)
def test_a_page_of_any_portal_may_read_the_response(
    client: TestClient, method: str, path: str, how: dict[str, Any], status: int
) -> None:
    origin = {"Origin": "https://portal.example"}
    headers = {"Content-Type": "text/plain"} if status == 415 else {}
    answer = client.request(method, path, **how, headers=origin | headers)
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_page_of_any_portal_may_send_json(client: TestClient) -> None:
    answer = client.options(
        "/v1/ask",
        headers={
            "Origin": "https://portal.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]


def test_the_paths_are_described(client: TestClient, schema: dict[str, Any]) -> None:
    assert sorted(schema["paths"]) == [
        "/healthz",
        "/readyz",
        "/v1/ask",
        "/v1/batch",
        "/v1/batch/{job_id}",
        "/v1/batch/{job_id}/file",
        "/v1/faq",
        "/v1/faq/{entry_id}",
    ]
    assert schema["info"]["version"] == __version__
    assert all(
        operation["summary"] and operation["description"]
        for path in schema["paths"].values()
        for operation in path.values()
    )


def test_each_example_of_the_description_works(client: TestClient, schema: dict[str, Any]) -> None:
    body = schema["paths"]["/v1/ask"]["post"]["requestBody"]["content"]["application/json"]
    assert list(body["examples"]) == ["plain", "follow-up", "audience"]
    for example in body["examples"].values():
        assert client.post("/v1/ask", json=example["value"]).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("post", "/v1/ask", ["413", "415", "422", "500"]),
        ("get", "/v1/faq", ["500"]),
        ("get", "/v1/faq/{entry_id}", ["404", "422", "500"]),
        ("get", "/readyz", ["500"]),
    ],
)
def test_each_error_is_described_as_a_problem(
    schema: dict[str, Any], method: str, path: str, statuses: list[str]
) -> None:
    responses = schema["paths"][path][method]["responses"]
    assert sorted(responses) == ["200", *statuses]
    for status in statuses:
        assert responses[status]["content"] == {
            "application/problem+json": {"schema": Problem.model_json_schema()}
        }


def test_without_arguments_the_folder_of_the_environment_is_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHATBOT_HOME", str(ROOT))
    served = TestClient(app.create())
    answer = served.post("/v1/ask", json={"message": "So is LIFT just gone??"})
    assert answer.json()["replies"][0]["match"]["entry_id"] == "stls-47"


def test_a_page_of_any_portal_may_read_an_unexpected_error(broken: TestClient) -> None:
    answer = broken.get("/readyz", headers={"Origin": "https://portal.example"})
    assert answer.status_code == 500
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_nothing_is_loaded_from_elsewhere(client: TestClient) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404
    for path in ("/", "/chat", "/page.css", "/portal.css"):
        assert "//" not in client.get(path).text.replace("<!doctype html>", "")
