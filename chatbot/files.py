"""Files written whole or not at all."""

import os
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step, so that a crash leaves the old file whole."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
