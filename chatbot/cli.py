"""The `chatbot` command."""

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

# Heavy modules are imported by the command that uses them, so that --help is quick.
if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.reply import Reply
    from chatbot.settings import Settings


LISTED = 10  # near twins that a build names
SHOWN = 50  # lines of a list that an adoption shows


class Sentences(click.Group):
    """A group whose commands end in one sentence and exit code 1 where something is wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn the project's errors, and those of files, into sentences."""
        from chatbot.errors import ChatbotError

        try:
            return super().invoke(ctx)
        except ChatbotError as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            if error.filename is None:  # a closed pipe, which click ends quietly
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="faq-chatbot", prog_name="chatbot")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the FAQ: faq.jsonl, phrasings.jsonl, glossary.jsonl, index/.",
)
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Answer questions from an FAQ, word for word, or say where to ask."""
    ctx.obj = home


def _settings() -> "Settings":
    from chatbot import settings

    return settings.read(click.get_current_context().obj)


@main.command()
@click.argument("message", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the replies as JSON.")
@click.option(
    "--limit",
    default=3,
    show_default=True,
    type=click.IntRange(0, 10),
    help="The most alternatives to give.",
)
@click.option(
    "--after", multiple=True, metavar="MESSAGE", help="An earlier message; may be given again."
)
@click.option("--audience", help="Who asks, as named in the entries.")
def ask(
    message: tuple[str, ...],
    as_json: bool,
    limit: int,
    after: tuple[str, ...],
    audience: str | None,
) -> None:
    """Answer MESSAGE, or what comes on standard input."""
    from chatbot.answering import Answerer
    from chatbot.reading import turns

    settings = _settings()
    if audience is not None and audience not in settings.audiences:
        known = ", ".join(settings.audiences) or "none is set up"
        raise click.UsageError(f"there is no audience '{audience}'; known: {known}")
    text = " ".join(message) if message else _standard_input()
    answered = Answerer.open(settings).ask(text, turns(after), audience, limit)
    if as_json:
        click.echo(answered.model_dump_json(indent=2))
        return
    replies = [_in_words(reply, settings.contact) for reply in answered.replies]
    if len(replies) > 1:
        replies = [
            f"{n}. {reply.question}\n\n{words}"
            for n, (reply, words) in enumerate(zip(answered.replies, replies, strict=True), start=1)
        ]
    click.echo("\n\n".join([*(note.text for note in answered.notes), *replies]))


def _standard_input() -> str:
    from chatbot.errors import MessageError

    if sys.stdin.isatty():
        raise click.UsageError("give a question, for example: chatbot ask 'Who pays?'")
    try:
        return sys.stdin.buffer.read(1_000_000).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MessageError(f"the message is not UTF-8 text at byte {error.start}") from None


def _in_words(reply: "Reply", contact: str) -> str:
    from chatbot.reply import Outcome, Reason

    lines = [reply.text] if reply.text else []
    if reply.match is not None:
        match = reply.match
        lines = [
            f"You asked something like: {match.question}",
            "",
            match.answer,
            "",
            f"{match.section + ', no.' if match.section else 'No.'} {match.number}. "
            f"{match.source.document}, {match.source.as_of}. Confidence {match.confidence:.0%}.",
        ]
    near = [f"- {' '.join(one.question.split())} ({one.entry_id})" for one in reply.plausible()]
    if reply.outcome == Outcome.CLARIFY:
        lines += ["", *near, "", "'chatbot show ID' gives the answer to one of them."]
    elif near:
        lines += ["", "Questions near to it:", *near]
    if reply.match is None and contact and reply.reason != Reason.SMALL_TALK:
        start = "None of these? " if reply.outcome == Outcome.CLARIFY else ""
        lines += ["", f"{start}Please ask {contact}."]
    return "\n".join(lines)


@main.command()
@click.argument("questions", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write: .xlsx, .csv, .jsonl, .docx or .html. [default: beside QUESTIONS, .xlsx]",
)
@click.option(
    "--column", default="", help="The column of questions: its heading, letter or number."
)
@click.option("--sheet", default="", help="The one sheet to read; all if not given.")
@click.option("--resume", is_flag=True, help="Go on where an interrupted run stopped.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Exit with 1 where less than this share of the questions is answered.",
)
def batch(
    questions: Path,
    out: Path | None,
    column: str,
    sheet: str,
    resume: bool,
    fail_under: float | None,
) -> None:
    """Answer a list of QUESTIONS from a file, or from standard input where it is `-`.

    Reads .xlsx, .ods, .docx, .csv, .tsv, .txt, .json and .jsonl.
    """
    from chatbot import batch as batches
    from chatbot import exports, scratch
    from chatbot.answering import Answerer
    from chatbot.progress import Bar
    from chatbot.reply import Outcome

    given = str(questions) == "-"
    name = "standard input" if given else questions.name
    out = out or Path("answered.xlsx" if given else questions.with_suffix("")).with_name(
        "answered.xlsx" if given else f"{questions.stem}-answered.xlsx"
    )
    if out.suffix.lower() not in exports.WRITERS:
        raise click.UsageError(f"--out takes {', '.join(exports.WRITERS)}, and not '{out.name}'")
    if not given and out.resolve() == questions.resolve():
        raise click.UsageError("--out would write over the list itself")
    with scratch.folder() as folder:
        source = _kept_input(folder) if given else questions
        answerer = Answerer.open(_settings())
        bar = Bar()
        try:
            counts = batches.run(
                answerer,
                source,
                out,
                folder,
                name=name,
                column=column,
                sheet=sheet,
                resume=resume,
                progress=bar,
            )
        except KeyboardInterrupt:
            bar.close()
            if not bar.done:
                raise
            click.echo(
                f"Stopped after {bar.done:,} of {bar.of:,} rows; the same command with --resume "
                "goes on from there.",
                err=True,
            )
            sys.exit(130)
    click.echo(
        f"{out}: {counts.rows:,} rows, {counts.questions:,} questions; "
        f"{counts.outcomes[Outcome.ANSWER]:,} answered ({counts.coverage:.0%}), "
        f"{counts.outcomes[Outcome.CLARIFY]:,} with several answers possible, "
        f"{counts.outcomes[Outcome.FALLBACK]:,} for a person."
    )
    if fail_under is not None and counts.coverage < fail_under:
        raise click.ClickException(
            f"{counts.coverage:.1%} of the questions were answered, less than {fail_under:.1%}"
        )


def _kept_input(folder: Path) -> Path:
    import shutil

    if sys.stdin.isatty():
        raise click.UsageError("give a list on standard input, or name a file")
    path = folder / "given"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path


@main.command()
@click.argument("entry_id")
def show(entry_id: str) -> None:
    """Show the stored question and answer of ENTRY_ID, or of that number."""
    from chatbot import faq

    entries = faq.load_entries(_settings().home).entries
    entry = next((one for one in entries if entry_id in (one.id, one.number)), None)
    if entry is None:
        raise click.ClickException(f"no entry has the id '{entry_id}'")
    click.echo(f"{entry.question}\n\n{entry.answer}")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Its port."
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes to run."
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the API and the page over HTTP."""
    import os
    import socket

    import uvicorn

    from chatbot.answering import Answerer
    from chatbot.api import app

    settings = _settings()
    answerer = Answerer.open(settings)  # fails here in one sentence, and not in a worker
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        reason = str(error.strerror).split(" (")[0]  # what follows only says the address again
        raise click.ClickException(f"cannot serve on {host}:{port}: {reason}") from None
    os.environ["CHATBOT_HOME"] = str(settings.home)
    address = f"http://{host}:{port}"
    click.echo(f"Serving {settings.title}\non {address}; try:", err=True)
    body = json.dumps({"message": settings.examples[0] if settings.examples else "Who pays?"})
    click.echo(
        f"  curl {address}/v1/ask -H 'Content-Type: application/json' -d {shlex.quote(body)}",
        err=True,
    )
    # The access log would hold no message text, but nobody reads it; errors are still logged.
    alone = workers == 1  # several open the index each for itself
    if not alone and settings.batch:
        os.environ["CHATBOT_BATCH"] = "false"  # a worker knows nothing of another's lists
        click.echo("Lists of questions are taken by one worker only: no upload.", err=True)
    uvicorn.run(
        app.create(settings, answerer) if alone else "chatbot.api.app:create",
        factory=not alone,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level="warning",
    )


