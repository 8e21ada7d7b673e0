import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatbot.answering import Answerer
from chatbot.api import jobs as jobs_file
from chatbot.api.jobs import Job, Jobs, Status

LIFT = "What will replace LIFT?"


@pytest.fixture
def jobs(answerer: Answerer) -> Iterator[Jobs]:
    found = Jobs(answerer)
    yield found
    found.close()


@pytest.fixture
def add(jobs: Jobs) -> Callable[..., Job]:
    def make(content: str = f"{LIFT}\n", name: str = "list.txt", most: int = 100) -> Job:
        job = jobs.new(name, ".csv", "", "", most)
        assert job is not None
        job.source.write_text(content)
        jobs.begin(job)
        return job

    return make


def finished(job: Job) -> Job:
    until = time.monotonic() + 60
    while job.status in (Status.WAITING, Status.RUNNING):
        assert time.monotonic() < until
        time.sleep(0.01)
    return job


def test_lists_are_answered_one_after_another(jobs: Jobs, add: Callable[..., Job]) -> None:
    first, second = add(), add(f"{LIFT}\n\n")
    assert finished(second).status == finished(first).status == Status.DONE
    assert second.counts is not None
    assert (second.counts.rows, second.done, second.rows) == (2, 2, 2)
    assert "Nothing, as LIFT is no longer required" in second.result.read_text("utf-8-sig")
    assert [one.name for one in second.folder.iterdir()] == ["answered.csv"]
    assert second.result_name == "list-answered.csv"


def test_what_is_wrong_is_kept_and_the_next_list_is_answered(
    add: Callable[..., Job], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    long = finished(add("Who?\n" * 11, most=10))
    assert (long.status, long.error) == (
        Status.FAILED,
        "list.txt: holds more than 10 rows; split it",
    )

    def broken(self: Answerer, messages: list[str]) -> None:
        raise ValueError(f"cannot answer {messages}")

    with monkeypatch.context() as patched:
        patched.setattr(Answerer, "ask_many", broken)
        failed = finished(add("zebrafish\n"))
    assert failed.error.startswith("something went wrong here")
    assert "zebrafish" not in caplog.text
    assert "unexpected ValueError" in caplog.text
    assert finished(add()).status == Status.DONE


def test_a_removed_list_leaves_nothing(
    jobs: Jobs, add: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    ask_many = Answerer.ask_many

    def slow(self: Answerer, messages: list[str]) -> object:
        begun.set()
        assert go_on.wait(60)
        return ask_many(self, messages)

    monkeypatch.setattr(Answerer, "ask_many", slow)
    running, waiting = add(), add()
    assert begun.wait(60)
    jobs.remove(running)
    jobs.remove(waiting)
    go_on.set()
    finished(running)
    last = finished(add())
    assert jobs.get(running.id) is None
    assert not waiting.folder.exists()
    assert [one for one in last.folder.parent.iterdir() if one.is_dir()] == [last.folder]


def test_a_result_vanishes_after_its_time(
    jobs: Jobs, add: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_file, "KEPT", 0.05)
    job = finished(add())
    until = time.monotonic() + 60
    while job.folder.exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    assert jobs.get(job.id) is None


def test_so_many_lists_are_held_and_no_more(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_file, "MOST", 2)
    held = [jobs.new("list.txt", ".csv", "", "", 10) for _ in range(3)]
    assert [job is None for job in held] == [False, False, True]
    assert held[0] is not None
    jobs.remove(held[0])
    assert jobs.new("list.txt", ".csv", "", "", 10) is not None


def test_ids_cannot_be_guessed_and_files_are_private(jobs: Jobs, add: Callable[..., Job]) -> None:
    ids = {add().id for _ in range(5)}
    assert len(ids) == 5
    assert all(len(one) == 32 for one in ids)
    assert add().folder.parent.stat().st_mode & 0o777 == 0o700


def test_nothing_is_left_at_the_end(answerer: Answerer, tmp_path: Path) -> None:
    jobs = Jobs(answerer)
    job = jobs.new("list.txt", ".csv", "", "", 10)
    assert job is not None
    jobs.close()
    assert not job.folder.parent.exists()
