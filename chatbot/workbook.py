"""An answered list as a workbook: answers, recurring questions, what a person must answer, summary.

Text is always written as text, so that no cell of a list becomes a formula or a link.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from chatbot import workbook_summary
from chatbot.answered import (
    PERCENT,
    WHOLE,
    AnsweredList,
    nearest,
    who_asked,
    whole,
)
from chatbot.reply import Outcome
from chatbot.sheets import (
    ANSWER,
    ANSWERS,
    ASKED,
    ASKED_BY,
    ENTRY_ID,
    FIELDS,
    FOR_A_PERSON,
    GROUP,
    GROUPS,
    HEADINGS,
    MATCHED,
    NEAREST,
    QUESTION,
    QUESTIONS,
    ROW,
    SECTION,
    SHEET,
    STORED,
)
from chatbot.tables import Row, text_of

# The columns of each sheet with their widths in characters.
PERSON = {GROUP: 8, QUESTION: 48, ASKED: 8, ASKED_BY: 28, NEAREST: 48, SECTION: 26, ANSWER: 64}
GROUPED = {
    GROUP: 8,
    QUESTION: 44,
    ASKED: 8,
    ASKED_BY: 28,
    STORED: 64,
    MATCHED: 40,
    ENTRY_ID: 11,
    SECTION: 24,
}
EACH = {ROW: 7, SHEET: 12, QUESTION: 44}
FOUND = dict(zip(HEADINGS, (11, 12, 32, 52, 10, 20, 9, 28, 12, 14, 8, 19, 18), strict=True))
FITTED = 200  # rows that the width of a column of the list is taken from
NARROWEST, WIDEST = 10, 48  # characters
LONGEST = 32_767  # characters of a cell
LINE_HEIGHT, HIGHEST = 15, 405  # points; no row may be higher than 409
CUT = " [...]"
MOST_FORMATS = 500  # number formats taken over from the list
A3, A4 = 8, 9  # as workbooks number sizes of paper
DARK, SOFT, LINE = "#00573C", "#44546A", "#BFC7CC"
# A pale ground for each outcome, whose name stands on it.
TINTS = {Outcome.FALLBACK: "#FBE3DD", Outcome.CLARIFY: "#FFF3D1", Outcome.ANSWER: "#DDF0E6"}


def write(answered: AnsweredList, path: Path, folder: Path) -> int:
    """Write the workbook to `path` and return how many rows of the list it holds.

    `folder` takes the library's temporary files; memory stays flat.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "tmpdir": str(folder),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": f"Answers to {answered.asked.name}"})
        return _Writer(book, answered).write()


