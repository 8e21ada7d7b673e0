import html
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from chatbot import archives
from chatbot.documents import Imported, keep_edits, read
from chatbot.errors import DocumentError
from chatbot.faq import Entry, Link, Source, dump, load

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "tests/data/stls-faq-march-2025.txt"
TEXT = DOCUMENT.read_text(encoding="utf-8")
STORED = load(ROOT).entries
INTRODUCTION = "Answers to the questions of March 2025."

# Faults of the text file's layout, and faults of what the document says.
LAYOUT = (
    "row 6: broken over two pages, put together",
    "row 18: broken over two pages, put together",
    "row 20: <p> tags, made paragraphs",
    "row 25: its question goes on after its answer ended, put together",
    "row 53: <p> tags, made paragraphs",
    "row 54: <p> tags, made paragraphs",
    "row 61: broken over two pages, put together",
    "row 68: broken over two pages, put together",
    "after row 68: a row of dashes, left out",
    "row 69: <p> tags, made paragraphs",
    "row 72: broken over two pages, put together",
    "row 73: <p> tags, made paragraphs",
    "row 76: <p> tags, made paragraphs",
    "after row 76: a row of dashes, left out",
)
CONTENT = (
    "row 1: 2 links without an address, to be filled in",
    "row 2: 2 questions in one cell, kept as one entry",
    "row 4: a comment and not a question",
    "row 6: 1 link without an address, to be filled in",
    "row 10: a comment and not a question",
    "row 14: 2 questions in one cell, kept as one entry",
    "row 16: 2 questions in one cell, kept as one entry",
    "row 22: 1 link without an address, to be filled in",
    "row 25: 2 questions in one cell, kept as one entry",
    "row 27: 2 questions in one cell, kept as one entry",
    "row 31: 2 questions in one cell, kept as one entry",
    "row 34: the answer is only 'Yes.'",
    "row 42: same question and answer as row 39, kept once",
    "row 42 (2nd use): number 42 is used twice",
    "row 42 (2nd use): the answer is only 'Yes'",
    "row 45: the answer is only 'Yes'",
    "row 46: blank, left out",
    "row 53: the answer only sends the reader to the mailbox",
    "row 57: same question and answer as row 55, kept once",
    "row 63: 2 questions in one cell, kept as one entry",
    "row 70: 1 link without an address, to be filled in",
    "row 71: 1 link without an address, to be filled in",
    "row 74: the answer is only 'No'",
    "row 75: 1 link without an address, to be filled in",
    "row 76: 3 questions in one cell, kept as one entry",
)

Cells = list[str]
Table = tuple[str, list[Cells]]  # heading, rows


def stls(path: Path) -> Imported:
    return read(path, "STLS FAQ", "stls")


def tables() -> list[Table]:
    """The headings and rows of the text file, pieces of a row joined, tags left in."""
    found: list[Table] = []
    heading = ""
    for line in TEXT.split("\n"):
        cells = line.split("\t")
        if len(cells) == 1:
            heading = line or heading
        elif cells[0].isdigit():
            if not found or found[-1][0] != heading:
                found.append((heading, []))
            found[-1][1].append(cells)
        elif not cells[0]:
            row = found[-1][1][-1]
            row[1:] = [f"{row[1]} {cells[1]}", f"{row[2]} {cells[2]}"]
    return found


def plain(text: str) -> str:
    return " ".join(text.replace("<p>", " ").replace("</p>", " ").split())


def parts_of(cell: str) -> list[str]:
    return [plain(part) for part in cell.split("</p>") if plain(part)]


def address_of(number: str) -> str:
    return f"https://www.kelsi.org.uk/{number}?a=1&b=2#top"


