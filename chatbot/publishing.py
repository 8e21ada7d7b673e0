"""The FAQ as the council publishes it: title, introduction, and sections of numbered rows.

What is written as .docx or .html is read back by `documents.py` into the same entries.
"""

import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from chatbot import documents, faq
from chatbot.changes import Changes, Mark
from chatbot.errors import DocumentError
from chatbot.faq import Entry, Link, month_in_words, month_of
from chatbot.files import replace
from chatbot.settings import Settings

IMPORTED = (".docx", ".html")  # what `documents.read` reads back
NO_SECTION = "Other questions"  # heading of rows that have no section
PDF_SECONDS = 180
# A tagged file with its title in the window: what a screen reader needs (PDF/UA).
PDF_FILTER = (
    'pdf:writer_pdf_Export:{"PDFUACompliance":{"type":"boolean","value":"true"},'
    '"ExportBookmarks":{"type":"boolean","value":"true"}}'
)


@dataclass(frozen=True)
class Piece:
    """A stretch of an answer; with a link, the words of that link."""

    text: str
    link: Link | None = None


@dataclass(frozen=True)
class Row:
    """An entry as it is set: its question in paragraphs of lines, its answer in paragraphs."""

    id: str
    numbers: str
    question: tuple[tuple[str, ...], ...]
    answer: tuple[tuple[Piece, ...], ...]
    details: str  # whom it is for, and the month it speaks for where that is its own
    mark: Mark | None


@dataclass(frozen=True)
class Section:
    """Rows under one heading; `named` is False where they have no section."""

    name: str
    named: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Document:
    """All that a published document says, in order."""

    title: str
    as_of: str  # a sentence
    introduction: tuple[str, ...]
    contact: str
    changes: str  # a sentence or two; empty where nothing is compared
    sections: tuple[Section, ...]


def compose(
    entries: Sequence[Entry], settings: Settings, changes: Changes | None = None
) -> Document:
    """The document of `entries`, with marks where there are `changes`."""
    month = Counter(one.source.as_of for one in entries).most_common(1)[0][0]
    as_of = f"The answers are as of {month_in_words(month)}"
    as_of += (
        "." if len({one.source.as_of for one in entries}) == 1 else ", unless a row says otherwise."
    )
    stated = month_of(f"{settings.title} {as_of}")  # as the import will read it
    sections = [
        Section(
            name or NO_SECTION,
            bool(name),
            tuple(_row(one, stated, settings, changes) for one in some),
        )
        for name, some in groupby(entries, key=lambda one: one.section)
    ]
    return Document(
        title=settings.title,
        as_of=as_of,
        introduction=tuple(" ".join(one.split()) for one in settings.introduction.split("\n\n")),
        contact=settings.contact,
        changes=_changes(entries, changes) if changes else "",
        sections=tuple(sections),
    )


def write(path: Path, document: Document) -> None:
    """Write the document in the format of its suffix; an earlier file stays whole until then."""
    writers = {".docx": _docx, ".html": _html, ".md": _markdown, ".pdf": _pdf}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise DocumentError(f"{path}: cannot write '{path.suffix}' files; use {', '.join(writers)}")
    content = writer(document)
    try:
        replace(path, content)
    except OSError as error:
        raise DocumentError(f"{path}: cannot be written: {error.strerror}") from None


def lost(path: Path, entries: Sequence[Entry]) -> list[str]:
    """What importing the document at `path` would change in the entries, a line for each."""
    document, prefix = faq.document_name(entries), faq.id_prefix(entries)
    read = documents.keep_edits(documents.read(path, document, prefix).entries, entries)
    again = {one.id: one for one in read}
    lines = []
    for entry in entries:
        other = again.get(entry.id)
        fields = [] if other is None else [n for n, value in entry if getattr(other, n) != value]
        if other is None or fields:
            lines.append(f"{entry.id}: {', '.join(fields) or 'not found'}")
    known = {one.id for one in entries}
    lines += [f"{one.id}: not an entry" for one in read if one.id not in known]
    if not lines and [one.id for one in read] != [one.id for one in entries]:
        lines.append("the order of the entries")
    return lines


