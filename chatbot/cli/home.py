"""The folder of the FAQ that a command works on, and its settings."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from chatbot.settings import Settings


def settings() -> "Settings":
    """The settings of the FAQ in the folder that `--home` names."""
    from chatbot import settings as files

    return files.read(click.get_current_context().obj)