def write_html(path: Path, addresses: bool) -> Path:
    def marked(text: str, number: str) -> str:
        start = f'<a href="{html.escape(address_of(number))}">' if addresses else "<u>"
        link = f"{start}<b>he</b><span><i>re</i></span>{'</a>' if addresses else '</u>'}"
        text = re.sub(r"\bhere\b", link, html.escape(text))
        return re.sub(r"\bSTLS\b", "<b>S<i>TL</i></b>S", text)

    def cell(text: str, number: str) -> str:
        parts = [marked(part, number) for part in parts_of(text)]
        return "\n  ".join(f"<p class='x'>{part}</p>" for part in parts) if parts[1:] else parts[0]

    lines = [f"<!doctype html><title>FAQ</title><style>p {{}}</style><p>{INTRODUCTION}</p>"]
    for heading, rows in tables():
        lines.append(f"<h2>{html.escape(heading)}</h2><table>")
        lines.append("<tr><th>No</th><th>Question</th><th>Answer</th></tr>")
        for number, question, answer in rows:
            cells = [number, *(cell(one, number) if one else "" for one in (question, answer))]
            lines.append(f"<tr>{''.join(f'<td>{one}</td>' for one in cells)}</tr>")
        lines.append("</table>")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def add_link(paragraph: Paragraph, text: str, address: str) -> None:
    link = OxmlElement("w:hyperlink")
    part = paragraph.part
    link.set(qn("r:id"), part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(paragraph.add_run(text)._r)
    paragraph._p.append(link)


def write_docx(path: Path, addresses: bool) -> Path:
    document = docx.Document()
    document.add_heading("FAQ", 0)
    document.add_paragraph(INTRODUCTION)
    for heading, rows in tables():
        document.add_heading(heading, 1)
        table = document.add_table(rows=0, cols=3)
        for name, cell in zip(("No", "Question", "Answer"), table.add_row().cells, strict=True):
            cell.text = name
        for number, *texts in rows:
            cells = table.add_row().cells
            cells[0].text = number
            for cell, text in zip(cells[1:], texts, strict=True):
                for part in parts_of(text):
                    # A cell begins with an empty paragraph, as Word leaves them.
                    paragraph = cell.add_paragraph()
                    for piece in re.split(r"\b(here)\b", part):
                        if piece == "here" and addresses:
                            add_link(paragraph, piece, address_of(number))
                        else:
                            paragraph.add_run(piece).bold = piece == "here"
    document.save(str(path))
    return path


def write_text(path: Path, rows: str) -> Path:
    path.write_text(f"{INTRODUCTION}\n\nGates:\n\n{rows}", encoding="utf-8")
    return path


def write_table(path: Path, rows: str) -> Path:
    path.write_text(f"<p>{INTRODUCTION}</p><h2>Gates</h2><table>{rows}</table>", encoding="utf-8")
    return path


def told(path: Path) -> list[tuple[str, str, str, str]]:
    return [
        (one.number, one.section, one.question, one.answer) for one in read(path, "d", "p").entries
    ]


@pytest.fixture(scope="module")
def imported() -> Imported:
    return stls(DOCUMENT)


@pytest.fixture(scope="module", params=["docx", "html"])
def writer(request: pytest.FixtureRequest) -> Callable[[Path, bool], Path]:
    write = {"docx": write_docx, "html": write_html}[request.param]
    return lambda folder, addresses: write(folder / f"faq.{request.param}", addresses)


# The council's document


def test_the_document_gives_the_stored_entries_byte_for_byte(imported: Imported) -> None:
    kept = keep_edits(imported.entries, STORED)
    assert dump(kept).encode() == (ROOT / "faq.jsonl").read_bytes()


def test_each_fault_of_the_document_is_reported_in_a_line_of_its_own(imported: Imported) -> None:
    assert imported.faults == LAYOUT + CONTENT


def test_importing_twice_gives_the_same_bytes(imported: Imported) -> None:
    again = stls(DOCUMENT)
    assert dump(again.entries) == dump(imported.entries)
    assert again.faults == imported.faults


def test_each_answered_row_is_stored_once() -> None:
    answered = [number for _, rows in tables() for number, _, answer in rows if answer]
    stored = [number for one in STORED for number in (one.number, *one.also_numbered)]
    assert len(answered) == 76
    assert Counter(stored) == Counter(answered)
    assert len(STORED) == 74
    assert {one.id: one.also_numbered for one in STORED if one.also_numbered} == {
        "stls-39": ("42",),
        "stls-55": ("57",),
    }


def test_stored_questions_and_answers_are_the_words_of_the_document() -> None:
    rows = [
        (heading.rstrip(": "), number, plain(question), plain(answer))
        for heading, rows in tables()
        for number, question, answer in rows
        if answer
    ]
    again = {("Operational Details", "42"), ("Reception Year", "57")}
    assert [
        (one.section, one.number, plain(one.question), plain(one.answer)) for one in STORED
    ] == [row for row in rows if row[:2] not in again]


def test_the_entries_are_in_the_order_of_the_document() -> None:
    numbers = [*range(1, 42), "42b", 43, 44, 45, *range(47, 57), *range(58, 77)]
    assert [one.id for one in STORED] == [f"stls-{number}" for number in numbers]


def test_each_section_holds_its_entries() -> None:
    assert Counter(one.section for one in STORED) == {
        "Communities of Schools": 11,
        "Operational Details": 30,
        "Training": 4,
        "LIFT / surgeries / clinics": 5,
        "Transition": 3,
        "Reception Year": 2,
        "Parents": 6,
        "EHCP": 5,
        "Funding": 7,
        "Independent schools accessing communities of schools / STLS": 1,
    }


@pytest.mark.parametrize(
    ("entry_id", "question", "answer"),
    [
        (
            "stls-18",
            "Will it be the same link teacher each time, or will they rotate",
            "It is anticipated STLS Link Practitioners will be allocated to a community of schools "
            "and will stay with that community where possible.",
        ),
        (
            "stls-25",
            "How will specialist teachers retain their specialisms after moving to Link model? "
            "Will there still be specialisms",
            "Specialist teachers will retain their specialisms after moving to the Link model and "
            "will support and advice their colleagues when and where necessary.",
        ),
        (
            "stls-54",
            "How will transition from nursery to school take place if there are two systems",
            "The Transition Charter will still be applicable, and each district will have district "
            "plans for transition.\n\nEY STLS will continue to support transition into Year R.",
        ),
        (
            "stls-76",
            "Will independent schools be part of the CoS\nAre children transitioning from "
            "maintained Primary to Independent secondary included in CoS\nHow can independent "
            "schools continue to access STLS",
            "No\n\nCommunities of Schools are for state funded schools only Access for independent "
            "schools is being looked at separately.",
        ),
    ],
)
def test_a_row_out_of_shape_is_put_right(
    imported: Imported, entry_id: str, question: str, answer: str
) -> None:
    (found,) = [one for one in imported.entries if one.id == entry_id]
    assert (found.question, found.answer) == (question, answer)


def test_links_that_lost_their_address_are_kept_without_one(imported: Imported) -> None:
    assert {one.id: len(one.links) for one in imported.entries if one.links} == {
        "stls-1": 2,
        "stls-6": 1,
        "stls-22": 1,
        "stls-70": 1,
        "stls-71": 1,
        "stls-75": 1,
    }
    assert {link for one in imported.entries for link in one.links} == {Link(text="here")}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE),
        lambda text: re.sub(r"\n\n(?=\t)", "\n\f12\n", text),
        lambda text: text.replace("STLS support", "STLS\u2028support").replace("CoS ", "CoS\v"),
        lambda text: text.replace("Training:\n\n", "Training:\n\nNo\tQuestion\tAnswer\n"),
        lambda text: text.replace("Training:\n\n", "Training:\n\n\tQuestion\tAnswer\n--\t--\t--\n"),
    ],
    ids=["CRLF", "BOM", "cut ends", "page numbers", "line marks", "column names", "no name"],
)
def test_how_the_text_file_was_saved_changes_no_entry(
    imported: Imported, tmp_path: Path, change: Callable[[str], str]
) -> None:
    path = tmp_path / "faq.txt"
    path.write_bytes(change(TEXT).encode("utf-8"))
    assert path.read_bytes() != DOCUMENT.read_bytes()
    assert stls(path).entries == imported.entries


