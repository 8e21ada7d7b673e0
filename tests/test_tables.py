from pathlib import Path

import openpyxl
import pytest

from chatbot import tables
from chatbot.errors import TableError


@pytest.fixture
def workbook(tmp_path: Path) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "Who pays?"
    book.save(tmp_path / "made.xlsx")
    return (tmp_path / "made.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("list.xls", "list.xls: cannot read '.xls' files; save it as .xlsx"),
        ("list.xlsm", "list.xlsm: cannot read '.xlsm' files; it may hold macros; save it as .xlsx"),
        ("list.pdf", "cannot read '.pdf' files; copy its questions"),
        ("list.exe", "cannot read '.exe' files; use .xlsx, .ods, .docx, .csv, .tsv"),
        ("list.csv", "list.csv: is empty"),
    ],
)
def test_other_files_are_refused_with_advice(tmp_path: Path, name: str, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(b" \n")
    with pytest.raises(TableError) as error:
        list(tables.read(path))
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("list.csv", "its suffix says .csv, but it may be .xlsx"),
        ("list.docx", "its suffix says .docx, but it may be .xlsx"),
    ],
)
def test_a_suffix_that_is_not_of_the_content_is_refused(
    tmp_path: Path, workbook: bytes, name: str, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(workbook)
    with pytest.raises(TableError) as error:
        list(tables.read(path))
    assert reason in str(error.value)


def test_text_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_text("Question\nWho pays?\n")
    with pytest.raises(TableError, match=r"suffix says \.xlsx, but it is no office file at all"):
        list(tables.read(path))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"Question\nWho?\n", "csv"),
        (b'["Who?"]', "json"),
        (b'\xef\xbb\xbf {"q": "Who?"}\n', "jsonl"),
        ("Who?\n".encode("utf-16"), "csv"),
    ],
)
def test_without_a_suffix_the_content_tells(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "given"
    path.write_bytes(content)
    assert tables.kind_of(path, "standard input") == kind


def test_a_workbook_is_known_without_a_suffix(tmp_path: Path, workbook: bytes) -> None:
    path = tmp_path / "given"
    path.write_bytes(workbook)
    assert tables.kind_of(path, "standard input") == "xlsx"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(TableError, match="is damaged or cut short"):
        tables.kind_of(path, "standard input")
