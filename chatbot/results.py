"""What each row of a list gets, kept in a partial file.

Rows are answered in chunks, and each chunk goes to the file at once, so that memory stays flat and
an interrupted run can go on.
"""

import base64
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from chatbot import grouping
from chatbot.answering import Answerer
from chatbot.encoder import Vectors
from chatbot.errors import MessageError, TableError
from chatbot.question_lists import Asked, QuestionList
from chatbot.reply import Answered, NoteKind, Outcome, Reason, Reply
from chatbot.text import MAX_CHARACTERS, clean

CHUNK = 128  # rows answered together; what they look up must fit what a lookup remembers
# What is said to whoever has the list instead of what is said to who asked.
NOTED = {NoteKind.PERSONAL_DATA: "May hold personal details."}
VERSION = 1  # of the partial file

Progress = Callable[[int, int], None]  # rows answered, of how many


class Question(BaseModel):
    """What one question of a row got, with no text but its own."""

    text: str
    outcome: Outcome
    confidence: float
    reason: Reason | None = None
    entry_id: str | None = None  # of the entry that answers it
    near: list[tuple[str, float]] = []  # ids of other entries that came near, and an estimate
    first: int = -1  # position of the entry that came first, answered or not
    score: float = 0.0  # how near it, or the unanswerable, came


class Result(BaseModel):
    """What a row got: its questions, and the reason where it holds none that can be answered."""

    questions: list[Question] = []
    reason: str = ""
    notes: list[str] = []


def answer(
    answerer: Answerer,
    asked: QuestionList,
    partial: Path,
    *,
    resume: bool = False,
    progress: Progress = lambda done, of: None,
) -> None:
    """Answer every row of the list into the file `partial`; with `resume` go on with what it holds.

    Raises `TableError` where it holds results of another list or FAQ.
    """
    head = _head(answerer, asked)
    done = _kept(partial, head) if resume and partial.exists() else 0
    with partial.open("a" if done else "w", encoding="utf-8") as file:
        if not done:
            file.write(head + "\n")
        progress(done, asked.count)
        rows = itertools.islice(asked, done, None)
        while chunk := list(itertools.islice(rows, CHUNK)):
            for result, vectors in _answered(answerer, chunk):
                halves = base64.b64encode(vectors.astype("<f2").tobytes()).decode()
                file.write(f"{result.model_dump_json(exclude_defaults=True)}\t{halves}\n")
            file.flush()
            done += len(chunk)
            progress(done, asked.count)


def _head(answerer: Answerer, asked: QuestionList) -> str:
    """What results depend on, as the first line of a partial file."""
    read_from = [[sheet.name, sheet.layout.question] for sheet in asked.sheets]
    return json.dumps(
        {
            "version": VERSION,
            "list": asked.sha256,
            "questions": read_from,
            "faq": answerer.version,
            "threshold": answerer.stated.threshold,
        }
    )


def _kept(partial: Path, head: str) -> int:
    """How many results a partial file holds; a line that was cut is taken away."""
    with partial.open("rb+") as file:
        first = file.readline()
        if first.decode("utf-8", "replace").rstrip("\n") != head:
            raise TableError(
                f"{partial}: is of another list, other options or another version of the FAQ; "
                "start anew, without --resume"
            )
        whole, count = len(first), 0
        for line in file:
            if not line.endswith(b"\n"):
                break
            whole, count = whole + len(line), count + 1
        file.truncate(whole)
    return count


def kept(partial: Path) -> Iterator[tuple[Result, Vectors]]:
    """The results in a partial file, each with a vector (questions, dimension) of its questions."""
    with partial.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            text, _, halves = line.rpartition("\t")
            result = Result.model_validate_json(text)
            vectors = np.frombuffer(base64.b64decode(halves), "<f2").astype(np.float32)
            yield result, vectors.reshape(len(result.questions), -1 if len(vectors) else 0)


def _answered(answerer: Answerer, rows: Sequence[Asked]) -> Iterator[tuple[Result, Vectors]]:
    """What each row gets, and a vector for each of its questions."""
    found = iter(answerer.ask_many([row.text for row in rows if not row.reason]))
    for row in rows:
        result = Result(reason=row.reason) if row.reason else _result(row.text, next(found))
        judged = answerer.lookup.judge([one.text for one in result.questions])
        for one, its in zip(result.questions, map(grouping.Asked.of, judged), strict=True):
            one.first, one.score = its.first, its.score
        yield result, np.array([one.vector for one in judged], np.float32)


def _result(text: str, found: Answered | MessageError) -> Result:
    if isinstance(found, Answered):
        return Result(
            questions=[_question(reply) for reply in found.replies],
            notes=[NOTED.get(note.kind, note.text) for note in found.notes],
        )
    try:
        start = clean(text[:MAX_CHARACTERS])
    except MessageError:  # nothing in it can be read
        return Result(reason=str(found))
    # Too long to be answered, but a person may read it.
    question = Question(text=start, outcome=Outcome.FALLBACK, confidence=0.0)
    return Result(questions=[question], reason=str(found))


def _question(reply: Reply) -> Question:
    return Question(
        text=reply.question,
        outcome=reply.outcome,
        confidence=reply.confidence,
        reason=reply.reason,
        entry_id=reply.match.entry_id if reply.match else None,
        near=[(one.entry_id, one.confidence) for one in reply.alternatives],
    )
