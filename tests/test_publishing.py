import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from lxml import html

from chatbot import documents, publishing
from chatbot.changes import compare
from chatbot.errors import DocumentError
from chatbot.faq import Entry, Link, Source, dump, load_entries
from chatbot.settings import Settings, read

ROOT = Path(__file__).parent.parent
STORED = load_entries(ROOT).entries
IMPORTED = [".docx", ".html"]
FORMATS = [*IMPORTED, ".md"]


def entry(number: str = "1", **fields: Any) -> Entry:
    given = {
        "id": f"p-{number}",
        "number": number,
        "section": "Gates",
        "question": f"When does gate {number} open?",
        "answer": "At 8.",
        "source": Source(document="Parks", as_of="2025-03"),
    }
    return Entry(**(given | fields))


def plain(home: Path, **given: Any) -> Settings:
    return read(home).model_copy(update={"title": "Parks: questions", **given})


def published(path: Path, entries: Any, settings: Settings, earlier: Any = None) -> Path:
    changes = compare(entries, earlier) if earlier else None
    publishing.write(path, publishing.compose(entries, settings, changes))
    return path


@pytest.fixture(scope="module")
def council(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the council's FAQ, published in each format."""
    folder = tmp_path_factory.mktemp("published")
    for suffix in FORMATS:
        published(folder / f"faq{suffix}", STORED, settings)
    return folder


# Importing what was published


@pytest.mark.parametrize("suffix", IMPORTED)
def test_importing_the_published_document_gives_the_same_bytes(council: Path, suffix: str) -> None:
    found = documents.read(council / f"faq{suffix}", "STLS FAQ", "stls")
    assert (
        dump(documents.keep_edits(found.entries, STORED)).encode()
        == (ROOT / "faq.jsonl").read_bytes()
    )
    assert not [fault for fault in found.faults if "left out" in fault]
    assert [one.also_numbered for one in found.entries if one.number in ("39", "55")] == [
        ("42",),
        ("57",),
    ]


ROWS = {
    "no section": [entry(section="")],
    "no section after one": [entry(), entry("2", section="")],
    "a month of its own": [entry(), entry("2", source=Source(document="Parks", as_of="2025-09"))],
    "months in words": [entry(answer="As of May 2021.\n\nFor schools. As of June 2022.")],
    "a link": [entry(answer="See this.", links=(Link(text="this", url="https://kent.gov.uk/a"),))],
    "a lost link beside a kept one": [
        entry(
            answer="See here, where it is, or here.",
            links=(Link(text="here"), Link(text="here", url="mailto:a@kent.gov.uk")),
        )
    ],
    "a lost link of other words": [entry(answer="See the map.", links=(Link(text="the map"),))],
    "links in two paragraphs": [
        entry(
            answer="See there.\n\nOr there.",
            links=(Link(text="there", url="https://a.uk"), Link(text="there", url="https://b.uk")),
        )
    ],
    "a number used twice": [entry(also_numbered=("3",)), entry("3", id="p-3b", section="Paths")],
    "three numbers": [entry(also_numbered=("3", "7a")), entry("4")],
    "a section again": [entry(), entry("2", section="Paths"), entry("3")],
    "signs": [entry(question="Is 1 < 2 & 3 > 2?", answer='<b>No</b> &amp; "yes" {{ 1 }} | * _')],
    "paragraphs": [entry(answer="Yes.\n\nAt 8.\n\n1. On Sundays\n\n- at 9")],
    "separate questions": [
        entry(
            question="When do the gates open? Who opens the gates?",
            questions=("When do the gates open?", "Who opens the gates?"),
        )
    ],
    "questions in paragraphs": [
        entry(
            question="When do the gates open\nWho opens the gates",
            questions=("When do the gates open", "Who opens the gates"),
        )
    ],
    "names of columns": [entry(question="Question", answer="Answer")],
    "a year": [entry(section="Of 2025"), entry("2025", section="Other questions")],
    "a rule": [entry(question="-", answer="--")],
}


@pytest.mark.parametrize("suffix", IMPORTED)
@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS.keys())
def test_any_row_is_read_back_as_it_was(tmp_path: Path, suffix: str, rows: list[Entry]) -> None:
    settings = plain(tmp_path, introduction="Of January 2020.\n\nGates:", contact="a@kent.gov.uk")
    path = published(tmp_path / f"a{suffix}", rows, settings, [entry(answer="Another")])
    assert list(documents.read(path, "Parks", "p").entries) == rows
    assert publishing.lost(path, rows) == []