# Word and HTML


def test_the_same_table_gives_the_same_entries(
    imported: Imported, writer: Callable[[Path, bool], Path], tmp_path: Path
) -> None:
    found = stls(writer(tmp_path, False))
    assert found.entries == imported.entries
    assert found.faults == CONTENT


def test_addresses_of_links_are_kept(
    imported: Imported, writer: Callable[[Path, bool], Path], tmp_path: Path
) -> None:
    found = stls(writer(tmp_path, True))
    assert {one.number: one.links for one in found.entries if one.links} == {
        number: (Link(text="here", url=f"https://www.kelsi.org.uk/{number}?a=1&b=2#top"),) * times
        for number, times in [("1", 2), ("6", 1), ("22", 1), ("70", 1), ("71", 1), ("75", 1)]
    }
    assert [(one.question, one.answer) for one in found.entries] == [
        (one.question, one.answer) for one in imported.entries
    ]
    assert found.faults == tuple(one for one in CONTENT if "without an address" not in one)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://kent.gov.uk/a?b=1&c=2", "https://kent.gov.uk/a?b=1&c=2"),
        ("http://kent.gov.uk/", "http://kent.gov.uk/"),
        ("mailto:parks@kent.gov.uk", "mailto:parks@kent.gov.uk"),
        ("javascript:alert(1)", None),
        ("file:///C:/Users/me/faq.docx", None),
        ("faq.html", None),
    ],
)
def test_only_an_address_that_leads_there_from_anywhere_is_kept(
    tmp_path: Path, address: str, kept: str | None
) -> None:
    page = write_table(
        tmp_path / "a.html",
        f'<tr><td>1</td><td>When?</td><td>See <a href="{html.escape(address)}">this</a></td></tr>',
    )
    document = docx.Document()
    document.add_paragraph(INTRODUCTION)
    cells = document.add_table(rows=1, cols=3).rows[0].cells
    cells[0].text, cells[1].text, cells[2].text = "1", "When?", "See "
    add_link(cells[2].paragraphs[0], "this", address)
    add_link(cells[2].paragraphs[0], " ", address)
    document.save(str(tmp_path / "a.docx"))
    for path in (page, tmp_path / "a.docx"):
        (entry,) = read(path, "d", "p").entries
        assert entry.answer == "See this"
        assert entry.links == (Link(text="this", url=kept),)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("At 8.<br>On Sundays at 9.", "At 8. On Sundays at 9."),
        (
            "At 8.<p>On Sundays at 9.</p>Closed in May.",
            "At 8.\n\nOn Sundays at 9.\n\nClosed in May.",
        ),
        ("<p>Open:</p><ul><li>at 8</li><li>at 9</li></ul>", "Open:\n\nat 8\n\nat 9"),
        ("<div>At 8.</div><div>At 9.</div>", "At 8.\n\nAt 9."),
        ("At\n\n  <b>8</b><!-- no --><?php x ?>.", "At 8."),
        ("At&nbsp;8 &amp; 9&#46;", "At 8 & 9."),
        ("<style>p {}</style>At <script>x</script>8.", "At 8."),
        ('At <a href="https://kent.gov.uk"> </a>8.', "At 8."),
        ("<p><p>At 8.</p></p><p> </p>", "At 8."),
    ],
)
def test_an_html_cell_keeps_all_its_words_apart(tmp_path: Path, cell: str, answer: str) -> None:
    path = write_table(tmp_path / "a.html", f"<tr><td>1</td><td>When?</td><td>{cell}</td></tr>")
    assert told(path) == [("1", "Gates", "When?", answer)]