def filled_in(path: Path) -> int:
    """How many answers a person has filled in where a workbook like this is at `path`."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True)
        try:
            rows = book[FOR_A_PERSON].iter_rows(values_only=True)
            answer = next(rows).index(ANSWER)
            return sum(bool(str(row[answer] or "").strip()) for row in rows if len(row) > answer)
        finally:
            book.close()
    except Exception:  # it is no such workbook: openpyxl lets errors of many kinds through
        return 0


class _Writer:
    def __init__(self, book: Any, answered: AnsweredList) -> None:
        self._book, self._list = book, answered
        font = {"valign": "top", "font_name": "Calibri", "font_size": 11}
        base = font | {"border": 1, "border_color": "#E1E5E8", "text_wrap": True}
        self._plain = book.add_format(base)
        self._count = book.add_format(base | {"align": "center", "num_format": WHOLE})
        self._soft = book.add_format(base | {"italic": True, "font_color": SOFT})
        self._fill = book.add_format(base | {"bg_color": "#FFF9DB", "border_color": LINE})
        heading = base | {"bold": True, "valign": "vcenter"}
        self._own = book.add_format(heading | {"bg_color": "#E4E8EB", "border_color": LINE})
        self._ours = book.add_format(
            heading | {"bg_color": DARK, "font_color": "white", "border_color": LINE}
        )
        share = {"num_format": PERCENT, "align": "center"}
        self._share = book.add_format(base | share)
        self._base = base
        self._formats: dict[str, Any] = {
            "General": self._plain,
            PERCENT: self._share,
            WHOLE: self._count,
        }

    def write(self) -> int:
        answers = self._sheet(ANSWERS)
        questions = None
        if any(len(result.questions) > 1 for _, result, _ in self._list.rows()):
            questions = self._sheet(QUESTIONS)
        count = self._answers(answers, questions)
        self._groups(self._sheet(GROUPS))
        self._person(self._sheet(FOR_A_PERSON))
        workbook_summary.write(self._book, self._list)
        return count

    def _sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A3 if name in (ANSWERS, QUESTIONS) else A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&L&A&RPage &P of &N")
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return sheet

    def _head(self, sheet: Any, widths: Mapping[str, float], own: int = 0) -> None:
        """The headings, of which the first `own` are the list's."""
        sheet.set_row(0, 32)
        for column, (name, width) in enumerate(widths.items()):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name[:LONGEST], self._own if column < own else self._ours)

    def _answers(self, sheet: Any, questions: Any) -> int:
        answered = self._list
        own = len(answered.asked.columns)
        widths = dict(zip(answered.headings, self._widths(own), strict=True))
        each = {**EACH, **{name: FOUND[name] for name in FIELDS}}
        self._head(sheet, widths, own)
        sheet.freeze_panes(1, 0)
        if questions is not None:
            self._head(questions, each)
            questions.freeze_panes(1, 0)
        count = line = 0
        for asked, result, groups in answered.rows():
            count += 1
            cells = answered.cells(asked, result, groups)
            self._row(sheet, count, cells, list(widths.values()))
            if questions is None or len(result.questions) < 2:
                continue
            for one, number in zip(result.questions, groups, strict=True):
                line += 1
                row = whole(asked.number)
                cells = [row, asked.sheet, one.text, *answered.fields(one, number)]
                self._row(questions, line, cells, list(each.values()))
        self._finish(sheet, count, len(widths), own + 1 + answered.several_sheets)
        if questions is not None:
            self._finish(questions, line, len(each), 3)
        return count

    def _finish(self, sheet: Any, rows: int, columns: int, outcome: int) -> None:
        """The filter, and the tint of each outcome in the column `outcome`."""
        sheet.autofilter(0, 0, max(rows, 1), columns - 1)
        for name, tint in TINTS.items():  # of several outcomes in a row the first of these
            rule = {
                "type": "text",
                "criteria": "containing",
                "value": str(name),
                "format": self._book.add_format({"bg_color": tint}),
                "stop_if_true": True,
            }
            sheet.conditional_format(1, outcome, max(rows, 1), outcome, rule)

    def _widths(self, own: int) -> list[float]:
        """Of the list's columns what most of their texts need, of the others what is known."""
        lengths: list[list[int]] = [[] for _ in range(own)]
        for asked in itertools.islice(self._list.asked, FITTED):
            for column, cell in enumerate(asked.cells):
                if text := text_of(cell):
                    lengths[column].append(max(map(len, text.split("\n"))))
        widths: list[float] = []
        for name, found in zip(self._list.asked.columns, lengths, strict=True):
            usual = sorted(found)[int(len(found) * 0.9)] if found else 0
            heading = max(map(len, name.split()), default=0) + 4
            widths.append(min(max(usual + 2, heading, NARROWEST), WIDEST))
        place = [EACH[SHEET]] if self._list.several_sheets else []
        return [*widths, *place, EACH[ROW], *FOUND.values()]

    def _row(self, sheet: Any, line: int, cells: Row, widths: Sequence[float]) -> None:
        self._fit(sheet, line, map(text_of, cells), widths)
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                self._text(sheet, line, column, cell, self._plain)
            elif isinstance(cell.value, bool):
                sheet.write_boolean(line, column, cell.value, self._plain)
            elif (number_format := self._format(cell.format)) is None:
                self._text(sheet, line, column, cell.text, self._plain)
            else:
                sheet.write_number(line, column, cell.value, number_format)

    def _fit(self, sheet: Any, line: int, texts: Iterable[str], widths: Sequence[float]) -> None:
        """Make the line as high as its longest text needs; not all programs do it by themselves."""
        lines = max(
            (_lines(one, width) for one, width in zip(texts, widths, strict=True)), default=1
        )
        if lines > 1:
            sheet.set_row(line, min(lines * LINE_HEIGHT + 2, HIGHEST))

    def _text(self, sheet: Any, line: int, column: int, text: str, style: Any) -> None:
        if len(text) > LONGEST:
            text = text[: LONGEST - len(CUT)] + CUT
        if text:
            sheet.write_string(line, column, text, style)
        else:
            sheet.write_blank(line, column, None, style)

    def _format(self, number_format: str) -> Any:
        """The cell format of a number format; None where a list has absurdly many."""
        if number_format not in self._formats and len(self._formats) < MOST_FORMATS:
            style = self._base | {"num_format": number_format}
            self._formats[number_format] = self._book.add_format(style)
        return self._formats.get(number_format)

    def _line(
        self,
        sheet: Any,
        line: int,
        texts: Sequence[str],
        widths: Sequence[float],
        styles: dict[int, Any],
    ) -> None:
        self._fit(sheet, line, texts, widths)
        for column, text in enumerate(texts):
            self._text(sheet, line, column, text, styles.get(column, self._plain))

    def _groups(self, sheet: Any) -> None:
        self._head(sheet, GROUPED)
        sheet.freeze_panes(1, 2)
        for line, found in enumerate(self._list.recurring, start=1):
            entry = found.entry
            answer = entry.answer if entry else f"Not answered yet: see '{FOR_A_PERSON}'."
            matched = (entry.question, entry.id, entry.section) if entry else ("", "", "")
            texts = ["", found.question, "", who_asked(found.who), answer, *matched]
            styles = {} if entry else {4: self._soft}
            self._line(sheet, line, texts, list(GROUPED.values()), styles)
            sheet.write_number(line, 0, found.number, self._count)
            sheet.write_number(line, 2, found.asked, self._count)
        self._empty(sheet, self._list.recurring, "No question was asked more than once.")
        sheet.autofilter(0, 0, max(len(self._list.recurring), 1), len(GROUPED) - 1)

    def _person(self, sheet: Any) -> None:
        self._head(sheet, PERSON)
        sheet.freeze_panes(1, 2)
        found = self._list.unanswered
        for line, one in enumerate(found, start=1):
            section = one.near[0][0].section if one.near else ""
            texts = ["", one.question, "", who_asked(one.who), nearest(one), section, ""]
            self._line(sheet, line, texts, list(PERSON.values()), {6: self._fill})
            sheet.write_number(line, 0, one.number, self._count)
            sheet.write_number(line, 2, one.asked, self._count)
        self._empty(sheet, found, "Every question was answered.")
        sheet.autofilter(0, 0, max(len(found), 1), len(PERSON) - 1)
        sections = list(dict.fromkeys(one.section for one in self._list.answerer.faq.entries))
        listed = [one for one in sections if one and "," not in one]
        if found and listed and len(",".join(listed)) <= 255:  # what Excel allows
            rule = {"validate": "list", "source": listed, "error_type": "information"}
            sheet.data_validation(1, 5, len(found), 5, rule)

    def _empty(self, sheet: Any, found: Sequence[object], text: str) -> None:
        if not found:
            sheet.write_string(1, 1, text, self._soft)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of so many characters, each cut at a word."""
    if len(text) < width and "\n" not in text:
        return 1
    room = max(width - 1, 1) * 1.15  # characters are narrower than the digits of a width
    return sum(max(1, math.ceil(len(line) / room)) for line in text.split("\n"))