@pytest.mark.parametrize("suffix", IMPORTED)
def test_whom_an_entry_is_for_is_kept_beside_what_was_filled_in(
    tmp_path: Path, suffix: str
) -> None:
    rows = [entry(audience=("school", "nobody"))]
    path = published(tmp_path / f"a{suffix}", rows, plain(tmp_path))
    found = documents.read(path, "Parks", "p").entries
    assert found[0].audience == ()
    assert documents.keep_edits(found, rows) == rows
    assert publishing.lost(path, rows) == []


@pytest.mark.parametrize("suffix", IMPORTED)
def test_a_month_in_the_title_is_not_taken_for_that_of_the_rows(
    tmp_path: Path, suffix: str
) -> None:
    rows = [entry(), entry("2", source=Source(document="Parks", as_of="2024-05"))]
    path = published(tmp_path / f"a{suffix}", rows, plain(tmp_path, title="Parks in May 2024"))
    assert list(documents.read(path, "Parks", "p").entries) == rows


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (entry(id="gates"), "gates: not found"),
        (entry(number="A1", id="p-1"), "holds no table"),
        (entry(answer="At  8."), "p-1: answer"),
        (entry(answer="At <p>8."), "p-1: answer"),
        (entry(section="Gates:"), "p-1: section"),
        (entry(source=Source(document="Roads", as_of="2025-03")), "p-1: source"),
        (entry(answer="See", links=(Link(text="map", url="https://a.uk"),)), "p-1: links"),
    ],
)
def test_what_an_import_would_not_give_back_is_told(tmp_path: Path, row: Entry, line: str) -> None:
    rows = [row, entry("7"), entry("8")]
    path = published(tmp_path / "a.docx", rows, plain(tmp_path))
    if row.number == "A1":
        rows = [row]
        path = published(tmp_path / "a.docx", rows, plain(tmp_path))
        with pytest.raises(DocumentError, match=line):
            publishing.lost(path, rows)
        return
    assert line in publishing.lost(path, rows)


# What the document says


def words_of(path: Path) -> str:
    if path.suffix == ".docx":
        blocks = docx.Document(str(path)).iter_inner_content()
        texts = [
            one.text
            if hasattr(one, "text")
            else " ".join(c.text for r in one.rows for c in r.cells)
            for one in blocks
        ]
        return " ".join(" ".join(texts).split())
    if path.suffix == ".html":
        tree = html.fromstring(path.read_text(encoding="utf-8"))
        return " ".join(" ".join(tree.xpath("//body//text()")).split())
    return re.sub(r"\\(.)", r"\1", " ".join(path.read_text(encoding="utf-8").split()))


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_document_says_title_month_introduction_mailbox_and_every_entry(
    council: Path, settings: Settings, suffix: str
) -> None:
    words = words_of(council / f"faq{suffix}")
    place = 0
    for text in (settings.title, "The answers are as of March 2025.", settings.introduction):
        place = words.index(" ".join(text.split()), place)
    assert "Inclusion@kent.gov.uk" in words
    for one in STORED:
        for text in (one.section, one.number, one.question, one.answer):
            place = words.index(" ".join(text.split()), 0 if text == one.section else place)
    assert "For state-funded schools and early years settings." in words
    assert "New" not in re.findall(r"\w+", words)


@pytest.mark.parametrize("suffix", FORMATS)
def test_new_and_changed_answers_are_marked_against_an_earlier_version(
    tmp_path: Path, suffix: str
) -> None:
    earlier = [entry(), entry("2", answer="At 9."), entry("3")]
    now = [entry(), entry("2", answer="At 10."), entry("4")]
    path = published(tmp_path / f"a{suffix}", now, plain(tmp_path), earlier)
    words = words_of(path)
    assert (
        "Since the version of March 2025: new answers, 1 (4); changed, 1 (2); "
        "no longer here, 1 (3). New and"
    ) in words
    marks = re.findall(r"\b(?:New|Changed)\b", words.split("beside their number.")[1])
    assert marks == ["Changed", "New"]


def test_the_word_file_can_be_read_aloud(council: Path, settings: Settings) -> None:
    file = docx.Document(str(council / "faq.docx"))
    assert (file.core_properties.title, file.core_properties.language) == (settings.title, "en-GB")
    assert file.core_properties.author == ""
    styles = [one.style.name for one in file.paragraphs]
    assert styles.count("Title") == 1
    assert styles.count("Heading 1") == len(file.tables) == 10
    languages = {one.get(qn("w:val")) for one in file.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}
    for table in file.tables:
        first, *others = table._tbl.iter(qn("w:tr"))
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert not [one for one in others if one.find(f".//{qn('w:tblHeader')}") is not None]
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    empty = [
        one for one in file.element.body.iter(qn("w:p")) if not "".join(one.itertext()).strip()
    ]
    assert empty == []