def test_headings_inside_an_html_table_begin_sections(tmp_path: Path) -> None:
    row = "<tr><td>{}</td><td>When?</td><td>At {}.</td></tr>"
    path = write_table(
        tmp_path / "a.htm",
        f"<caption>North</caption>{row.format(1, 8)}<tr><td colspan=3>East: </td></tr>"
        f"{row.format(2, 9)}<tr><td colspan=3></td></tr>{row.format(3, 10)}",
    )
    assert told(path) == [
        ("1", "North", "When?", "At 8."),
        ("2", "East", "When?", "At 9."),
        ("3", "East", "When?", "At 10."),
    ]


def test_merged_cells_in_a_word_table_begin_a_section(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(INTRODUCTION)
    table = document.add_table(rows=2, cols=3)
    table.rows[0].cells[0].merge(table.rows[0].cells[2]).text = "North:"
    for cell, text in zip(table.rows[1].cells, ("1", "When?", "At\n8."), strict=True):
        cell.text = text
    document.save(str(tmp_path / "a.docx"))
    assert told(tmp_path / "a.docx") == [("1", "North", "When?", "At 8.")]


# Other tables


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ("1\tWhen?\tAt 8.\n1\tWhere?\tNorth\n", ["row 1 (2nd use): number 1 is used twice"]),
        ("--\t--\t--\n1\tWhen?\tAt 8.\n", ["before the first row: a row of dashes, left out"]),
        ("1\tWhen?\tAt 8.\n2\tWhy?\t\n", ["row 2: without an answer, left out"]),
        ("1\tWhen?\tAt 8.\n2\t\tSo.\n", ["row 2: without a question, left out"]),
        ("1\tWhen?\tAt 8.\nQ2\tWhy?\tSo.\n", ["after row 1: 'Q2' is not a row's number, left out"]),
        (
            "1\tWhen?\tAt 8.\nAsk us.\n",
            ["after row 1: 'Ask us.' stands outside the tables, left out"],
        ),
        (
            "1\tWhen?\tE-mail parks@kent.gov.uk\n",
            ["row 1: the answer only sends the reader to the mailbox"],
        ),
        (
            "1\tWhen?\tAt 8.\n2\tWhen\tAt 8\n3\tWhen?\tat 8\n",
            [
                "row 2: same question and answer as row 1, kept once",
                "row 3: same question and answer as row 1, kept once",
            ],
        ),
        ("1\tWhen does it open? Why?\tAt 8.\n", []),
        ("No\tAsked\tSaid\n1\tWhen?\tAt 8.\n", []),
        ("1\tWhen?\tAt 8.\n1a\tWhere?\tNorth\n2.\tWho?\tAll\n", []),
    ],
)
def test_a_fault_of_a_table_is_reported(tmp_path: Path, rows: str, faults: list[str]) -> None:
    path = write_text(tmp_path / "a.txt", rows)
    assert list(read(path, "d", "p").faults) == faults


