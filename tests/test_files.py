from pathlib import Path

import pytest

from chatbot.files import replace, replacing


def test_a_file_is_replaced_and_no_other_left(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    replace(path, b"old")
    replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_where_writing_fails_the_old_file_stays_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    replace(path, b"old")

    def write_half() -> None:
        with replacing(path) as file:
            file.write(b"ne")
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        write_half()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
