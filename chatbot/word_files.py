"""What all Word documents written here have in common: language, heading rows, sound text."""

import re
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

LANGUAGE = "en-GB"
GROUND = "00573C"  # of heading rows, as on the pages
# What XML cannot hold; python-docx would fail on it.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def sound(text: str) -> str:
    """The text without characters that no document can hold."""
    return _NO_XML.sub("", text)


def set_up(file: Any, title: str) -> None:
    """Give the document a title and the language that it is read aloud in."""
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
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", GROUND)):
            ground.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(ground)


def _mark(row: Any, *names: str) -> None:
    for name in names:
        row._tr.get_or_add_trPr().append(OxmlElement(name))
