from pathlib import Path

import pytest

from chatbot.errors import TableError
from chatbot.partial import Lines


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "out.partial"
    path.write_bytes(b"of this list\none\ntwo\n")
    return path


def test_lines_are_added_and_read_again(path: Path) -> None:
    with path.open("rb+") as file:
        lines = Lines(file, "of this list", resume=True)
        lines.add(b"three\n")
        assert [lines[0], lines[2], lines[1]] == [b"one\n", b"three\n", b"two\n"]
        lines.add(lines[0])
        assert len(lines) == 4
    assert path.read_bytes() == b"of this list\none\ntwo\nthree\none\n"


def test_a_line_that_was_cut_is_taken_away(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"thr")
    with path.open("rb+") as file:
        lines = Lines(file, "of this list", resume=True)
        assert len(lines) == 2
        lines.add(b"three\n")
    assert path.read_bytes() == b"of this list\none\ntwo\nthree\n"


@pytest.mark.parametrize("cut", [b"", b"of th", b"of this list"])
def test_a_first_line_that_was_cut_is_written_anew(path: Path, cut: bytes) -> None:
    path.write_bytes(cut)
    with path.open("rb+") as file:
        Lines(file, "of this list", resume=True).add(b"one\n")
    assert path.read_bytes() == b"of this list\none\n"


def test_without_resume_a_file_begins_anew(path: Path) -> None:
    with path.open("rb+") as file:
        assert len(Lines(file, "of another", resume=False)) == 0
    assert path.read_bytes() == b"of another\n"


def test_lines_of_something_else_are_left_alone(path: Path) -> None:
    before = path.read_bytes()
    with (
        path.open("rb+") as file,
        pytest.raises(TableError, match=r"out\.partial: is of another list"),
    ):
        Lines(file, "of another", resume=True)
    assert path.read_bytes() == before
