import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from starlette.testclient import TestClient

UNREADABLE = "the body cannot be read as JSON text in UTF-8"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def problem(client: TestClient, status: int, method: str, path: str, **how: Any) -> dict[str, Any]:
    """The problem that a request gets; its shape is checked."""
    answer = client.request(method, path, **how)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == "about:blank"
    assert body["status"] == status
    assert body["title"] == HTTPStatus(status).phrase
    assert body["detail"]
    return body


def chunks(many: int) -> Iterator[bytes]:
    """A body that tells no length."""
    for _ in range(many):
        yield b" " * 1_000


@pytest.mark.parametrize(
    ("method", "path", "detail"),
    [
        ("GET", "/nothing", "there is nothing at /nothing"),
        ("GET", "/v1/nothing", "there is nothing at /v1/nothing"),
        ("GET", "/page.html", "there is nothing at /page.html"),
        ("GET", "/../pyproject.toml", "there is nothing at /pyproject.toml"),
        ("GET", "/v1/faq/%3Cb%3E", "no entry has the id '<b>'"),
    ],
)
def test_what_is_not_there_is_a_404(
    client: TestClient, method: str, path: str, detail: str
) -> None:
    assert problem(client, 404, method, path)["detail"] == detail


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/ask", "POST"),
        ("DELETE", "/v1/ask", "POST"),
        ("PUT", "/", "GET"),
        ("DELETE", "/v1/faq/stls-47", "GET"),
    ],
)
def test_a_method_that_is_not_possible_is_a_405(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    assert problem(client, 405, method, path)["detail"] == f"{method} is not possible at {path}"
    assert client.request(method, path).headers["Allow"] == allowed


@pytest.mark.parametrize(
    "how",
    [
        {"content": b'{"message": "' + b"a" * 10_000_000 + b'"}', "headers": JSON},
        {"content": b" " * 262_145, "headers": JSON},
        {"content": b"{}", "headers": {**JSON, "Content-Length": "262145"}},
        {"content": b"{}", "headers": {**JSON, "Content-Length": "many"}},
    ],
    ids=["10 MB", "a byte too many", "so it says", "no number"],
)
def test_a_body_that_says_it_is_too_large_is_a_413(client: TestClient, how: dict[str, Any]) -> None:
    detail = "the request body is larger than 262,144 bytes"
    assert problem(client, 413, "POST", "/v1/ask", **how)["detail"] == detail


@pytest.mark.parametrize(("path", "headers"), [("/v1/ask", JSON), ("/chat", FORM)])
def test_a_body_that_grows_too_large_is_a_413(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    detail = "the request body is larger than 262,144 bytes"
    found = problem(client, 413, "POST", path, content=chunks(263), headers=headers)
    assert found["detail"] == detail


def test_a_body_in_chunks_is_read(client: TestClient) -> None:
    body = iter([b'{"message": ', b'"So is LIFT just gone??"}'])
    assert client.post("/v1/ask", content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    ("headers", "got"),
    [
        ({}, "none"),
        ({"Content-Type": "text/plain"}, "'text/plain'"),
        (FORM, "'application/x-www-form-urlencoded'"),
        ({"Content-Type": "application/problem+json"}, "'application/problem+json'"),
    ],
)
def test_what_does_not_say_it_is_json_is_a_415(
    client: TestClient, headers: dict[str, str], got: str
) -> None:
    found = problem(client, 415, "POST", "/v1/ask", content=b'{"message": "a"}', headers=headers)
    assert found["detail"] == f"send Content-Type: application/json; the request has {got}"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"message": ""}, "message"),
        ({"message": " \t\r\n\u00a0\u2003"}, "message"),
        ({"message": "\x00"}, "message"),
        ({"message": "<br>"}, "message"),
        ({"message": "a" * 2_001}, "message"),
        ({}, "message"),
        ({"message": None}, "message"),
        ({"message": 1}, "message"),
        ({"message": ["a"]}, "message"),
        ({"message": "a", "limit": -1}, "limit"),
        ({"message": "a", "limit": 11}, "limit"),
        ({"message": "a", "limit": "3"}, "limit"),
        ({"message": "a", "limit": True}, "limit"),
        ({"message": "a", "audience": 1}, "audience"),
        ({"message": "a", "audience": "a" * 51}, "audience"),
        ({"message": "a", "history": "a"}, "history"),
        ({"message": "a", "history": ["a"]}, "history.0"),
        ({"message": "a", "history": [{"entry_id": "stls-1"}]}, "history.0.message"),
        ({"message": "a", "history": [{"message": "a" * 2_001}]}, "history.0.message"),
        ({"message": "a", "history": [{"message": "a", "entry_id": 1}]}, "history.0.entry_id"),
        ({"message": "a", "history": [{"message": "a", "reply": "b"}]}, "history.0.reply"),
        ({"message": "a", "history": [{"message": 1}]}, "history.0.message"),
        ({"message": "a", "history": [{"message": "a"}] * 21}, "history"),
        ({"message": "a", "mesage": "b"}, "mesage"),
    ],
)
def test_a_field_that_is_wrong_is_a_422_that_names_it(
    client: TestClient, body: dict[str, object], field: str
) -> None:
    (error,) = problem(client, 422, "POST", "/v1/ask", json=body)["errors"]
    assert error["field"] == field
    assert error["detail"]


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        (b"", "body", "Field required"),
        (b'{"message"', "body", "not valid JSON at character 10"),
        (b'{"message": "a",}', "body", "not valid JSON at character"),
        (b'{"message": "a\x00b"}', "body", "not valid JSON at character 14"),
        (b'{"message": "caf\xe9"}', "body", UNREADABLE),
        (b'{"message": "a", "limit": ' + b"1" * 5_000 + b"}", "body", UNREADABLE),
        (b'{"message": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", "body|message", ""),
        (b"[" * 60_000, "body", ""),
        (b'{"message": "\\ud800"}', "message", "unable to parse raw data as a unicode string"),
        (b'{"message": "a", "\\ud800": 1}', "body", "unable to parse"),
        (b'{"message": "a", "limit": NaN}', "limit", "valid integer"),
        (b'{"message": "a", "limit": 1e999}', "limit", "valid integer"),
        (b"null", "body", "valid dictionary"),
        (b'["message"]', "body", "valid dictionary"),
        (b'"message"', "body", "valid dictionary"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else None,
)
def test_a_body_that_cannot_be_read_is_a_422(
    client: TestClient, body: bytes, field: str, detail: str
) -> None:
    (error,) = problem(client, 422, "POST", "/v1/ask", content=body, headers=JSON)["errors"]
    assert re.fullmatch(field, error["field"])
    assert detail in error["detail"]


def test_a_problem_does_not_repeat_the_message(client: TestClient) -> None:
    body = {"message": "zebrafish " * 201}
    assert "zebrafish" not in str(problem(client, 422, "POST", "/v1/ask", json=body))


@pytest.mark.parametrize(
    ("path", "how"),
    [
        ("/v1/ask", {"json": {"message": "zebrafish"}}),
        ("/chat", {"data": {"message": "zebrafish"}}),
    ],
)
def test_an_unexpected_error_is_a_500_that_tells_nothing_of_the_message(
    broken: TestClient,
    caplog: pytest.LogCaptureFixture,
    path: str,
    how: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    found = problem(broken, 500, "POST", path, **how)
    assert found["detail"] == "something went wrong here; please try again or ask the mailbox"
    assert list(found) == ["title", "status", "detail", "type"]
    (logged,) = [one for one in caplog.records if one.name == "chatbot"]
    assert logged.getMessage().startswith("unexpected ValueError at ")
    assert "conftest.py:" in logged.getMessage()
    assert logged.exc_info is None
    assert "zebrafish" not in caplog.text
    assert "Traceback" not in caplog.text