@main.command()
def check() -> None:
    """Check faq.jsonl, phrasings.jsonl and glossary.jsonl."""
    from chatbot import faq

    content, faults = faq.inspect(_settings().home)
    for fault in faults:
        click.echo(fault)
    click.echo(
        f"{len(content.entries)} entries, {len(content.phrasings)} phrasings, "
        f"{len(content.glossary)} terms: {len(faults) or 'no'} fault{'s' * (len(faults) != 1)}",
        err=True,
    )
    sys.exit(1 if faults else 0)


@main.command()
def build() -> None:
    """Embed the FAQ into index/ and calibrate its confidence."""
    from chatbot import building, faq, index, twins
    from chatbot.encoder import open_encoder

    settings = _settings()
    content = faq.load(settings.home)
    version = index.fingerprint(settings.home)
    encoder = open_encoder(settings.encoder_place, settings.threads)
    manifest = building.build(content, version, encoder, settings.index, settings.precision)
    click.echo(
        f"{manifest.rows} rows of {manifest.entries} entries and {manifest.phrasings} phrasings "
        f"in {settings.index}"
    )
    measured = manifest.stated.measured
    if measured is None:
        click.echo("Too few phrasings to measure a confidence: only near-equal texts are answered.")
    else:
        click.echo(f"Threshold {manifest.stated.threshold:.2f}. {measured.in_words()}")
    near = twins.find(content, index.Index.open(settings.index)[0])
    if near:
        click.echo(f"{len(near)} pairs of entries are near twins; the nearest:")
    for pair in near:
        if pair in near[:LISTED] or pair.verdicts:
            click.echo(f"  {pair.in_words()}")


