"""Folders for temporary files, gone at the end, or after a crash at the next start."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "faq-chatbot-"
LOCK = "lock"


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder that only its owner may read, removed at the end.

    Its lock is held as long as the process lives, so that a folder without is one that a crash
    left behind.
    """
    sweep()
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    with (path / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


def sweep() -> None:
    """Remove the folders of processes that are no more."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if path.is_symlink() or path.stat().st_uid != os.getuid():
                continue
            with (path / LOCK).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
        except OSError:  # it is in use, or went in this moment
            continue