def test_the_page_is_one_file_that_can_be_read_aloud(council: Path, settings: Settings) -> None:
    text = (council / "faq.html").read_text(encoding="utf-8")
    tree = html.fromstring(text)
    assert tree.get("lang") == "en-GB"
    assert tree.findtext("head/title") == settings.title
    assert len(tree.xpath("//h1")) == 1
    headings = {one.get("id"): one.text for one in tree.xpath("//h2")}
    named = [headings[one.get("aria-labelledby")] for one in tree.xpath("//table")]
    assert named == list(dict.fromkeys(one.section for one in STORED))
    assert len(tree.xpath("//th[@scope='col']")) == 30
    assert len(tree.xpath("//th[@scope='row']")) == len(STORED)
    targets = {one.get("href")[1:] for one in tree.xpath("//a[starts-with(@href, '#')]")}
    assert targets <= set(tree.xpath("//@id"))
    assert set(tree.xpath("//tbody/tr/@id")) == {one.id for one in STORED}
    assert not tree.xpath("//script | //link | //img | //iframe")
    assert "url(" not in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_the_markdown_is_headings_whose_text_is_no_markup(tmp_path: Path) -> None:
    rows = [
        entry(question="# *Is* it_1_ [a](b) <i>?", answer="1. one\n\n- two\n\n`x` | y"),
        entry("2", answer="See this", links=(Link(text="this", url="https://a.uk/(b)"),)),
    ]
    text = published(tmp_path / "a.md", rows, plain(tmp_path)).read_text(encoding="utf-8")
    blocks = text.split("\n\n")
    assert blocks[0] == "# Parks: questions"
    assert "## Gates" in blocks
    assert "### 1. \\# \\*Is\\* it\\_1\\_ \\[a\\](b) \\<i\\>?" in blocks
    assert "1\\. one" in blocks
    assert "\\- two" in blocks
    assert "\\`x\\` \\| y" in blocks
    assert "See [this](<https://a.uk/(b)>)\n" in text


@pytest.mark.parametrize("suffix", FORMATS)
def test_text_that_a_format_cannot_hold_spoils_no_document(tmp_path: Path, suffix: str) -> None:
    rows = [entry(question="When\x0bdo\x00 they?", answer="\ufffe<script>alert(1)</script>\x1f")]
    path = published(tmp_path / f"a{suffix}", rows, plain(tmp_path, title="A\x01<b>"))
    assert "alert(1)" in words_of(path)
    if suffix == ".html":
        assert not html.fromstring(path.read_text(encoding="utf-8")).xpath("//script | //b")


def test_no_link_leads_anywhere_but_to_an_address(tmp_path: Path) -> None:
    rows = [entry(answer="See here and there", links=(Link(text="here"), Link(text="there")))]
    tree = html.fromstring(
        published(tmp_path / "a.html", rows, plain(tmp_path)).read_text(encoding="utf-8")
    )
    assert tree.xpath("//td//a/@href") == []


# Files


def test_a_suffix_that_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"cannot write '.odt' files; use .docx, .html, .md"):
        published(tmp_path / "a.odt", [entry()], plain(tmp_path))
    with pytest.raises(DocumentError, match=r"nowhere/a.md: cannot be written: No such file"):
        published(tmp_path / "nowhere" / "a.md", [entry()], plain(tmp_path))


def test_an_earlier_file_is_replaced_and_nothing_else_left(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("before")
    published(tmp_path / "a.html", [entry()], plain(tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == ["a.html"]
    assert "At 8." in (tmp_path / "a.html").read_text()


def test_a_pdf_without_libreoffice_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(DocumentError, match=r"LibreOffice, which is not installed; install it, or"):
        published(tmp_path / "a.pdf", [entry()], plain(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def broken_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    office = tmp_path / "soffice"
    office.write_text("#!/bin/sh\nexit 3\n")
    office.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(office))
    return office


def test_an_office_that_fails_is_told_in_a_sentence(broken_office: Path) -> None:
    path = broken_office.with_name("a.pdf")
    with pytest.raises(DocumentError, match=r"wrote no PDF \(CalledProcessError\)"):
        published(path, [entry()], plain(broken_office.parent))
    assert not path.exists()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_a_pdf_is_tagged_and_has_the_title(tmp_path: Path) -> None:
    content = published(tmp_path / "a.pdf", [entry()], plain(tmp_path)).read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in content
    assert b"/DisplayDocTitle true" in content
    assert b"/Lang(en-GB)" in content
    assert [one.name for one in tmp_path.iterdir()] == ["a.pdf"]


def test_a_word_file_saved_again_by_an_office_imports_as_the_same(
    council: Path, tmp_path: Path, office: Callable[[Path, str, Path], Path]
) -> None:
    assert publishing.lost(office(council / "faq.docx", "docx", tmp_path), STORED) == []
