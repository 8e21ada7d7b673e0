"""Folders for temporary files, gone at the end, or after a crash at the next start."""

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "faq-chatbot-"
LOCK = "lock"
GRACE = 10  # seconds


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
            found = path.lstat()
            young = time.time() - found.st_mtime < GRACE  # its lock may not be there yet
            if young or found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
                continue
            with (path / LOCK).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
        except OSError:  # it is in use, or went in this moment
            continue
