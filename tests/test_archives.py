import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from chatbot import archives, tables
from chatbot.errors import TableError

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)


def workbook() -> bytes:
    content = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "Who pays?"
    book.save(content)
    return content.getvalue()


def changed(parts: dict[str, bytes]) -> bytes:
    """The workbook with these parts put in place of its own, or added."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return content.getvalue()


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(TableError) as error:
        list(tables.read(path))
    return str(error.value)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (changed({SHEET: b" " * 500_000_000}), "would unpack to 500,0"),
        (changed({SHEET: b" " * 100_000_000}), "would unpack to 100,0"),
        (changed({SHEET: BOMB.encode()}), f"its part {SHEET} declares entities"),
        (changed({SHEET: BOMB.encode("utf-16")}), f"its part {SHEET} declares entities"),
        (changed({"xl/vbaProject.bin": b"x"}), "holds macros; save it without"),
        (changed({f"x/{n}": b"" for n in range(5_001)}), "parts; the most is 5,000"),
        (workbook()[:-40], "is damaged or cut short"),
        (workbook()[:2_000], "is damaged or cut short"),
        (archives.OLE + bytes(5_000) + "EncryptedPackage".encode("utf-16-le"), "with a password"),
        (archives.OLE + bytes(5_000), "is in the format of Office 97; save it as .xlsx"),
    ],
    ids=["bomb", "ratio", "entities", "entities in UTF-16", "macros", "parts", "cut", "cut more",
         "password", "Office 97"],
)  # fmt: skip
def test_a_hostile_workbook_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    found = refused(tmp_path / "list.xlsx", content)
    assert found.startswith("list.xlsx: ")
    assert reason in found


def test_a_part_never_yields_more_than_the_directory_says(tmp_path: Path) -> None:
    content = bytearray(changed({SHEET: b" " * 1_000_000}))
    for place in range(len(content) - 4):
        if content[place : place + 4] == (1_000_000).to_bytes(4, "little"):
            content[place : place + 4] = (100).to_bytes(4, "little")
    assert "is damaged" in refused(tmp_path / "list.xlsx", bytes(content))


def test_a_flag_of_encryption_is_refused(tmp_path: Path) -> None:
    content = bytearray(workbook())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "protected with a password" in refused(tmp_path / "list.xlsx", bytes(content))


def test_a_protected_open_document_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as new:
        new.writestr("content.xml", b"\x01\x02")
        new.writestr("META-INF/manifest.xml", "<m:file-entry><m:encryption-data/></m:file-entry>")
    assert "protected with a password" in refused(tmp_path / "list.ods", content.getvalue())


def test_names_of_what_is_no_zip_file_are_none(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert archives.names(path) == set()
