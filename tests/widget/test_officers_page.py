"""The officers' page: a list in, its progress, its answers out."""

import csv
from pathlib import Path

import openpyxl
import pytest
from driving import LIFT, violations
from playwright.sync_api import Page, expect

from chatbot.api.jobs import Jobs

POOL = "what time does the swimming pool open"


def choose(page: Page, service: str, path: Path, kind: str = "csv") -> None:
    page.goto(f"{service}/batch")
    page.get_by_label("File with questions").set_input_files(path)
    page.get_by_label("Result").select_option(kind)
    page.get_by_role("button", name="Answer the list").click()


def test_a_list_goes_in_and_its_answers_come_out(page: Page, service: str, tmp_path: Path) -> None:
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    book = openpyxl.Workbook()
    for row in (["School", "Question"], ["Oak", LIFT], [], ["Ash", POOL]):
        book.active.append(row)
    book.save(tmp_path / "march.xlsx")
    page.goto(f"{service}/batch")
    assert violations(page) == []
    choose(page, service, tmp_path / "march.xlsx")
    told = page.get_by_role("status")
    expect(told).to_have_text(
        "3 rows, 2 questions: 1 answered (50%), 0 with several answers possible, 1 for a person."
    )
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download march-answered.csv").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        assert [line["Outcome"] for line in csv.DictReader(file)] == ["answer", "", "fallback"]
    expect(told.last).to_have_text("It has been sent to your downloads, and is deleted here.")
    page.get_by_role("button", name="Answer another list").click()
    expect(page.get_by_label("File with questions")).to_be_visible()
    assert console == []


def test_progress_is_shown_and_told_and_a_list_can_be_taken_back(
    page: Page, service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "begin", lambda self, job: None)  # it waits for ever
    (tmp_path / "list.txt").write_text(f"{LIFT}\n")
    running = {"status": "running", "done": 300, "rows": 1_200, "seconds_left": 60}
    states = iter([{"status": "waiting", "rows": 0}, running, {"status": "done"}])
    page.route(
        "**/v1/batch/*", lambda route: route.fulfill(json=next(states, {"status": "waiting"}))
    )
    choose(page, service, tmp_path / "list.txt")
    told = page.get_by_role("status")
    expect(told).to_have_text("Other lists come first; yours is waiting.")
    expect(told).to_have_text("300 of 1,200 rows are answered. About 1 minute left.")
    bar = page.get_by_role("progressbar", name="Rows answered")
    assert bar.evaluate("bar => [bar.value, bar.max]") == [300, 1_200]
    expect(told).to_have_text("Other lists come first; yours is waiting.")  # it has loaded anew
    page.get_by_role("button", name="Stop and delete this list").click()
    expect(page.get_by_label("File with questions")).to_be_visible()


def test_a_wrong_file_is_told_beside_the_field(page: Page, service: str, tmp_path: Path) -> None:
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.7")
    choose(page, service, tmp_path / "list.pdf")
    expect(page.get_by_role("alert")).to_have_text(
        "Error: list.pdf: cannot read '.pdf' files; copy its questions into a .docx or .txt file."
    )
    field = page.get_by_label("File with questions")
    assert "cannot read '.pdf' files" in field.evaluate(
        "one => one.ariaDescribedByElements.map(by => by.textContent).join(' ')"
    )
    assert violations(page) == []


def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    page: Page, service: str, tmp_path: Path
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    (tmp_path / "list.txt").write_text("Who pays?\n")
    page.goto(f"{service}/batch")
    field = page.get_by_label("File with questions")
    field.evaluate("one => { one.dataset.most = 5; }")
    field.set_input_files(tmp_path / "list.txt")
    assert field.evaluate("one => one.validationMessage") == "This file is too large."
    page.get_by_role("button", name="Answer the list").click()
    assert "POST" not in sent


def test_a_file_is_dropped_anywhere_on_the_page(page: Page, service: str) -> None:
    page.goto(f"{service}/batch")
    page.evaluate("""() => {
        const carried = new DataTransfer();
        carried.items.add(new File(['Who pays?'], 'dropped.txt'));
        const event = new DragEvent('drop', { dataTransfer: carried, cancelable: true });
        document.dispatchEvent(event);
    }""")
    field = page.get_by_label("File with questions")
    assert field.evaluate("one => one.files[0].name") == "dropped.txt"
    expect(field).to_be_focused()
