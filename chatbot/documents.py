"""FAQ documents in: the council's numbered table, from .txt, .docx or .html, to entries.

A document is read as blocks, lines of text and table rows, and the blocks as entries. Answers stay
word for word; only layout is repaired (tags, page breaks, white space), and each repair and each
fault that is not repaired is reported.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from chatbot import archives
from chatbot.errors import DocumentError, TableError
from chatbot.faq import BARE_ANSWERS, Entry, Link, Source, fold, month_of

QUESTION_WORDS = (
    "who what when where which why how will would can could do does did is are was were should "
    "shall may has have if"
).split()
# HTML elements that begin and end a paragraph of a cell.
PARAGRAPHS = "p div li h1 h2 h3 h4 h5 h6 blockquote tr".split()
EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
# What a published document says beside the words of a row, by paragraph style and by HTML class.
DETAILS_STYLE, DETAILS_CLASS = "FAQ details", "details"
# A heading over rows that have no section.
NO_SECTION_STYLE, NO_SECTION_CLASS = "FAQ no section", "no-section"
_NO_SECTION = ":"


@dataclass(frozen=True)
class Cell:
    """The text of a table cell, its paragraphs apart by blank lines, and the links in it.

    `details` are what a published document says beside it.
    """

    text: str
    links: tuple[Link, ...] = ()
    details: str = ""


Block = str | tuple[Cell, ...]  # a line outside tables, or a table row


@dataclass
class Row:
    """A numbered row as the document has it, broken pieces put together."""

    number: str
    also_numbered: tuple[str, ...]
    section: str
    question: list[Cell] = field(default_factory=list)
    answer: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class Imported:
    """What an import found: entries in document order, and one line for each fault."""

    entries: tuple[Entry, ...]
    faults: tuple[str, ...]


def read(path: Path, document: str, prefix: str, as_of: str = "") -> Imported:
    """The entries of the FAQ document at `path`.

    `document` names it in each entry's source, `prefix` begins each id, and `as_of` (YYYY-MM) is
    looked for in the text before the table where it is not given.
    """
    readers = {
        ".txt": _text_blocks,
        ".docx": _docx_blocks,
        ".html": _html_blocks,
        ".htm": _html_blocks,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DocumentError(f"{path}: cannot read '{path.suffix}' files; use {', '.join(readers)}")
    if not path.is_file():
        raise DocumentError(f"{path}: no such file")
    if reader is _docx_blocks:
        try:
            archives.check(path, str(path))
        except TableError as error:
            raise DocumentError(str(error)) from None
    try:
        # A line of figures is a page's number, or what an editor left of a blank row.
        blocks = [
            one for one in reader(path) if one and not (isinstance(one, str) and one.isdigit())
        ]
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: not UTF-8 text at byte {error.start}") from None
    faults: list[str] = []
    introduction, rows = _rows(blocks, faults)
    if not rows:
        raise DocumentError(f"{path}: holds no table of number, question and answer")
    as_of = as_of or month_of(" ".join(introduction))
    if not as_of:
        raise DocumentError(f"{path}: names no month it speaks for; give it with --as-of YYYY-MM")
    try:
        entries = _entries(rows, Source(document=document, as_of=as_of), prefix, faults)
    except ValidationError as error:
        one = error.errors()[0]
        raise DocumentError(f"{path}: {one['loc'][0]} '{one['input']}': {one['msg']}") from None
    return Imported(tuple(entries), tuple(faults))


def keep_edits(entries: Sequence[Entry], earlier: Sequence[Entry]) -> list[Entry]:
    """`entries` with what officers filled in by hand before: link addresses and audiences.

    In the next document a number may stand at another question; the edits stay at the question.
    """
    by_id = {entry.id: entry for entry in earlier}
    by_question = {fold(entry.question): entry for entry in earlier}
    kept = []
    for entry in entries:
        asked = fold(entry.question)
        before = by_id.get(entry.id)
        if before is None or fold(before.question) != asked:
            before = by_question.get(asked)
        if before is not None:
            links = list(entry.links)
            if [link.text for link in links] == [link.text for link in before.links]:
                links = [
                    new if new.url else old for new, old in zip(links, before.links, strict=True)
                ]
            entry = entry.model_copy(update={"audience": before.audience, "links": tuple(links)})
        kept.append(entry)
    return kept


def _text_blocks(path: Path) -> Iterator[Block]:
    for line in path.read_text(encoding="utf-8-sig").split("\n"):
        cells = [*line.split("\t"), ""]  # an editor may have cut the tab before an empty cell
        if len(cells) >= 3:
            yield tuple(Cell(cell) for cell in (cells[0], cells[1], "\t".join(cells[2:])))
        elif line.strip():
            yield line.strip()


def _docx_blocks(path: Path) -> Iterator[Block]:
    import docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    def style(paragraph: Paragraph) -> str | None:
        return paragraph.style.name if paragraph.style else None

    def cell_of(paragraphs: Sequence[Paragraph]) -> Cell:
        details = [one for one in paragraphs if style(one) == DETAILS_STYLE]
        words = [one for one in paragraphs if style(one) != DETAILS_STYLE]
        links = tuple(
            Link(text=link.text, url=_address(link.url))
            for paragraph in words
            for link in paragraph.hyperlinks
            if link.text.strip()
        )
        text = "\n\n".join(one.text for one in words if one.text.strip())
        return Cell(text, links, " ".join(one.text for one in details))

    try:
        opened = docx.Document(str(path))
    except Exception as error:  # python-docx lets zip, XML and key errors through
        raise DocumentError(f"{path}: not a Word document ({type(error).__name__})") from None
    for block in opened.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = tuple(cell_of(cell.paragraphs) for cell in dict.fromkeys(row.cells))
                yield cells[:3] if len(cells) >= 3 else cells[0].text
        elif block.text.strip():
            yield _NO_SECTION if style(block) == NO_SECTION_STYLE else block.text.strip()


def _html_blocks(path: Path) -> Iterator[Block]:
    from lxml import etree, html

    # no_network and the HTML parser: nothing is fetched and no entity is expanded from outside
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    text = path.read_bytes()
    text.decode("utf-8-sig")
    try:
        tree = html.fromstring(text, parser=parser)
    except etree.ParserError:  # nothing but white space and comments
        return
    for dropped in tree.xpath("//script | //style | //head"):
        dropped.drop_tree()
    for element in tree.iter("tr", "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "caption"):
        if element.tag == "tr":
            cells = element.xpath("./td | ./th")
            if len(cells) >= 3:
                yield tuple(_html_cell(cell) for cell in cells[:3])
            elif cells:
                yield _html_cell(cells[0]).text
        elif next(element.iterancestors("td", "th"), None) is None and (
            content := " ".join(element.text_content().split())
        ):
            yield _NO_SECTION if NO_SECTION_CLASS in element.classes else content


def _html_cell(cell) -> Cell:  # type: ignore[no-untyped-def]  # lxml has no types for elements
    from lxml import etree

    details = [one for one in cell.iter() if DETAILS_CLASS in one.classes]
    beside = " ".join(" ".join(one.text_content().split()) for one in details)
    for one in details:
        one.drop_tree()
    links = tuple(
        Link(text=" ".join(a.text_content().split()), url=_address(a.get("href")))
        for a in cell.iter("a")
        if a.text_content().strip()
    )
    paragraphs = [""]
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element.tag in PARAGRAPHS:
            paragraphs.append("")
        paragraphs[-1] += " " * (element.tag == "br")
        if event == "start":
            paragraphs[-1] += element.text or ""
        elif element is not cell:
            paragraphs[-1] += element.tail or ""
    texts = (" ".join(one.split()) for one in paragraphs)
    return Cell("\n\n".join(one for one in texts if one), links, beside)


def _address(url: str | None) -> str | None:
    """The address a link leads to from anywhere, if it has one."""
    url = (url or "").strip()
    return url if url.startswith(("http://", "https://", "mailto:")) else None


def _rows(blocks: Sequence[Block], faults: list[str]) -> tuple[list[str], list[Row]]:
    """The lines before the first row, and the rows with their sections."""
    introduction: list[str] = []
    rows: list[Row] = []
    section = ""
    for place, block in enumerate(blocks):
        where = f"after row {rows[-1].number}" if rows else "before the first row"
        if isinstance(block, str):
            # A line that stands right before a row is the heading of a section.
            if place + 1 < len(blocks) and not isinstance(blocks[place + 1], str):
                section = block.rstrip(": ")
            elif rows:
                faults.append(f"{where}: {_short(block)} stands outside the tables, left out")
            if not rows:
                introduction.append(block)
            continue
        tagged = any("<p>" in cell.text for cell in block)
        number, question, answer = (replace(cell, text=tidy(cell.text)) for cell in block)
        if re.fullmatch(r"[-–—\s]*", number.text + question.text + answer.text) and number.text:
            faults.append(f"{where}: a row of dashes, left out")
        elif re.fullmatch(r"\d+[a-z]?\.?(, \d+[a-z]?)*", number.text):
            first, *others = number.text.split(", ")
            rows.append(Row(first.rstrip("."), tuple(others), section, [question], [answer]))
        elif fold(question.text) in ("question", "questions"):
            continue  # it names the columns
        elif not number.text and rows:
            _continue(rows[-1], question, answer, faults)
        elif number.text and place and not isinstance(blocks[place - 1], str):
            faults.append(f"{where}: {_short(number.text)} is not a row's number, left out")
        elif not rows:
            introduction.append(_join([number, question, answer]))
        if tagged and rows:
            faults.append(f"row {rows[-1].number}: <p> tags, made paragraphs")
    return introduction, rows


def _continue(row: Row, question: Cell, answer: Cell, faults: list[str]) -> None:
    if question.text and not answer.text:
        faults.append(
            f"row {row.number}: its question goes on after its answer ended, put together"
        )
    elif question.text or answer.text:
        faults.append(f"row {row.number}: broken over two pages, put together")
    row.question.append(question)
    row.answer.append(answer)


def _short(text: str) -> str:
    return f"'{textwrap.shorten(text, 60, placeholder=' ...')}'"


def tidy(text: str) -> str:
    """Text with paragraph tags as blank lines and other white space as single spaces."""
    text = re.sub(r"\s*</?p>\s*|\n\s*\n", "\n\n", text)
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    return "\n\n".join(part for part in paragraphs if part)


def _join(cells: Sequence[Cell]) -> str:
    return " ".join(cell.text for cell in cells if cell.text)


def _entries(rows: Sequence[Row], source: Source, prefix: str, faults: list[str]) -> list[Entry]:
    entries: list[Entry] = []
    same: dict[tuple[str, str], int] = {}
    used: dict[str, int] = {}
    for row in rows:
        used[row.number] = used.get(row.number, 0) + 1
        name = f"row {row.number}"
        for other in row.also_numbered:
            used[other] = used.get(other, 0) + 1
        if used[row.number] > 1:
            name += f" ({used[row.number]}nd use)" if used[row.number] == 2 else " (again)"
            faults.append(f"{name}: number {row.number} is used twice")
        question, answer = _join(row.question), _join(row.answer)
        if not question or not answer:
            what = "blank" if not question + answer else "without an answer" * bool(question)
            faults.append(f"{name}: {what or 'without a question'}, left out")
            continue
        key = (fold(question), fold(answer))
        if key in same:
            first = entries[same[key]]
            faults.append(f"{name}: same question and answer as row {first.number}, kept once")
            numbers = (*first.also_numbered, row.number)
            entries[same[key]] = first.model_copy(update={"also_numbered": numbers})
            continue
        same[key] = len(entries)
        suffix = "" if used[row.number] == 1 else chr(ord("a") + used[row.number] - 1)
        as_of = month_of(" ".join(cell.details for cell in row.answer)) or source.as_of
        entry = Entry(
            id=f"{prefix}-{row.number}{suffix}",
            number=row.number,
            also_numbered=row.also_numbered,
            section=row.section,
            question=question.replace("\n\n", "\n"),
            questions=separate(question),
            answer=answer,
            links=_links(row.answer, answer),
            source=Source(document=source.document, as_of=as_of),
        )
        faults += [f"{name}: {fault}" for fault in _entry_faults(entry)]
        entries.append(entry)
    return entries


def separate(question: str) -> tuple[str, ...]:
    """The separate questions of a cell that holds several, else nothing."""
    words = "|".join(word.capitalize() for word in QUESTION_WORDS)
    parts = re.split(rf"\n+|(?<=[a-z?.:])\s+(?=(?:{words})\b)", question)
    asked = [part for part in parts if len(part.split()) >= 4]
    # A heading such as "Local forums:" belongs to the question after it.
    joined: list[str] = []
    for part in parts:
        if joined and (joined[-1].endswith(":") or part not in asked):
            joined[-1] += " " + part
        else:
            joined.append(part)
    return tuple(joined) if len(joined) > 1 and all(map(_asks, joined)) else ()


def _asks(text: str) -> bool:
    """Whether some clause of the text begins as a question does."""
    clauses = re.split(r"[,.:;?!–-]\s*|\s(?=and |so )", text.lower())
    return any((clause.split() or [""])[0] in QUESTION_WORDS for clause in clauses)


def _links(cells: Sequence[Cell], answer: str) -> tuple[Link, ...]:
    return tuple(link for cell in cells for link in cell.links) or lost_links(answer)


def lost_links(answer: str) -> tuple[Link, ...]:
    """The links of an answer in plain text: a bare 'here' is a link whose address was lost."""
    return tuple(Link(text=word) for word in re.findall(r"\b(?:[Cc]lick )?here\b", answer))


def _entry_faults(entry: Entry) -> list[str]:
    faults = []
    if entry.questions:
        faults.append(f"{len(entry.questions)} questions in one cell, kept as one entry")
    lost = sum(link.url is None for link in entry.links)
    if lost:
        faults.append(f"{lost} link{'s' * (lost > 1)} without an address, to be filled in")
    if fold(entry.answer) in BARE_ANSWERS:
        faults.append(f"the answer is only '{entry.answer}'")
    if re.match(rf"(please )?(contact|e-?mail) {EMAIL}\.?(\s|$)", entry.answer, re.IGNORECASE):
        faults.append("the answer only sends the reader to the mailbox")
    if "?" not in entry.question and not _asks(entry.question):
        faults.append("a comment and not a question")
    return faults
