import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from chatbot import scratch


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_folder_is_private_and_gone_at_the_end(tmp_path: Path) -> None:
    with scratch.folder() as path:
        assert path.parent == tmp_path
        assert path.stat().st_mode & 0o777 == 0o700
        (path / "rows.jsonl").write_text("x")
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_is_gone_at_the_next_start(tmp_path: Path) -> None:
    code = (
        "import os; from chatbot import scratch\n"
        "with scratch.folder() as path:\n"
        "    (path / 'rows.jsonl').write_text('x'); os._exit(1)\n"
    )
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path)})
    (left,) = tmp_path.iterdir()
    scratch.sweep()
    assert left.exists()  # it is young: its owner may not have locked it yet
    os.utime(left, (time.time() - 60,) * 2)
    with scratch.folder() as path:
        os.utime(path, (time.time() - 60,) * 2)
        scratch.sweep()  # does not touch what is in use
        assert list(tmp_path.iterdir()) == [path]


def test_other_files_and_links_stay(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / f"{scratch.PREFIX}link").symlink_to(other)
    (tmp_path / f"{scratch.PREFIX}file").write_text("x")
    for path in tmp_path.iterdir():
        os.utime(path, (time.time() - 60,) * 2, follow_symlinks=False)
    scratch.sweep()
    assert len(list(tmp_path.iterdir())) == 3
