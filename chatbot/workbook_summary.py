"""The summary sheet of an answered list: counts, how often answers are right, and a chart."""

import itertools
from collections.abc import Sequence
from typing import Any

from chatbot.answered import NAMED, PERCENT, AnsweredList, told
from chatbot.reply import Outcome
from chatbot.sheets import FOR_A_PERSON, SUMMARY

A4 = 9  # as workbooks number sizes of paper
DARK, LINE = "#00573C", "#BFC7CC"
BARS = {Outcome.ANSWER: "#00704E", Outcome.CLARIFY: "#E0A100", Outcome.FALLBACK: "#C2452D"}
FILL_IN = (
    f"Fill the yellow column of '{FOR_A_PERSON}', save, and run 'chatbot adopt' on this file: the "
    "answers join the FAQ."
)


def write(book: Any, answered: AnsweredList) -> None:
    """Add the sheet to an XlsxWriter workbook."""
    _Page(book, answered).write()


class _Page:
    """A page to read, without lines around its cells, written from top to bottom."""

    def __init__(self, book: Any, answered: AnsweredList) -> None:
        self._book, self._list = book, answered
        self._sheet = book.add_worksheet(SUMMARY)
        self._lines = itertools.count()
        font = {"valign": "top", "font_name": "Calibri", "font_size": 11}
        self._words = book.add_format(font)
        self._title = book.add_format(font | {"bold": True, "font_size": 18, "font_color": DARK})
        self._bold = book.add_format(font | {"bold": True, "bottom": 1, "bottom_color": LINE})
        self._number = book.add_format(font | {"num_format": "#,##0", "align": "right"})
        self._part = book.add_format(font | {"num_format": PERCENT, "align": "center"})

    def write(self) -> None:
        sheet, answered, counts = self._sheet, self._list, self._list.counts
        sheet.set_column(0, 0, 62)
        sheet.set_column(1, 2, 12)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        self._heading(f"Answers to {answered.asked.name}"[:200], self._title, 30)
        for text in (*told(answered), FILL_IN):
            sheet.write_string(next(self._lines), 0, text, self._words)
        next(self._lines)
        self._heading("Rows", self._bold)
        self._value("Rows of the list, blank ones too", counts.rows)
        for name, number in counts.without.most_common():
            self._value(f"   of which: {name[:80]}", number)
        next(self._lines)
        self._heading("Questions", self._bold)
        self._value("Questions asked", counts.questions)
        bars = [
            self._value(f"   {name.lower()}", counts.outcomes[outcome], counts.questions)
            for outcome, name in NAMED.items()
        ]
        self._value("Asked more than once", len(answered.recurring))
        self._value("Different questions for a person", len(answered.unanswered))
        self._chart(bars[0], bars[-1])
        self._listed("Answers by section", counts.sections.most_common())
        self._listed("Why not answered", counts.reasons.most_common())

    def _heading(self, text: str, style: Any, height: int = 20) -> None:
        line = next(self._lines)
        self._sheet.set_row(line, height)
        self._sheet.write_string(line, 0, text, style)

    def _value(self, name: str, number: int, of: int = 0) -> int:
        """Write a count, and its share `of` all; the line it stands in."""
        line = next(self._lines)
        self._sheet.write_string(line, 0, name[:200], self._words)
        self._sheet.write_number(line, 1, number, self._number)
        if of:
            self._sheet.write_number(line, 2, number / of, self._part)
        return line

    def _listed(self, name: str, counted: Sequence[tuple[str, int]]) -> None:
        if counted:
            next(self._lines)
            self._heading(name, self._bold)
            for one, number in counted:
                self._value(one, number)

    def _chart(self, first: int, last: int) -> None:
        chart = self._book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "categories": [SUMMARY, first, 0, last, 0],
                "values": [SUMMARY, first, 1, last, 1],
                "points": [{"fill": {"color": color}} for color in BARS.values()],
                "data_labels": {"value": True, "num_format": "#,##0"},
                "gap": 60,
            }
        )
        chart.set_title({"name": "What became of the questions", "name_font": {"size": 13}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        chart.set_size({"width": 520, "height": 260})
        words = "Bars: questions answered, with several answers possible, and for a person"
        self._sheet.insert_chart(7, 4, chart, {"description": words})
