"""What all Word documents written here have in common: language, heading rows, sound text."""

import re
from collections.abc import Sequence
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

LANGUAGE = "en-GB"
FONT = "Arial"
COLUMN, CELL = "FAQ column", "FAQ cell"  # styles of the heading row and of other cells
# As on the pages.
INK, SOFT, ACTION = (RGBColor.from_string(one) for one in ("0B0C0C", "3D4347", "00573C"))
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
# What XML cannot hold; python-docx would fail on it.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def sound(text: str) -> str:
    """The text without characters that no document can hold."""
    return _NO_XML.sub("", text)


def set_up(file: Any, title: str) -> None:
    """Give the document a title, the language that it is read aloud in, and its styles."""
    file.core_properties.title = sound(title)[:255]
    file.core_properties.language = LANGUAGE
    for language in (
        *file.styles.element.iter(qn("w:lang")),
        *file.settings.element.iter(qn("w:themeFontLang")),
    ):
        language.set(qn("w:val"), LANGUAGE)
    for setting in file.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # Word 2013 and later
    style(file, "Normal", 11, after=8)
    style(file, "Title", 24, bold=True, after=12)
    style(file, "Heading 1", 16, bold=True, colour=ACTION, before=20, after=8)
    style(file, "Footer", 9, colour=SOFT)
    style(file, CELL, 10, after=4)
    style(file, COLUMN, 10, bold=True, colour=RGBColor(255, 255, 255), after=4)
    # A heading row alone at the foot of a page would head nothing.
    file.styles[COLUMN].paragraph_format.keep_with_next = True


def lay_out(table: Any, widths: Sequence[Any], caption: str) -> None:
    """Give a table its lines, its widths and the name that it is read aloud by."""
    properties = parse_xml(_TABLE)
    named = OxmlElement("w:tblCaption")
    named.set(qn("w:val"), sound(caption))
    properties.append(named)
    table._tbl.replace(table._tbl.tblPr, properties)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def style(
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
    found = file.styles[name]
    # Fonts and colours of a theme, and the rule below a title, would win over what is set here.
    for tag in ("w:rFonts", "w:color", "w:pBdr", "w:contextualSpacing"):
        for element in list(found.element.iter(qn(tag))):
            element.getparent().remove(element)
    found.font.name, found.font.size, found.font.bold = FONT, Pt(size), bold
    found.font.color.rgb = colour
    spacing = found.paragraph_format
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(before), Pt(after), 1.15


def number_pages(section: Any) -> None:
    """Number the pages of a section at their foot."""
    footer = section.footer.paragraphs[0]
    for words, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        footer.add_run(words)
        number = OxmlElement("w:fldSimple")
        number.set(qn("w:instr"), field)
        number.append(footer.add_run("1")._r)
        footer._p.append(number)


def keep_whole(row: Any) -> None:
    """Do not break the row of a table over two pages."""
    _mark(row, "w:cantSplit")


def make_heading(row: Any) -> None:
    """Let the row of a table come again on each page, on a dark ground."""
    _mark(row, "w:cantSplit", "w:tblHeader")
    for cell in row.cells:
        ground = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", str(ACTION))):
            ground.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(ground)


def _mark(row: Any, *names: str) -> None:
    for name in names:
        row._tr.get_or_add_trPr().append(OxmlElement(name))
