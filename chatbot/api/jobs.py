"""Uploaded lists that wait, are answered one after another, and whose results vanish."""

import queue
import secrets
import shutil
import threading
import time
import weakref
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from chatbot import batch, scratch
from chatbot.answered import Counts
from chatbot.answering import Answerer
from chatbot.api.problems import UNEXPECTED, log_unexpected
from chatbot.errors import ChatbotError

KEPT = 3600  # seconds that a result, or a failure, waits to be fetched
MOST = 20  # lists held at a time


class Status(StrEnum):
    """What happens to a list."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class _RemovedError(Exception):
    """The list was taken back while it was answered."""


@dataclass
class Job:
    """An uploaded list and how far its answering is."""

    id: str
    name: str  # of the file, as its owner calls it
    folder: Path
    suffix: str  # of the result
    column: str
    sheet: str
    most: int  # rows
    status: Status = Status.WAITING
    done: int = 0
    rows: int = 0
    error: str = ""
    counts: Counts | None = None
    removed: bool = False
    _begun: float = field(default=0.0, repr=False)

    @property
    def source(self) -> Path:
        """Where the uploaded file is."""
        return self.folder / "list"

    @property
    def result(self) -> Path:
        """Where the answered file is once it is done."""
        return self.folder / f"answered{self.suffix}"

    @property
    def result_name(self) -> str:
        """What the answered file is called when it is fetched."""
        return f"{Path(self.name).stem}-answered{self.suffix}"

    @property
    def rows_per_second(self) -> float | None:
        """How fast it goes; None before anything is known of that."""
        seconds = time.monotonic() - self._begun
        return round(self.done / seconds, 1) if self.done and seconds else None

    @property
    def seconds_left(self) -> int | None:
        """How long it will take; None before anything is known of that."""
        rate = self.rows_per_second
        return round((self.rows - self.done) / rate) if rate else None

    def progress(self, done: int, of: int) -> None:
        """Note how many rows are answered; ends the work where the list was taken back."""
        if self.removed:
            raise _RemovedError
        self._begun = self._begun or time.monotonic()
        self.done, self.rows = done, of


class Jobs:
    """The lists of one process, answered by one thread; their files are in one scratch folder."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._jobs: dict[str, Job] = {}
        self._waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._stack = ExitStack()
        scratch.sweep()
        self.close = weakref.finalize(self, self._stack.close)

    def new(self, name: str, suffix: str, column: str, sheet: str, most: int) -> Job | None:
        """A job whose `source` is to be written before it is begun; None where there are too many.

        Its id cannot be guessed: whoever has it may fetch the result.
        """
        with self._lock:
            if len(self._jobs) >= MOST:
                return None
            job_id = secrets.token_hex(16)
            job = Job(job_id, name, self._place() / job_id, suffix, column, sheet, most)
            job.folder.mkdir()
            self._jobs[job_id] = job
        return job

    def begin(self, job: Job) -> None:
        """Let the job wait for its turn."""
        self._waiting.put(job)

    def get(self, job_id: str) -> Job | None:
        """The job of that id, None where there is none, or none any more."""
        return self._jobs.get(job_id)

    def remove(self, job: Job) -> None:
        """Forget the job and delete its files; of one that runs, the thread does once it stops."""
        with self._lock:
            self._jobs.pop(job.id, None)
            job.removed = True
            running = job.status == Status.RUNNING
        if not running:
            shutil.rmtree(job.folder, ignore_errors=True)

    def _place(self) -> Path:
        if self._folder is None:
            self._folder = self._stack.enter_context(scratch.folder())
            threading.Thread(target=self._work, name="lists", daemon=True).start()
        return self._folder

    def _work(self) -> None:
        while True:
            job = self._waiting.get()
            with self._lock:
                if job.removed:
                    continue
                job.status = Status.RUNNING
            status = self._answered(job)
            job.source.unlink(missing_ok=True)
            with self._lock:
                job.status = status
            if job.removed:
                shutil.rmtree(job.folder, ignore_errors=True)
                continue
            timer = threading.Timer(KEPT, self.remove, [job])
            timer.daemon = True
            timer.start()

    def _answered(self, job: Job) -> Status:
        try:
            self._answer(job)
        except ChatbotError as error:
            job.error = str(error)
        except _RemovedError:
            job.error = "it was taken back"
        except Exception as error:  # the thread must live on for the other lists
            log_unexpected(error)
            job.error = UNEXPECTED
        return Status.FAILED if job.error else Status.DONE

    def _answer(self, job: Job) -> None:
        working = job.folder / "working"
        working.mkdir()
        job.counts = batch.run(
            self._answerer,
            job.source,
            job.result,
            working,
            name=job.name,
            column=job.column,
            sheet=job.sheet,
            most=job.most,
            progress=job.progress,
        )
        shutil.rmtree(working)
