"""Progress of long work on a terminal."""

import sys
import time
from typing import Any

import click


class Bar:
    """Progress with rate and time left on a terminal; nothing where errors go elsewhere."""

    def __init__(self) -> None:
        self.done, self.of = 0, 0
        self._bar: Any = None
        self._begun, self._before, self._rate = 0.0, 0, ""

    def __call__(self, done: int, of: int) -> None:
        """Show that `done` rows `of` all are answered."""
        if self._bar is None:
            self._begun, self._before = time.monotonic(), done
            self._bar = click.progressbar(
                length=of,
                file=sys.stderr,
                show_pos=True,
                hidden=not sys.stderr.isatty(),
                item_show_func=lambda _: self._rate,
            )
            self.done = self._bar.pos = done  # what an earlier run did says nothing of the pace
        seconds = time.monotonic() - self._begun
        self._rate = f"{(done - self._before) / seconds:,.0f} rows a second" if seconds else ""
        self._bar.update(done - self.done)
        self.done, self.of = done, of
        if done == of:
            self.close()

    def close(self) -> None:
        """End the line of the bar."""
        if self._bar is not None:
            self._bar.render_finish()
