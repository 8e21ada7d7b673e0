import json
from pathlib import Path

from starlette.testclient import TestClient

from chatbot.answering import Answerer
from chatbot.faq import Entry

FILE = Path(__file__).parents[2] / "faq.jsonl"


def test_every_entry_is_listed_in_the_order_of_the_file(client: TestClient) -> None:
    listed = client.get("/v1/faq").json()["entries"]
    stored = [json.loads(line) for line in FILE.read_bytes().split(b"\n") if line]
    assert listed == [Entry(**one).model_dump(mode="json") for one in stored]


def test_the_list_says_how_often_answers_are_right(client: TestClient, answerer: Answerer) -> None:
    listed = client.get("/v1/faq").json()
    assert list(listed) == [
        "title",
        "examples",
        "contact",
        "longest",
        "very_likely",
        "plausible",
        "faq_version",
        "threshold",
        "measured",
        "audiences",
        "entries",
    ]
    assert listed["title"] == "Specialist Teaching and Learning Service: questions and answers"
    assert listed["faq_version"] == answerer.version
    assert 0 < listed["threshold"] < 1
    assert listed["measured"] is not None


def test_the_list_holds_what_a_client_needs_to_start(client: TestClient) -> None:
    listed = client.get("/v1/faq").json()
    assert listed["examples"][0] == "So is LIFT just gone?"
    assert listed["contact"]["email"] == "Inclusion@kent.gov.uk"
    assert listed["contact"]["mailto"].startswith("mailto:Inclusion@kent.gov.uk?subject=")
    assert listed["longest"] == 2_000
    assert 0 < listed["plausible"] < listed["very_likely"] < 1


def test_the_list_names_the_audiences(client: TestClient) -> None:
    assert client.get("/v1/faq").json()["audiences"] == {
        "school": "state-funded schools",
        "early_years": "early years settings",
        "independent": "independent schools",
    }


def test_one_entry_has_every_field(client: TestClient) -> None:
    assert client.get("/v1/faq/stls-47").json() == {
        "id": "stls-47",
        "number": "47",
        "also_numbered": [],
        "section": "LIFT / surgeries / clinics",
        "question": "What will replace LIFT",
        "questions": [],
        "answer": "Nothing, as LIFT is no longer required",
        "audience": [],
        "links": [],
        "source": {"document": "STLS FAQ", "as_of": "2025-03"},
    }


def test_an_unknown_entry_is_a_problem(client: TestClient) -> None:
    answer = client.get("/v1/faq/stls-999")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "no entry has the id 'stls-999'",
    }
