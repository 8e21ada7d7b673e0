"""A published document as a Word file that can be read aloud: headings, table headers, language."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import docx as python_docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from chatbot import word_files
from chatbot.documents import DETAILS_STYLE, NO_SECTION_STYLE
from chatbot.publishing import Document, Piece, Row, Section
from chatbot.word_files import ACTION, SOFT, sound

WIDTHS = (Cm(1.9), Cm(5.7), Cm(9.4))  # number, question, answer: an A4 page between its margins
LINK = RGBColor.from_string("14508C")


def docx(document: Document) -> bytes:
    """The bytes of a .docx file."""
    file = python_docx.Document()
    _set_up(file, document.title)
    file.add_paragraph(sound(document.title), "Title")
    for text in (document.as_of, *document.introduction):
        if text:
            file.add_paragraph(sound(text))
    if document.contact:
        paragraph = file.add_paragraph("Is your question not here? Ask ")
        _link(paragraph, document.contact, f"mailto:{document.contact}")
        paragraph.add_run(".")
    if document.changes:
        file.add_paragraph(sound(document.changes))
    if len(document.sections) > 1:
        for number, section in enumerate(document.sections, start=1):
            _link(file.add_paragraph(style="List Bullet"), section.name, anchor=_anchor(number))
    for number, section in enumerate(document.sections, start=1):
        style = "Heading 1" if section.named else NO_SECTION_STYLE
        _bookmark(file.add_paragraph(sound(section.name), style), number)
        _fill(file.add_table(rows=len(section.rows) + 1, cols=3), section)
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def _fill(table: Table, section: Section) -> None:
    word_files.lay_out(table, WIDTHS, section.name)
    rows = iter(table.rows)
    header = next(rows)
    word_files.make_heading(header)
    for cell, name in zip(header.cells, ("No.", "Question", "Answer"), strict=True):
        _write(cell, [[Piece(name)]], word_files.COLUMN)
    for line, row in zip(rows, section.rows, strict=True):
        word_files.keep_whole(line)
        number, question, answer = line.cells
        _write(number, [[Piece(row.numbers)]], word_files.CELL)
        _write(question, [[Piece("\n".join(lines))] for lines in row.question], word_files.CELL)
        _write(answer, row.answer, word_files.CELL)
        _beside(number, answer, row)


def _beside(number: _Cell, answer: _Cell, row: Row) -> None:
    """What is no word of the row, in a style that the import knows."""
    if row.mark:
        run = number.add_paragraph(style=DETAILS_STYLE).add_run(row.mark)
        run.bold, run.font.color.rgb = True, ACTION
    if row.details:
        answer.add_paragraph(sound(row.details), DETAILS_STYLE)


def _write(cell: _Cell, paragraphs: Sequence[Sequence[Piece]], style: str) -> None:
    for place, pieces in enumerate(paragraphs):
        paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
        paragraph.style = style
        for piece in pieces:
            if piece.link:
                _link(paragraph, piece.text, piece.link.url or "")
            else:
                paragraph.add_run(sound(piece.text))


def _link(paragraph: Paragraph, text: str, address: str = "", anchor: str = "") -> None:
    """Add words that lead to an address or a bookmark; without either they look like the others."""
    link = OxmlElement("w:hyperlink")
    if address:
        kind = RELATIONSHIP_TYPE.HYPERLINK
        link.set(qn("r:id"), paragraph.part.relate_to(address, kind, is_external=True))
        link.set(qn("w:tooltip"), sound(address))
    elif anchor:
        link.set(qn("w:anchor"), anchor)
    run = paragraph.add_run(sound(text), "Hyperlink" if address or anchor else None)
    link.append(run._r)
    paragraph._p.append(link)


def _anchor(number: int) -> str:
    return f"section_{number}"


def _bookmark(paragraph: Paragraph, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _anchor(number))
    paragraph._p.insert(1, start)  # after the paragraph's properties
    paragraph._p.append(end)


def _set_up(file: Any, title: str) -> None:
    """Page, language, properties and styles."""
    word_files.set_up(file, title)
    properties = file.core_properties
    properties.author = properties.comments = properties.keywords = ""
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    word_files.number_pages(page)
    word_files.style(file, "List Bullet", 11, after=3)
    word_files.style(
        file, NO_SECTION_STYLE, 16, based_on="Heading 1", bold=True, colour=ACTION, after=8
    )
    word_files.style(file, DETAILS_STYLE, 9, colour=SOFT, after=4)
    link = file.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.color.rgb, link.font.underline = LINK, True
