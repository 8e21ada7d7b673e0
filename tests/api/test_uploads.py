import csv
import io
import logging
import time
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from chatbot.answering import Answerer
from chatbot.api import app
from chatbot.settings import Settings

LIFT = "What will replace LIFT?"
POOL = "what time does the swimming pool open"
LIST = f"School,Question\nA,{LIFT}\n\nB,{POOL}\n"


@pytest.fixture(scope="module")
def small(settings: Settings, answerer: Answerer) -> TestClient:
    """A client of a service with small limits."""
    limits = {"max_upload": 2_048, "max_rows": 3}
    return TestClient(app.create(settings.model_copy(update=limits), answerer))


def upload(
    client: TestClient, content: str | bytes = LIST, name: str = "m.csv", **data: str
) -> Any:
    return client.post("/v1/batch", files={"file": (name, content)}, data=data)


def finished(client: TestClient, place: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while True:
        answer = client.get(place)
        assert answer.status_code == 200
        state: dict[str, Any] = answer.json()
        if state["status"] in ("done", "failed"):
            return state
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_list_goes_in_and_comes_out_answered_once(client: TestClient) -> None:
    answer = upload(client)
    assert answer.status_code == 202
    begun = answer.json()
    assert answer.headers["Location"] == f"/v1/batch/{begun['id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert (begun["name"], begun["error"], begun["file"]) == ("m.csv", None, None)
    state = finished(client, answer.headers["Location"])
    assert (state["status"], state["done"], state["rows"]) == ("done", 3, 3)
    assert state["summary"] == {
        "rows": 3,
        "questions": 2,
        "answered": 1,
        "clarify": 0,
        "fallback": 1,
        "coverage": 0.5,
    }
    file = client.get(state["file"])
    assert file.status_code == 200
    assert file.headers["Content-Disposition"] == 'attachment; filename="m-answered.xlsx"'
    assert file.headers["Cache-Control"] == "no-store"
    assert openpyxl.load_workbook(io.BytesIO(file.content)).sheetnames[0] == "Answers"
    assert client.get(state["file"]).status_code == 404
    gone = client.get(answer.headers["Location"])
    assert gone.status_code == 404
    assert gone.json()["detail"].startswith("there is no such list")


@pytest.mark.parametrize("kind", ["csv", "jsonl", "docx", "html"])
def test_the_kind_of_the_result_can_be_chosen(client: TestClient, kind: str) -> None:
    state = finished(client, upload(client, format=kind).headers["Location"])
    file = client.get(state["file"])
    assert file.headers["Content-Disposition"].endswith(f'm-answered.{kind}"')


def test_column_and_sheet_can_be_chosen(client: TestClient) -> None:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.create_sheet("April").append(["Who pays for it?", LIFT])
    book.save(content)
    place = upload(
        client, content.getvalue(), "m.xlsx", format="csv", column="B", sheet="April"
    ).headers["Location"]
    text = client.get(finished(client, place)["file"]).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Question"], row["Entry id"]) == (LIFT, "stls-47")


def test_a_result_is_not_there_before_it_is_done(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot.api.jobs.Jobs.begin", lambda self, job: None)
    place = upload(client).headers["Location"]
    answer = client.get(f"{place}/file")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "the list is not answered yet"
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404
    assert client.delete(place).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "data", "detail"),
    [
        (b"", "m.csv", {}, "m.csv: is empty"),
        (b"%PDF-1.7", "m.pdf", {}, "m.pdf: cannot read '.pdf' files; copy its questions"),
        (b"text", "../../m.xlsx", {}, "m.xlsx: its suffix says .xlsx, but it is no office file"),
        (b"text", "C:\\x\\m.xlsm", {}, "m.xlsm: cannot read '.xlsm' files"),
        (b"Who?", "m.csv", {"format": "pdf"}, "cannot write 'pdf' files; use xlsx, csv"),
    ],
)
def test_what_is_no_list_is_a_422(
    client: TestClient, content: bytes, name: str, data: dict[str, str], detail: str
) -> None:
    answer = upload(client, content, name, **data)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(detail)
    assert answer.json()["errors"][0]["field"] == "file"


def test_a_file_is_needed(client: TestClient) -> None:
    answer = client.post("/v1/batch", files={"other": ("m.csv", LIST)})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "file", "detail": "Field required"}]
    json = client.post("/v1/batch", json={"file": "x"})
    assert json.status_code == 415
    assert json.json()["detail"] == (
        "send Content-Type: multipart/form-data; the request has 'application/json'"
    )


def test_what_is_wrong_in_a_list_is_told_with_its_row(small: TestClient) -> None:
    place = upload(small, 'Question,b\nWho?,"x\n').headers["Location"]
    state = finished(small, place)
    assert (state["status"], state["file"], state["summary"]) == ("failed", None, None)
    assert state["error"] == "m.csv: row 2: a quotation mark is never closed"
    assert small.get(f"{place}/file").json()["detail"] == "the list is not answered"


def test_uploads_have_limits(small: TestClient) -> None:
    state = finished(small, upload(small, "Who?\n" * 4).headers["Location"])
    assert state["error"] == "m.csv: holds more than 3 rows; split it"
    for content in (b"x" * 3_000, b"x" * 3_000_000):
        answer = upload(small, content)
        assert answer.status_code == 413
        assert answer.json()["detail"] == "the request body is larger than 2,048 bytes"


def test_an_upload_that_tells_no_length_is_bounded_too(small: TestClient) -> None:
    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="m.csv"\r\n\r\n'
        for _ in range(100):
            yield b"Who pays?\n" * 10

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert small.post("/v1/batch", content=body(), headers=kind).status_code == 413


def test_too_many_lists_are_a_429(
    settings: Settings, answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot.api.jobs.MOST", 0)
    answer = upload(TestClient(app.create(settings, answerer)))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "120"
    assert answer.json()["detail"].startswith("too many lists are waiting")


def test_uploads_can_be_turned_off(settings: Settings, answerer: Answerer) -> None:
    off = TestClient(app.create(settings.model_copy(update={"batch": False}), answerer))
    assert upload(off).status_code == 404
    assert off.get("/batch").status_code == 404


def test_no_text_of_a_list_is_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    state = finished(client, upload(client, "zebrafish?\n", "z.txt").headers["Location"])
    client.get(state["file"])
    assert "zebrafish" not in caplog.text
