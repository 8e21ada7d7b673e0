import io
import re
import sys

import click
import pytest

from chatbot.progress import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_rows_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    bar = Bar()
    for done in range(0, 400, 100):
        bar(done, 400)
    bar(400, 400)
    shown = click.unstyle(screen.getvalue())
    assert "400/400" in shown
    assert re.search(r"[\d,]+ rows a second", shown)
    assert "\n" in shown


def test_elsewhere_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    bar = Bar()
    bar(0, 4)
    bar(4, 4)
    bar.close()
    assert screen.getvalue() == ""
    assert (bar.done, bar.of) == (4, 4)


def test_a_run_that_goes_on_begins_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    bar = Bar()
    bar(300, 400)
    assert bar.done == 300
    bar(400, 400)
    assert "400/400" in screen.getvalue()
