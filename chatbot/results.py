"""What each row of a list gets, kept in a partial file.

Rows are answered in chunks, and each chunk goes to the file at once, so that memory stays flat and
an interrupted run can go on. A row that says what an earlier one said gets what that one got; of
each text a digest is kept for that.
"""

import base64
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel

from chatbot import grouping, processes
from chatbot.answering import Answerer
from chatbot.encoder import Vectors
from chatbot.errors import MessageError
from chatbot.partial import Lines
from chatbot.question_lists import QuestionList
from chatbot.reply import Answered, NoteKind, Outcome, Reason, Reply
from chatbot.text import MAX_CHARACTERS, clean

CHUNK = 128  # rows answered together; what they look up must fit what a lookup remembers
# What is said to whoever has the list instead of what is said to who asked.
NOTED = {NoteKind.PERSONAL_DATA: "May hold personal details."}
VERSION = 1  # of the partial file
FEW = 1_000  # rows that are answered as soon as another process has started
MOST_WORKERS = 8  # some 140 MB each

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


class Row(NamedTuple):
    """What is answered of a row of the list: its question, or the reason why there is none."""

    text: str
    reason: str


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
    workers: int = 1,
    progress: Progress = lambda done, of: None,
) -> None:
    """Answer every row of the list into the file `partial`; with `resume` go on with what it holds.

    A long list is shared out among at most so many `workers`, processes of their own where they
    are several. Raises `TableError` where the file holds results of another list or FAQ.
    """
    head = _head(answerer, asked)
    partial.touch()
    with partial.open("rb+") as file:
        lines = Lines(file, head, resume)
        progress(len(lines), asked.count)
        workers = max(1, min(workers, MOST_WORKERS, (asked.count - len(lines)) // FEW))
        chunks = _chunks(asked, len(lines))
        for chunk, fresh in processes.each(_lines, answerer, chunks, workers):
            new = iter(fresh)
            for earlier in chunk.earlier:
                lines.add(next(new) if earlier is None else lines[earlier])
            file.flush()
            progress(len(lines), asked.count)


class Chunk(NamedTuple):
    """Rows that are answered together: the new ones, and for each row which it repeats, if any."""

    new: list[Row]
    earlier: list[int | None]


def _chunks(asked: QuestionList, done: int) -> Iterator[Chunk]:
    """The rows after the first `done`, each text once."""
    first: dict[bytes, int] = {}  # the row in which a text stood first, by a digest of it
    rows = (Row(row.text, row.reason) for row in asked)
    for place, row in enumerate(itertools.islice(rows, done)):
        first.setdefault(_digest(row), place)
    places = itertools.count(done)
    while chunk := list(itertools.islice(rows, CHUNK)):
        new, earlier = [], []
        for row, place in zip(chunk, places, strict=False):
            known = first.setdefault(_digest(row), place)
            earlier.append(None if known == place else known)
            if known == place:
                new.append(row)
        yield Chunk(new, earlier)


def _digest(row: Row) -> bytes:
    text = f"{row.reason}\0{row.text}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _head(answerer: Answerer, asked: QuestionList) -> str:
    """What results depend on, as the first line of a partial file."""
    read_from = [[sheet.name, sheet.layout.question] for sheet in asked.sheets]
    return json.dumps(
        {
            "version": VERSION,
            "list": asked.sha256,
            "questions": read_from,
            "faq": answerer.version,
            "vectors": answerer.lookup.encoder.sha256_to_group,
            "threshold": answerer.stated.threshold,
        }
    )


def kept(partial: Path) -> Iterator[tuple[Result, Vectors]]:
    """The results in a partial file, each with a vector (questions, dimension) of its questions."""
    with partial.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            text, _, halves = line.rpartition("\t")
            result = Result.model_validate_json(text)
            vectors = np.frombuffer(base64.b64decode(halves), "<f2").astype(np.float32)
            yield result, vectors.reshape(len(result.questions), -1 if len(vectors) else 0)


def _lines(answerer: Answerer, chunk: Chunk) -> list[bytes]:
    """The lines of a partial file for the new rows of a chunk."""
    lines = []
    for result, vectors in _answered(answerer, chunk.new):
        halves = base64.b64encode(vectors.astype("<f2").tobytes()).decode()
        lines.append(f"{result.model_dump_json(exclude_defaults=True)}\t{halves}\n".encode())
    return lines


def _answered(answerer: Answerer, rows: Sequence[Row]) -> Iterator[tuple[Result, Vectors]]:
    """What each row gets, and a vector for each of its questions."""
    found = iter(answerer.ask_many([row.text for row in rows if not row.reason]))
    results = [
        Result(reason=row.reason) if row.reason else _result(row.text, next(found)) for row in rows
    ]
    questions = [one for result in results for one in result.questions]
    judged = answerer.lookup.judge([one.text for one in questions], to_group=True)
    for one, its in zip(questions, map(grouping.Asked.of, judged), strict=True):
        one.first, one.score = its.first, its.score
    vectors = iter(np.array([one.group_vector for one in judged], np.float32))
    for result in results:
        yield result, np.array([next(vectors) for _ in result.questions], np.float32)


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
