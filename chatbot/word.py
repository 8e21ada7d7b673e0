"""A published document as a Word file that can be read aloud: headings, table headers, language."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import docx as python_docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from chatbot import word_files
from chatbot.documents import DETAILS_STYLE, NO_SECTION_STYLE
from chatbot.publishing import Document, Piece, Row, Section
from chatbot.word_files import GROUND, sound

FONT = "Arial"
WIDTHS = (Cm(1.9), Cm(5.7), Cm(9.4))  # number, question, answer: an A4 page between its margins
INK, SOFT, ACTION, LINK = (
    RGBColor.from_string(one) for one in ("0B0C0C", "3D4347", GROUND, "14508C")
)
_TABLE = f"""<w:tblPr {nsdecls("w")}>
  <w:tblW w:type="pct" w:w="5000"/>
  <w:tblBorders>
    <w:top w:val="single" w:sz="8" w:space="0" w:color="{ACTION}"/>
    <w:bottom w:val="single" w:sz="8" w:space="0" w:color="{ACTION}"/>
    <w:insideH w:val="single" w:sz="4" w:space="0" w:color="9AA3A8"/>
  </w:tblBorders>
  <w:tblLayout w:type="fixed"/>
  <w:tblCellMar>
    <w:top w:w="85" w:type="dxa"/><w:left w:w="100" w:type="dxa"/>
    <w:bottom w:w="40" w:type="dxa"/><w:right w:w="100" w:type="dxa"/>
  </w:tblCellMar>
  <w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0"
    w:noHBand="0" w:noVBand="0"/>
</w:tblPr>"""


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
    properties = parse_xml(_TABLE)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), sound(section.name))
    properties.append(caption)
    table._tbl.replace(table._tbl.tblPr, properties)
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    rows = iter(table.rows)
    header = next(rows)
    word_files.make_heading(header)
    for cell, name in zip(header.cells, ("No.", "Question", "Answer"), strict=True):
        _write(cell, [[Piece(name)]], "FAQ column")
    for line, row in zip(rows, section.rows, strict=True):
        word_files.keep_whole(line)
        number, question, answer = line.cells
        _write(number, [[Piece(row.numbers)]], "FAQ cell")
        _write(question, [[Piece("\n".join(lines))] for lines in row.question], "FAQ cell")
        _write(answer, row.answer, "FAQ cell")
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
    _style(file, "Normal", 11, after=8)
    _style(file, "Title", 24, bold=True, after=12)
    _style(file, "Heading 1", 16, bold=True, colour=ACTION, before=20, after=8)
    _style(file, "List Bullet", 11, after=3)
    _style(file, "Footer", 9, colour=SOFT)
    _style(file, NO_SECTION_STYLE, 16, based_on="Heading 1", bold=True, colour=ACTION, after=8)
    _style(file, "FAQ cell", 10, after=4)
    _style(file, "FAQ column", 10, bold=True, colour=RGBColor(255, 255, 255), after=4)
    _style(file, DETAILS_STYLE, 9, colour=SOFT, after=4)
    # A header row alone at the foot of a page would head nothing.
    file.styles["FAQ column"].paragraph_format.keep_with_next = True
    link = file.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.color.rgb, link.font.underline = LINK, True


def _style(
    file: Any,
    name: str,
    size: int,
    *,
    based_on: str = "Normal",
    bold: bool = False,
    colour: RGBColor = INK,
    before: int = 0,
    after: int = 0,
) -> None:
    """Set a style, making it where the file has none of that name."""
    if name not in file.styles:
        made = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = file.styles[based_on]
    style = file.styles[name]
    # Fonts and colours of a theme, and the rule below a title, would win over what is set here.
    for tag in ("w:rFonts", "w:color", "w:pBdr", "w:contextualSpacing"):
        for element in list(style.element.iter(qn(tag))):
            element.getparent().remove(element)
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.color.rgb = colour
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(before), Pt(after), 1.15
