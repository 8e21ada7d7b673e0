"""`chatbot import` and `chatbot publish`: FAQ documents in and out."""

import shlex
from pathlib import Path

import click

from chatbot.cli import home


@click.command("import")
@click.argument("document", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the document; its file name if not given.")
@click.option("--prefix", default="faq", show_default=True, help="Start of each entry's id.")
@click.option("--as-of", default="", help="Month it speaks for, YYYY-MM; looked for in its text.")
def import_(document: Path, name: str | None, prefix: str, as_of: str) -> None:
    """Write faq.jsonl from DOCUMENT (.txt, .docx or .html), reporting its faults."""
    from chatbot import documents, faq

    folder = home.settings().home
    imported = documents.read(document, name or document.stem, prefix, as_of)
    target = folder / faq.ENTRIES_FILE
    earlier = faq.inspect(folder)[0].entries if target.is_file() else ()
    faq.write(target, documents.keep_edits(imported.entries, earlier))
    for fault in imported.faults:
        click.echo(fault)
    click.echo(
        f"{len(imported.entries)} entries written to {target}; {len(imported.faults)} faults above",
        err=True,
    )


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write: .docx, .html, .md, or .pdf where LibreOffice is installed.",
)
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    help="An earlier version, published or .jsonl, to mark what is new or changed.",
)
def publish(out: Path, since: Path | None) -> None:
    """Write the FAQ as a document to publish."""
    from chatbot import changes, faq, publishing

    settings = home.settings()
    entries = faq.load_entries(settings.home).entries
    if not entries:
        raise click.ClickException(f"{settings.home / faq.ENTRIES_FILE}: holds no entry")
    compared = changes.compare(entries, changes.read_earlier(since)) if since else None
    document = publishing.compose(entries, settings, compared)
    publishing.write(out, document)
    if document.changes:
        click.echo(document.changes)
    click.echo(
        f"{len(entries)} entries in {len(document.sections)} sections written to {out}", err=True
    )
    if out.suffix.lower() not in publishing.IMPORTED:
        return
    lost = publishing.lost(out, entries)
    for line in lost:
        click.echo(f"importing it would not give back {line}")
    if not lost:
        name, prefix = shlex.quote(faq.document_name(entries)), faq.id_prefix(entries)
        click.echo(
            "Importing it gives the same entries: "
            f"chatbot import {shlex.quote(str(out))} --name {name} --prefix {prefix}",
            err=True,
        )
