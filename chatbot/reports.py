"""An answered list as a document to read, .docx or .html: the same parts in the same order."""

import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot import templates
from chatbot.answered import NAMED, AnsweredList, Group, in_words, nearest, told, who_asked
from chatbot.question_lists import Asked
from chatbot.reply import Outcome
from chatbot.results import Question, Result
from chatbot.sheets import (
    ASKED,
    ASKED_BY,
    FOR_A_PERSON,
    GROUP,
    NEAREST,
    QUESTION,
    ROW,
    STORED,
)
from chatbot.tables import text_of

RECURRING, EVERY = "Recurring questions", "Every row"
LONGEST = 300  # characters of a group's question


@dataclass(frozen=True)
class Shown:
    """What one question got, in words."""

    question: str  # empty where the row asks just one
    outcome: str
    matched: str
    answer: str
    details: str


@dataclass(frozen=True)
class Paragraphs:
    """A row of the list and what it got, in words."""

    number: str
    own: list[tuple[str, str]]  # the cells that hold something, with the names of their columns
    shown: list[Shown]
    reason: str


def summary(answered: AnsweredList) -> list[tuple[str, str]]:
    """The counts, in words."""
    counts = answered.counts
    asked = counts.questions

    def share(outcome: Outcome) -> str:
        count = counts.outcomes[outcome]
        return f"{count:,} ({count / asked:.0%})" if asked else "0"

    return [
        ("Rows", f"{counts.rows:,}"),
        ("Questions", f"{asked:,}"),
        *((name, share(outcome)) for outcome, name in NAMED.items()),
        ("Asked more than once", f"{len(answered.recurring):,}"),
        ("Different questions for a person", f"{len(answered.unanswered):,}"),
    ]


def paragraphs(answered: AnsweredList) -> Iterator[Paragraphs]:
    """Each row of the list, in words."""
    for asked, result, groups in answered.rows():
        yield _paragraphs(answered, asked, result, groups)


def _paragraphs(
    answered: AnsweredList, asked: Asked, result: Result, groups: list[int]
) -> Paragraphs:
    own = [
        (name, text)
        for name, cell in zip(answered.asked.columns, asked.cells, strict=True)
        if (text := text_of(cell).strip())
    ]
    several = len(result.questions) > 1
    shown = [
        _shown(answered, one, number, several)
        for one, number in zip(result.questions, groups, strict=True)
    ]
    number = f"{asked.sheet} {asked.number}" if answered.several_sheets else str(asked.number)
    return Paragraphs(number, own, shown, result.reason)


def _shown(answered: AnsweredList, one: Question, number: int, several: bool) -> Shown:
    entries = answered.answerer.faq.by_id
    entry = entries[one.entry_id] if one.entry_id else None
    details = [f"Confidence {one.confidence:.0%}"]
    if entry:
        details.append(f"{entry.id}, {entry.section or 'no section'}, {entry.source.as_of}")
    if one.near:
        entry_id, share = one.near[0]
        runner_up = " ".join(entries[entry_id].question.split())
        details.append(f"runner-up {entry_id}: {runner_up} ({share:.0%})")
    if one.reason:
        details.append(in_words(one.reason))
    if number:
        details.append(f"group {number}")
    return Shown(
        question=one.text if several else "",
        outcome=NAMED[one.outcome],
        matched=entry.question if entry else "",
        answer=entry.answer if entry else "",
        details="; ".join(details) + ".",
    )


def html(answered: AnsweredList, path: Path, folder: Path) -> int:
    """Write one page that needs nothing else; the number of rows written."""
    count = 0

    def counted() -> Iterator[Paragraphs]:
        nonlocal count
        for one in paragraphs(answered):
            count += 1
            yield one

    page = (
        templates.environment()
        .get_template("report.html")
        .stream(
            name=answered.asked.name,
            source=" ".join(told(answered)),
            summary=summary(answered),
            unanswered=answered.unanswered,
            recurring=answered.recurring,
            rows=counted(),
            who_asked=who_asked,
            nearest=nearest,
            short=short,
        )
    )
    page.enable_buffering(100)
    page.dump(str(path), encoding="utf-8", errors="replace")
    return count