def test_a_row_met_thrice_is_kept_once_with_all_its_numbers(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "1\tWhen?\tAt 8\n2\tWhen?\tAt 8\n7\tWhen?\tAt 8\n")
    (entry,) = read(path, "d", "p").entries
    assert (entry.id, entry.number, entry.also_numbered) == ("p-1", "1", ("2", "7"))


def test_a_mark_of_the_encoding_is_no_part_of_the_first_row(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("1\tWhen?\tAt 8\n", encoding="utf-8-sig")
    assert [one.id for one in read(path, "d", "p", "2025-03").entries] == ["p-1"]


def test_tabs_in_an_answer_are_white_space(tmp_path: Path) -> None:
    assert told(write_text(tmp_path / "a.txt", "1\tWhen?\tAt 8\tor 9.\n")) == [
        ("1", "Gates", "When?", "At 8 or 9.")
    ]


@pytest.mark.parametrize(
    ("before", "as_of", "month"),
    [
        ("Questions of May 2024\n\nIn June 2024 more came.\n\nGates:\n", "", "2024-05"),
        ("FAQ, december 2023\n", "", "2023-12"),
        ("\tFAQ, July 2022\nGates\n", "", "2022-07"),
        ("FAQ, May 2024\n", "2025-01", "2025-01"),
        ("Nobody knows\n", "2025-01", "2025-01"),
    ],
)
def test_the_month_is_given_or_stands_before_the_table(
    tmp_path: Path, before: str, as_of: str, month: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{before}1\tWhen?\tAt 8.\n")
    (entry,) = read(path, "Parks", "p", as_of).entries
    assert entry.source == Source(document="Parks", as_of=month)


# Edits by hand


def edited(entry: Entry) -> Entry:
    links = tuple(
        Link(text=link.text, url=f"https://kent.gov.uk/{n}") for n, link in enumerate(entry.links)
    )
    return entry.model_copy(update={"audience": ("school",), "links": links})


def test_addresses_and_audiences_filled_in_by_hand_are_kept(imported: Imported) -> None:
    edits = [edited(one) if one.number in ("1", "2") else one for one in imported.entries]
    kept = keep_edits(stls(DOCUMENT).entries, edits)
    assert kept == edits
    assert [link.url for link in kept[0].links] == [
        "https://kent.gov.uk/0",
        "https://kent.gov.uk/1",
    ]
    assert [one.audience for one in kept[:3]] == [("school",), ("school",), ()]


def test_an_address_in_the_document_wins_over_one_filled_in(
    writer: Callable[[Path, bool], Path], tmp_path: Path
) -> None:
    new = stls(writer(tmp_path, True)).entries
    kept = keep_edits(new, [edited(one) for one in new])
    assert [one.links for one in kept] == [one.links for one in new]


def test_addresses_are_dropped_where_the_links_have_changed(imported: Imported) -> None:
    first = imported.entries[0]
    for links in (first.links[:1], (Link(text="here"), Link(text="there"))):
        changed = first.model_copy(update={"links": links})
        assert keep_edits([changed], [edited(first)])[0].links == links


def test_edits_go_with_their_question_to_its_new_number(tmp_path: Path) -> None:
    old = read(write_text(tmp_path / "a.txt", "1\tWhen?\tSee here\n2\tWho?\tAll\n"), "d", "p")
    new = read(write_text(tmp_path / "a.txt", "1\tWhy?\tSee here\n2\tWhen?\tSee here\n"), "d", "p")
    kept = keep_edits(new.entries, [edited(one) for one in old.entries])
    assert [(one.id, one.audience, one.links[0].url) for one in kept] == [
        ("p-1", (), None),
        ("p-2", ("school",), "https://kent.gov.uk/0"),
    ]


def test_edits_of_two_entries_with_one_question_stay_apart(tmp_path: Path) -> None:
    found = read(
        write_text(tmp_path / "a.txt", "1\tWhen?\tAt 8\n2\tWhen?\tAt 9\n"), "d", "p"
    ).entries
    edits = [found[0], edited(found[1])]
    assert keep_edits(found, edits) == edits


# What is no such document


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", None, "no such file"),
        ("a.docx", None, "no such file"),
        ("a.html", None, "no such file"),
        ("a.pdf", b"%PDF", "cannot read '.pdf' files; use .txt, .docx, .html, .htm"),
        ("a", b"1\tWhen?\tAt 8.", "cannot read '' files; use .txt, .docx, .html, .htm"),
        ("a.docx", archives.OLE, "is in the format of Office 97; save it as .xlsx or .docx"),
        ("a.docx", b"", "is damaged or cut short; save it again"),
        ("a.docx", b"PK\x05\x06" + b"\0" * 18, "not a Word document (KeyError)"),
        ("a.txt", b"Caf\xe9\n1\tWhen?\tAt 8.", "not UTF-8 text at byte 3"),
        ("a.html", b"<p>Caf\xe9", "not UTF-8 text at byte 6"),
        ("a.txt", b"", "holds no table of number, question and answer"),
        (
            "a.txt",
            b"FAQ of March 2025\n\nWhen?\nAt 8.\n",
            "holds no table of number, question and answer",
        ),
        ("a.txt", b"No\tQuestion\tAnswer\n", "holds no table of number, question and answer"),
        ("a.html", b"", "holds no table of number, question and answer"),
        ("a.html", b"\n<!-- FAQ -->\n", "holds no table of number, question and answer"),
        ("a.html", b"<p>FAQ of March 2025</p>", "holds no table of number, question and answer"),
        (
            "a.html",
            b"<table><tr><td>1<td>When?</table>",
            "holds no table of number, question and answer",
        ),
        (
            "a.txt",
            b"1\tWhen?\tAt 8.\n",
            "names no month it speaks for; give it with --as-of YYYY-MM",
        ),
    ],
)
def test_a_file_that_is_no_faq_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError) as error:
        read(tmp_path / name, "d", "p")
    assert str(error.value) == f"{tmp_path / name}: {message}"


