from pathlib import Path

from chatbot.files import replace


def test_a_file_is_replaced_and_no_other_left(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    replace(path, b"old")
    replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
