"""The `chatbot` command.

Each command imports what is heavy itself, so that --help is quick.
"""

from pathlib import Path
from typing import Any

import click

from chatbot.cli.adopt import adopt
from chatbot.cli.ask import ask, show
from chatbot.cli.batch import batch
from chatbot.cli.build import build, check
from chatbot.cli.evaluate import evaluate
from chatbot.cli.publish import import_, publish
from chatbot.cli.serve import serve


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


for command in (adopt, ask, batch, build, check, evaluate, import_, publish, serve, show):
    main.add_command(command)
