import docx
from docx.oxml.ns import qn

from chatbot import word_files


def test_a_document_has_a_title_and_a_language() -> None:
    document = docx.Document()
    word_files.set_up(document, "Answers\x00 to a list")
    assert document.core_properties.title == "Answers to a list"
    languages = {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))}
    assert languages == {document.core_properties.language} == {"en-GB"}


def test_a_heading_row_comes_again_on_each_page_and_no_row_is_broken() -> None:
    table = docx.Document().add_table(rows=2, cols=2)
    word_files.make_heading(table.rows[0])
    word_files.keep_whole(table.rows[1])
    marks = [[one.tag for one in row._tr.trPr] for row in table.rows]
    assert marks == [[qn("w:cantSplit"), qn("w:tblHeader")], [qn("w:cantSplit")]]
    (ground,) = {one.get(qn("w:fill")) for one in table._tbl.iter(qn("w:shd"))}
    assert ground == str(word_files.ACTION)


def test_pages_are_numbered() -> None:
    document = docx.Document()
    word_files.number_pages(document.sections[0])
    footer = document.sections[0].footer.paragraphs[0]
    assert footer.text.startswith("Page ")
    fields = [one.get(qn("w:instr")) for one in footer._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_text_is_sound_without_what_xml_cannot_hold() -> None:
    assert word_files.sound("a\x00\x0b\ud800\ufffe b\t\n👍") == "a b\t\n👍"
