"""Zip files that may be hostile, checked before any library opens them."""

import zipfile
from pathlib import Path

from chatbot.errors import TableError

MOST_PARTS = 5_000
MOST_UNPACKED = 400_000_000  # bytes; a list of 100,000 questions unpacks to a tenth of it
MOST_RATIO = 400  # of unpacked to packed; sheets of white space reach 100
SMALL = 10_000_000  # bytes unpacked, below which no ratio is suspicious
PROLOGUE = 65_536  # bytes of a part that a document type would stand in
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check(path: Path, name: str) -> None:
    """Raise `TableError` where the office file at `path` is protected, damaged or a bomb.

    `name` is what people call it.

    A part never yields more than the size its directory gives, so that looking there is enough.
    """
    with path.open("rb") as file:
        head = file.read(4_000_000)
    if head.startswith(OLE):
        if _ENCRYPTED in head:
            raise TableError(f"{name}: is protected with a password; save it without")
        raise TableError(f"{name}: is in the format of Office 97; save it as .xlsx or .docx")
    try:
        with zipfile.ZipFile(path) as archive:
            _check(name, archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OverflowError):
        raise TableError(f"{name}: is damaged or cut short; save it again") from None


def _check(name: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS:
        raise TableError(f"{name}: holds {len(parts):,} parts; the most is {MOST_PARTS:,}")
    if unpacked > MOST_UNPACKED or unpacked > max(SMALL, MOST_RATIO * packed):
        raise TableError(f"{name}: would unpack to {unpacked:,} bytes, more than is ever needed")
    for part in parts:
        if part.flag_bits & 1:
            raise TableError(f"{name}: is protected with a password; save it without")
        if "vbaproject" in part.filename.lower():
            raise TableError(f"{name}: holds macros; save it without, as .xlsx or .docx")
        if part.filename.lower().endswith((".xml", ".rels")):
            _check_part(name, archive, part)


def _check_part(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No office file declares a document type, which is where entity bombs stand."""
    try:
        with archive.open(part) as file:
            start = file.read(PROLOGUE).replace(b"\0", b"")  # UTF-16 would hide it
    except Exception:  # whatever zlib, bz2 and lzma raise
        raise TableError(f"{name}: its part {part.filename} is damaged; save it again") from None
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise TableError(f"{name}: its part {part.filename} declares entities, which is refused")
    if part.filename == "META-INF/manifest.xml" and b"encryption-data" in start:
        raise TableError(f"{name}: is protected with a password; save it without")


def names(path: Path) -> set[str]:
    """The names of the parts of a zip file, none where it is not one."""
    try:
        with zipfile.ZipFile(path) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError):
        return set()
