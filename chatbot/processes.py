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
from contextlib import contextmanager
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
    pool = _pool(answerer, processes) if processes > 1 else None
    if pool is None:
        for piece in pieces:
            yield piece, work(answerer, piece)
        return
    waiting: deque[tuple[Given, Future[Got]]] = deque()
    try:
        for piece in pieces:
            with _interrupts_held():
                waiting.append((piece, pool.submit(_done, work, piece)))
            if len(waiting) >= processes + AHEAD:
                yield _taken(waiting)
        while waiting:
            yield _taken(waiting)
    except BrokenProcessPool:
        raise ChatbotError(
            "a process that answered the list was ended from outside, perhaps for want of memory; "
            "allow fewer by the setting 'threads', and go on with --resume"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(answerer: Answerer, processes: int) -> ProcessPoolExecutor | None:
    """The processes; None where the system has none to give."""
    values = dict(answerer.settings) | {"threads": 1}
    try:
        return ProcessPoolExecutor(
            processes,
            mp_context=multiprocessing.get_context("spawn"),  # threads do not live on in a fork
            initializer=_begin,
            initargs=(values, answerer.version),
        )
    except (OSError, ImportError, NotImplementedError):  # no semaphores
        return None


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits: a process that starts takes this over, and so is never interrupted itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _taken(waiting: deque[tuple[Given, Future[Got]]]) -> tuple[Given, Got]:
    piece, future = waiting.popleft()
    return piece, future.result()


def _begin(values: dict[str, Any], version: str) -> None:
    global _opened
    _opened = values, version
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
    # Before, too: where the FAQ has changed, every process would build the index.
    if index_files.fingerprint(settings.home) == version:
        answerer = Answerer.open(settings)
        if answerer.version == version:
            return answerer
    raise StaleIndexError("the FAQ was changed while the list was answered; start anew")
