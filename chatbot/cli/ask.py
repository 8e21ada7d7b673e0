"""`chatbot ask` and `chatbot show`: one message, one entry."""

import sys
from typing import TYPE_CHECKING

import click

from chatbot.cli import home

if TYPE_CHECKING:
    from chatbot.reply import Reply


@click.command()
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

    settings = home.settings()
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


@click.command()
@click.argument("entry_id")
def show(entry_id: str) -> None:
    """Show the stored question and answer of ENTRY_ID, or of that number."""
    from chatbot import faq

    entries = faq.load_entries(home.settings().home).entries
    entry = next((one for one in entries if entry_id in (one.id, one.number)), None)
    if entry is None:
        raise click.ClickException(f"no entry has the id '{entry_id}'")
    click.echo(f"{entry.question}\n\n{entry.answer}")