def docx(answered: AnsweredList, path: Path, folder: Path) -> int:
    """Write a Word document; the number of rows written."""
    import docx as word
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    from chatbot import word_files
    from chatbot.word_files import sound

    document = word.Document()
    word_files.set_up(document, f"Answers to {answered.asked.name}")
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(1.8)
    word_files.number_pages(page)
    document.add_heading(sound(f"Answers to {answered.asked.name}"), level=0)
    document.add_paragraph(sound(" ".join(told(answered))))
    _table(document, "Summary", {"What": 8, "How many": 8}, iter(summary(answered)))
    document.add_heading(FOR_A_PERSON, level=1)
    columns = {GROUP: 1.8, QUESTION: 9.2, ASKED: 1.8, ASKED_BY: 4.9, NEAREST: 8.4}
    _table(document, FOR_A_PERSON, columns, map(_person, answered.unanswered))
    document.add_heading(RECURRING, level=1)
    columns = {GROUP: 1.8, QUESTION: 6.8, ASKED: 1.8, ASKED_BY: 4.9, STORED: 10.8}
    _table(document, RECURRING, columns, map(_recurring, answered.recurring))
    document.add_heading(EVERY, level=1)
    columns = {ROW: 2.2, "List": 9.4, "Reply": 14.5}
    count = _table(document, EVERY, columns, map(_reply, paragraphs(answered)), NAMED.values())
    document.save(str(path))
    return count


def _person(one: Group) -> tuple[str, ...]:
    return str(one.number), short(one.question), str(one.asked), who_asked(one.who), nearest(one)


def _recurring(one: Group) -> tuple[str, ...]:
    answer = f"{one.entry.answer}\n({one.entry.id})" if one.entry else "Not answered yet"
    return str(one.number), short(one.question), str(one.asked), who_asked(one.who), answer


def short(question: str) -> str:
    """A question of a group as long as it needs to be to know it; its row has all of it."""
    return textwrap.shorten(question, LONGEST, placeholder=" ...")


def _reply(one: Paragraphs) -> tuple[str, ...]:
    own = "\n".join(f"{name}: {text}" for name, text in one.own)
    replies = [
        "\n".join(
            part
            for part in (shown.question, shown.outcome, shown.matched, shown.answer, shown.details)
            if part
        )
        for shown in one.shown
    ]
    return one.number, own, "\n\n".join([*replies, *([one.reason] if one.reason else [])])


def _table(
    document: Any,
    name: str,
    columns: Mapping[str, float],
    rows: Iterator[Sequence[str]],
    bold: Collection[str] = (),
) -> int:
    """A table of columns of so many centimetres, lines that are one of `bold` in bold type.

    Its heading row comes again on each page. The number of its other rows.
    """
    from docx.shared import Cm

    from chatbot import word_files

    table = document.add_table(rows=1, cols=len(columns))
    widths = [Cm(width) for width in columns.values()]
    word_files.lay_out(table, widths, name)
    word_files.make_heading(table.rows[0])
    for cell, column, width in zip(table.rows[0].cells, columns, widths, strict=True):
        cell.width, cell.paragraphs[0].style = width, word_files.COLUMN
        cell.paragraphs[0].add_run(column)
    count = 0
    for row in rows:
        count += 1
        added = table.add_row()
        word_files.keep_whole(added)
        for cell, text, width in zip(added.cells, row, widths, strict=True):
            cell.width, cell.paragraphs[0].style = width, word_files.CELL
            for n, line in enumerate(word_files.sound(text).split("\n")):
                run = cell.paragraphs[0].add_run(f"\n{line}" if n else line)
                run.bold = line in bold or None
    return count
