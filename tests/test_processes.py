import os
from collections.abc import Iterator

import pytest

from chatbot import processes
from chatbot.answering import Answerer
from chatbot.errors import ChatbotError, StaleIndexError
from chatbot.settings import Settings


def asked(answerer: Answerer, message: str) -> tuple[str, int]:
    """The entry that answers, and by which process."""
    (reply,) = answerer.ask(message).replies
    return (reply.match.entry_id if reply.match else ""), os.getpid()


def ended(answerer: Answerer, message: str) -> None:
    os._exit(9)


def failed(answerer: Answerer, message: str) -> None:
    raise ChatbotError(f"{message} is wrong")


def messages() -> list[str]:
    return ["What will replace LIFT?", "Where will STLS be based?", "Is the pool open?"] * 4


def test_one_process_does_the_work_itself(answerer: Answerer) -> None:
    found = list(processes.each(asked, answerer, messages(), 1))
    assert [piece for piece, _ in found] == messages()
    assert {process for _, (_, process) in found} == {os.getpid()}


def test_several_give_the_same_in_order(answerer: Answerer) -> None:
    alone = [entry for _, (entry, _) in processes.each(asked, answerer, messages(), 1)]
    taken: list[str] = []

    def pieces() -> Iterator[str]:
        for message in messages():
            taken.append(message)
            yield message

    found = []
    for piece, (entry, process) in processes.each(asked, answerer, pieces(), 2):
        found.append((piece, entry))
        assert process != os.getpid()
        assert len(taken) <= len(found) + 1 + processes.AHEAD  # few are asked for ahead
    assert found == list(zip(messages(), alone, strict=True))


def test_what_goes_wrong_in_a_process_is_told_here(answerer: Answerer) -> None:
    with pytest.raises(ChatbotError, match="Who pays is wrong"):
        list(processes.each(failed, answerer, ["Who pays"], 2))


def test_a_process_that_is_ended_from_outside_is_told_in_a_sentence(answerer: Answerer) -> None:
    with pytest.raises(ChatbotError, match="was ended from outside, perhaps for want of memory"):
        list(processes.each(ended, answerer, messages(), 2))


def test_where_there_are_no_other_processes_this_one_does_the_work(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise NotImplementedError("no semaphores")

    monkeypatch.setattr(processes, "ProcessPoolExecutor", none)
    found = list(processes.each(asked, answerer, messages(), 2))
    assert {process for _, (_, process) in found} == {os.getpid()}


def test_a_process_answers_from_no_other_version(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(processes, "_opened", (dict(settings), "of another day"))
    processes._answerer.cache_clear()
    with pytest.raises(StaleIndexError, match="changed while the list was answered; start anew"):
        processes._answerer()