def _row(entry: Entry, stated: str, settings: Settings, changes: Changes | None) -> Row:
    lines: list[tuple[str, ...]] = [(one,) for one in entry.question.split("\n")]
    # Questions of one paragraph are set a line each: on import, the end of a line is a space.
    if " ".join(entry.questions) == entry.question:
        lines = [entry.questions]
    names = [
        settings.audiences[one].name if one in settings.audiences else one for one in entry.audience
    ]
    details = []
    if names:
        details.append(f"For {' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))}.")
    if entry.source.as_of != stated:
        details.append(f"As of {month_in_words(entry.source.as_of)}.")
    return Row(
        id=entry.id,
        numbers=", ".join((entry.number, *entry.also_numbered)),
        question=tuple(lines),
        answer=tuple(linked(entry.answer, entry.links)),
        details=" ".join(details),
        mark=changes.marks.get(entry.id) if changes else None,
    )


def linked(answer: str, links: tuple[Link, ...]) -> list[tuple[Piece, ...]]:
    """The paragraphs of an answer with its links in their places.

    Links that are lost, and are read from the words alone, stay plain words.
    """
    waiting = [] if links == documents.lost_links(answer) else list(links)
    paragraphs = []
    for paragraph in answer.split("\n\n"):
        pieces, end = [], 0
        for link in list(waiting):
            found = re.compile(rf"(?<!\w){re.escape(link.text)}(?!\w)").search(paragraph, end)
            if found:
                pieces += [Piece(paragraph[end : found.start()]), Piece(found[0], link)]
                end = found.end()
                waiting.remove(link)
        paragraphs.append(tuple(one for one in (*pieces, Piece(paragraph[end:])) if one.text))
    return paragraphs


def _changes(entries: Sequence[Entry], changes: Changes) -> str:
    """What is marked and what is gone, in words."""

    def numbered(some: Sequence[Entry]) -> str:
        return f"{len(some)} ({', '.join(one.number for one in some)})" if some else "none"

    of = {mark: [one for one in entries if changes.marks.get(one.id) == mark] for mark in Mark}
    words = (
        f"Since the version of {month_in_words(changes.since)}: new answers, "
        f"{numbered(of[Mark.NEW])}; changed, {numbered(of[Mark.CHANGED])}; "
        f"no longer here, {numbered(changes.gone)}."
    )
    return words + (" New and changed ones are marked beside their number." * bool(changes.marks))


def _docx(document: Document) -> bytes:
    from chatbot import word

    return word.docx(document)


def _html(document: Document) -> bytes:
    from chatbot import templates

    page = templates.environment().get_template("publishing.html")
    return page.render(
        document=document,
        details_class=documents.DETAILS_CLASS,
        no_section_class=documents.NO_SECTION_CLASS,
    ).encode()


def _markdown(document: Document) -> bytes:
    blocks = [f"# {_plain(document.title)}", _plain(document.as_of)]
    blocks += [_plain(one) for one in document.introduction if one]
    if document.contact:
        blocks.append(f"Is your question not here? Ask <{document.contact}>.")
    if document.changes:
        blocks.append(_plain(document.changes))
    for section in document.sections:
        blocks.append(f"## {_plain(section.name)}")
        for row in section.rows:
            mark = f" ({row.mark})" if row.mark else ""
            question = " ".join(line for lines in row.question for line in lines)
            blocks.append(f"### {row.numbers}. {_plain(question)}{mark}")
            blocks += [
                "".join(
                    f"[{_plain(piece.text)}](<{piece.link.url}>)"
                    if piece.link and piece.link.url
                    else _plain(piece.text)
                    for piece in paragraph
                )
                for paragraph in row.answer
            ]
            if row.details:
                blocks.append(f"*{_plain(row.details)}*")
    return ("\n\n".join(blocks) + "\n").encode()


def _plain(text: str) -> str:
    """Text of which nothing is read as Markdown, on one line."""
    text = re.sub(r"([\\`*_{}\[\]<>#|~&$])", r"\\\1", re.sub(r"\s+", " ", text))
    return re.sub(r"^([-+=]|\d+(?=[.)]))", r"\\\1" if text[:1] in "-+=" else r"\1\\", text)


def _pdf(document: Document) -> bytes:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise DocumentError(
            "a .pdf is made by LibreOffice, which is not installed; install it, or write a .docx "
            "and save that as PDF"
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "faq.docx")
        source.write_bytes(_docx(document))
        profile = Path(folder, "profile").as_uri()  # an office that is open is left alone
        command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to"]
        command += [PDF_FILTER, "--outdir", folder, str(source)]
        try:
            subprocess.run(command, capture_output=True, timeout=PDF_SECONDS, check=True)
            return source.with_suffix(".pdf").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            kind = type(error).__name__
            raise DocumentError(f"LibreOffice ({office}) wrote no PDF ({kind})") from None