@main.command("import")
@click.argument("document", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the document; its file name if not given.")
@click.option("--prefix", default="faq", show_default=True, help="Start of each entry's id.")
@click.option("--as-of", default="", help="Month it speaks for, YYYY-MM; looked for in its text.")
def import_(document: Path, name: str | None, prefix: str, as_of: str) -> None:
    """Write faq.jsonl from DOCUMENT (.txt, .docx or .html), reporting its faults."""
    from chatbot import documents, faq

    home = _settings().home
    imported = documents.read(document, name or document.stem, prefix, as_of)
    target = home / faq.ENTRIES_FILE
    earlier = faq.inspect(home)[0].entries if target.is_file() else ()
    faq.write(target, documents.keep_edits(imported.entries, earlier))
    for fault in imported.faults:
        click.echo(fault)
    click.echo(
        f"{len(imported.entries)} entries written to {target}; {len(imported.faults)} faults above",
        err=True,
    )


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as-of", metavar="YYYY-MM", help="Month the new answers speak for; else this one.")
@click.option(
    "--relabel",
    multiple=True,
    type=click.IntRange(1),
    metavar="LINE",
    help="A line of phrasings.jsonl that no entry answered until now; may be given again.",
)
@click.option(
    "--questions",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Past questions (JSON Lines) to show the effect on; else those in tests/questions.",
)
@click.option("--yes", is_flag=True, help="Write without asking.")
def adopt(
    file: Path,
    as_of: str | None,
    relabel: tuple[int, ...],
    questions: tuple[Path, ...],
    yes: bool,
) -> None:
    """Take the answers that an officer filled into FILE (.xlsx, .csv) into the FAQ."""
    import tempfile

    from chatbot import adopting, effect, filled
    from chatbot.trial import Current, Trial

    settings = _settings()
    read = filled.read(file)
    past = effect.read(questions or sorted((settings.home / "tests/questions").glob("*.jsonl")))
    _doing("Reading the FAQ")
    current = Current(settings)
    proposal, near = adopting.propose(read.groups, current, as_of, relabel)
    files = current.files.with_proposal(proposal)
    for line in current.files.diff(files):
        click.secho(line, fg={"+": "green", "-": "red", "@": "cyan"}.get(line[:1]))
    _list("Left out", [*read.faults, *proposal.left_out])
    _list("To look at", proposal.notes)
    _list("Near to these, but no entry answers it; to take it over: --relabel LINE", near)
    click.echo(f"\n{proposal.in_words(read.unanswered)}")
    if proposal.empty:
        raise click.ClickException(f"{file}: nothing in it is to be adopted")
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(current, files, Path(folder))
        _list("Faults", trial.faults)
        if trial.faults:
            raise click.ClickException("the FAQ would have these faults, so nothing is written")
        _doing("Building the index of the proposed FAQ")
        after = trial.build()
        _list(
            "Adopted, but without enough like them to get the answer",
            effect.unreached(proposal, after),
        )
        if past:
            _doing(f"Asking {len(past):,} past questions before and after")
            changed = effect.changes(past, current.answerer, after)
            click.echo(f"\nEffect on {len(past):,} past questions: {len(changed)} change.")
            _list("Before and after", [one.in_words() for one in changed])
            same = effect.adopted(past, proposal)
            _list("Adopted themselves, so that they measure nothing now", same)
        if not (yes or _confirmed()):
            raise click.ClickException("nothing is written")
        trial.adopt()
    click.echo(f"Written to {settings.home}, with the index.", err=True)


def _confirmed() -> bool:
    """Whether a person says yes; nobody does where there is no terminal."""
    if not sys.stdin.isatty():
        click.echo("Give --yes to write without being asked.", err=True)
        return False
    return click.confirm("\nWrite this?", err=True)


def _doing(what: str) -> None:
    """Tell a person at a terminal what takes a while."""
    if sys.stderr.isatty():
        click.echo(f"{what} ...", err=True)


def _list(title: str, lines: "Sequence[str]") -> None:
    """A heading with lines under it, if there are any."""
    if lines:
        click.echo("\n".join(["", f"{title}:", *(f"  {line}" for line in lines[:SHOWN])]))
    if len(lines) > SHOWN:
        click.echo(f"  ... and {len(lines) - SHOWN:,} more")


@main.command()
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

    settings = _settings()
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


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, by file.")
@click.option("--rows", type=click.Path(path_type=Path), help="Write a line a question here (CSV).")
def evaluate(files: tuple[Path, ...], as_json: bool, rows: Path | None) -> None:
    """Measure the answers to the labelled questions, messages or lists of FILES (JSON Lines)."""
    from chatbot import evaluation, grouping_evaluation, message_evaluation
    from chatbot.answering import Answerer

    if rows is not None and len(files) > 1:
        raise click.UsageError("--rows takes the questions of one file")
    read = [_labelled(path) for path in files]
    if rows is not None and not isinstance(read[0][0], evaluation.Question):
        raise click.UsageError("--rows takes labelled questions, not messages or lists")
    answerer = Answerer.open(_settings())
    figures: dict[str, Any] = {}
    for path, asked in zip(files, read, strict=True):
        if isinstance(asked[0], evaluation.Question):
            report = evaluation.evaluate(answerer, asked)
            figures[str(path)], words = report.figures(), report.in_words()
            if rows is not None:
                evaluation.write_rows(rows, report)
        elif isinstance(asked[0], grouping_evaluation.Listed):
            figures[str(path)] = grouping_evaluation.evaluate(answerer, asked)
            words = grouping_evaluation.in_words(figures[str(path)])
        else:
            figures[str(path)] = message_evaluation.evaluate(answerer, asked)
            words = message_evaluation.in_words(figures[str(path)])
        if not as_json:
            click.echo(f"{path}\n{words}\n" if len(files) > 1 else words)
    if as_json:
        click.echo(json.dumps(figures, indent=2))


def _labelled(path: Path) -> Any:
    """The labelled lines of a file, of the kind that its first one is."""
    from chatbot import evaluation, grouping_evaluation, message_evaluation

    first = evaluation.lines(path)[0][1]
    if message_evaluation.is_message(first):
        return message_evaluation.read(path)
    if grouping_evaluation.is_listed(first):
        return grouping_evaluation.read(path)
    return evaluation.read(path)
