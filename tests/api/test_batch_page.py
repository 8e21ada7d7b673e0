import time
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

LIST = "Question\nWhat will replace LIFT?\n<b>what time does the swimming pool open\n"


def parsed(answer: Any) -> Any:
    return html.fromstring(answer.text)


def words(page: Any) -> str:
    return " ".join(page.xpath("//main")[0].text_content().split())


def upload(client: TestClient, content: str = LIST, name: str = "<i>m.csv") -> Any:
    files = {"file": (name, content)} if name else {}
    return client.post("/batch", files=files, data={"column": ""}, follow_redirects=False)


def done(client: TestClient, place: str) -> Any:
    until = time.monotonic() + 60
    while True:
        page = parsed(client.get(place))
        if not page.xpath("//progress"):
            return page
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_form_takes_a_file_without_script(client: TestClient) -> None:
    answer = client.get("/batch")
    page = parsed(answer)
    (form,) = page.forms
    assert (form.method, form.action, form.get("enctype")) == (
        "POST",
        "batch",
        "multipart/form-data",
    )
    for field in form.xpath(".//input | .//select"):
        assert page.xpath(f"//label[@for='{field.get('id')}']")
    assert page.get("lang") == "en"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//@style | //@*[starts-with(name(), 'on')]") == []
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    names = [one.split()[0] for one in policy.split(";")]
    assert len(set(names)) == len(names)
    assert "at most 20 MB and 20,000 rows" in words(page)


def test_a_list_has_a_page_that_shows_progress_and_then_the_result(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = "chatbot.api.jobs.Jobs.begin"
    with monkeypatch.context() as patched:
        patched.setattr(begin, lambda self, job: None)
        answer = upload(client)
    assert answer.status_code == 303
    place = f"/{answer.headers['Location']}"
    waiting = parsed(client.get(place))
    assert "yours is waiting" in words(waiting)
    assert waiting.xpath("//noscript/meta[@http-equiv='refresh']")
    assert waiting.xpath("//progress/@aria-label") == ["Rows answered"]
    assert waiting.xpath("//*[@data-state]/@data-state") == [f"../v1{place}"]
    job = client.app.state.jobs.get(place.split("/")[-1])  # type: ignore[attr-defined]
    client.app.state.jobs.begin(job)  # type: ignore[attr-defined]
    page = done(client, place)
    assert "2 rows, 2 questions: 1 answered (50%)" in words(page)
    assert "<i>m.csv" in words(page)
    assert not page.xpath("//noscript")
    (link,) = page.xpath("//a[@download]/@href")
    assert client.get(f"/batch/{link}").status_code == 200
    gone = client.get(place)
    assert gone.status_code == 404
    assert "A result vanishes once it is fetched" in words(parsed(gone))


def test_a_list_can_be_taken_back(client: TestClient) -> None:
    place = f"/{upload(client).headers['Location']}"
    (form,) = parsed(client.get(place)).forms
    answer = client.post(f"/batch/{form.action}", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "../../batch")
    assert client.get(place).status_code == 404
    assert client.post(f"/batch/{form.action}", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        ("", "m.csv", "m.csv: is empty"),
        ("x", "m.pdf", "cannot read '.pdf' files"),
        ("", "", "Choose a file first"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    client: TestClient, content: str, name: str, error: str
) -> None:
    answer = upload(client, content, name)
    assert answer.status_code == 422
    page = parsed(answer)
    assert error in page.xpath("//*[@id='error']")[0].text_content()
    (field,) = page.xpath("//input[@type='file']")
    assert field.get("aria-invalid") == "true"
    assert "error" in field.get("aria-describedby").split()
    assert page.xpath("//title")[0].text.startswith("Error: ")


def test_what_is_wrong_in_a_list_is_said_on_its_page(client: TestClient) -> None:
    answer = upload(client, "a,b\n7,8\n", "m.csv")
    place = f"/{answer.headers['Location']}"
    page = done(client, place)
    assert (
        page.xpath("//*[@role='alert']")[0]
        .text_content()
        .startswith("Error: m.csv: has no column of questions")
    )


def test_the_script_is_served_from_here(client: TestClient) -> None:
    answer = client.get("/batch.js")
    assert answer.status_code == 200
    assert "javascript" in answer.headers["Content-Type"]
