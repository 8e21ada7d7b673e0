"""Rows of a list answered by several processes, each with an answerer of its own.

What is done to a message beside its embedding is Python, of which one process runs only one line at
a time; so threads would not use a second processor.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import Any, TypeVar

from chatbot import index as index_files
from chatbot.answering import Answerer
from chatbot.errors import ChatbotError, StaleIndexError
from chatbot.settings import Settings

AHEAD = 2  # pieces of work that wait beside those being done, so that no process does

Given = TypeVar("Given")
Got = TypeVar("Got")
Work = Callable[[Answerer, Given], Got]

_opened: tuple[dict[str, Any], str] = ({}, "")  # in a worker: its settings, the FAQ's version


def each(
    work: Work[Given, Got], answerer: Answerer, pieces: Iterable[Given], processes: int
) -> Iterator[tuple[Given, Got]]:
    """Each piece with what `work` makes of it, in order, by so many processes.

    `work` is a function of a module. Only a few pieces are asked for ahead of what was taken.
    """
    if processes == 1:
        for piece in pieces:
            yield piece, work(answerer, piece)
        return
    values = dict(answerer.settings) | {"threads": 1}
    pool = ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("spawn"),  # threads do not live on in a fork
        initializer=_begin,
        initargs=(values, answerer.version),
    )
    waiting: deque[tuple[Given, Future[Got]]] = deque()
    try:
        for piece in pieces:
            waiting.append((piece, pool.submit(_done, work, piece)))
            if len(waiting) >= processes + AHEAD:
                yield _taken(waiting)
        while waiting:
            yield _taken(waiting)
    except BrokenProcessPool:
        raise ChatbotError(
            "a process that answered the list was ended from outside, perhaps for want of memory"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _taken(waiting: deque[tuple[Given, Future[Got]]]) -> tuple[Given, Got]:
    piece, future = waiting.popleft()
    return piece, future.result()


def _begin(values: dict[str, Any], version: str) -> None:
    global _opened
    _opened = values, version
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and ends this process
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _done(work: Work[Given, Got], piece: Given) -> Got:
    return work(_answerer(), piece)


@cache
def _answerer() -> Answerer:
    values, version = _opened
    settings = Settings.model_construct(**values)  # they were checked when they were read
    if index_files.fingerprint(settings.home) != version:
        raise StaleIndexError("the FAQ was changed while the list was answered; start anew")
    return Answerer.open(settings)
