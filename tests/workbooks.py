"""Workbooks as the batch command writes them and an officer fills them in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from chatbot import sheets, workbook

PERSON = tuple(workbook.PERSON)
ANSWERS = ("Ref", "Message", "Group", "Row", "Outcome", "Confidence", "Answer", "Group (FAQ)")
QUESTIONS = ("Row", "Sheet", "Question", "Outcome", "Answer", "Group")

HELPLINE = (
    "Will STLS run a helpline in the school holidays?",
    "is there an stls helpline in the school holidays",
    "will the stls helpline run in the school holidays",
    "will there be an STLS helpline over the school holidays",
)
NO_HELPLINE = "No. The service is open in term time only."


def person(group: Any, question: Any, answer: Any, section: Any = None) -> tuple[Any, ...]:
    return (group, question, 3, "senco (2); parent", "stls-36: Where (3%)", section, answer)


def answers(group: Any, *asked: str) -> list[tuple[Any, ...]]:
    return [("R1", one, "B", n, "fallback", 0.1, None, group) for n, one in enumerate(asked)]


def questions(group: Any, *asked: str) -> list[tuple[Any, ...]]:
    return [(7, None, one, "fallback", None, group) for one in asked]


def write(
    path: Path,
    groups: Sequence[Sequence[Any]],
    asked: Sequence[Sequence[Any]] = (),
    questions: Sequence[Sequence[Any]] = (),
) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, names, rows in (
        (sheets.ANSWERS, ANSWERS, asked),
        (sheets.FOR_A_PERSON, PERSON, groups),
        (sheets.QUESTIONS, QUESTIONS, questions),
    ):
        sheet = book.create_sheet(title)
        sheet.append(names)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path