def test_a_word_document_without_a_table_is_refused(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(INTRODUCTION)
    document.save(str(tmp_path / "a.docx"))
    with pytest.raises(DocumentError) as error:
        read(tmp_path / "a.docx", "d", "p")
    assert str(error.value) == f"{tmp_path}/a.docx: holds no table of number, question and answer"


@pytest.mark.parametrize("suffix", ["txt", "docx", "html"])
def test_a_folder_is_no_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.mkdir()
    with pytest.raises(DocumentError) as error:
        read(path, "d", "p")
    assert str(error.value) == f"{path}: no such file"


@pytest.mark.parametrize(
    ("prefix", "as_of", "message"),
    [
        ("p", "2025-3", "as_of '2025-3': String should match pattern '^[0-9]{4}-(0[1-9]|1[0-2])$'"),
        (
            "p",
            "March 2025",
            "as_of 'March 2025': String should match pattern '^[0-9]{4}-(0[1-9]|1[0-2])$'",
        ),
        ("My FAQ", "2025-03", "id 'My FAQ-1': String should match pattern '^[a-z0-9][a-z0-9-]*$'"),
    ],
)
def test_a_wrong_month_or_prefix_is_refused_in_a_sentence(
    tmp_path: Path, prefix: str, as_of: str, message: str
) -> None:
    path = write_text(tmp_path / "a.txt", "1\tWhen?\tAt 8.\n")
    with pytest.raises(DocumentError) as error:
        read(path, "d", prefix, as_of)
    assert str(error.value) == f"{path}: {message}"
