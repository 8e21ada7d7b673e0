import csv
import io
import json
from pathlib import Path

import pytest

from chatbot import tables
from chatbot.errors import TableError
from chatbot.tables import Headings, Number

ROWS = [["School", "Question"], ["St Mary’s", "Who pays – and when?"], ["Café", "Is it £5?"]]


def rows(path: Path) -> list[list[object]]:
    return [line.row for line in tables.read(path)]


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def as_csv(delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(ROWS)
    return text.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "list.csv", as_csv(",").encode(encoding))
    assert rows(path) == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    assert rows(written(tmp_path / "list.csv", as_csv(delimiter))) == ROWS


def test_a_file_of_one_column_is_not_cut_at_its_commas(tmp_path: Path) -> None:
    text = 'Question\n"Who, if not us, pays?"\nWhen, where and how?\n\nWhy;not?\n'
    assert rows(written(tmp_path / "list.csv", text)) == [
        ["Question"],
        ["Who, if not us, pays?"],
        ["When, where and how?"],
        [],
        ["Why;not?"],
    ]


def test_prose_is_not_cut_at_its_commas(tmp_path: Path) -> None:
    text = "Hi, who pays for it?\nWell, when does it start?\nSo, is it gone?\n"
    assert rows(written(tmp_path / "list.csv", text)) == [[one] for one in text.splitlines()]


def test_lines_with_quotation_marks_of_their_own_stay_as_they_are(tmp_path: Path) -> None:
    text = 'Question\n"LIFT" - is it gone?\nWho pays?\n'
    assert rows(written(tmp_path / "list.csv", text)) == [
        ["Question"],
        ['"LIFT" - is it gone?'],
        ["Who pays?"],
    ]


def test_rows_may_be_ragged_blank_and_have_line_breaks(tmp_path: Path) -> None:
    text = 'a,b\r\n1,"two\r\nlines"\r\n\r\n,\r\n1,2,3\r\n'
    expected = [["a", "b"], ["1", "two\r\nlines"], [], ["", ""], ["1", "2", "3"]]
    assert rows(written(tmp_path / "list.csv", text)) == expected


def test_tabs_part_cells_of_a_tsv_even_where_commas_are_many(tmp_path: Path) -> None:
    assert rows(written(tmp_path / "list.tsv", "a,b\tc,d\n")) == [["a,b", "c,d"]]


def test_each_line_of_a_txt_is_a_row(tmp_path: Path) -> None:
    path = written(tmp_path / "list.txt", 'Who, "you", pays?\r\n\r\n  When?\n')
    assert rows(path) == [['Who, "you", pays?'], [""], ["  When?"]]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("list.csv", b'a,b\n1,"two\n3,4\n', "list.csv: row 2: a quotation mark is never closed"),
        ("list.csv", b'a,b\n1,"two" x\n', "row 2: a quotation mark inside a quoted cell is not"),
        ("list.csv", b'a,b\n1,"' + b"x" * 140_000, "row 2: a cell of more than 131,072 characters"),
        ("list.csv", b"a,b\n1,\x81\n", "row 2: is neither UTF-8 nor Windows-1252 text"),
        ("list.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", "list.csv: is not text"),
        ("list.txt", b"caf\xe9\n\x01\x02\xff", "row 2: is neither"),
        ("list.txt", b"a\nb\0\nc\0d\n", "list.txt: is not text"),
        ("list.csv", b"\xff\xfea\0b\0\0\xd8", "is not UTF-16 text"),
        ("list.jsonl", b'{"q": 1}\n{"q"\n', "list.jsonl: row 2: not valid JSON, Expecting ':'"),
        ("list.jsonl", b"[" * 100_000, "row 1: nested too deep"),
        ("list.json", b"[1,", "list.json: not valid JSON"),
        ("list.json", b'{"a": 1}', "list.json: holds no list of questions"),
        ("list.json", b"[" + b"9" * 5_000 + b"]", "or a number too long"),
    ],
    ids=lambda value: repr(value[:16]) if isinstance(value, bytes) else None,
)
def test_what_cannot_be_read_is_named_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(TableError) as error:
        rows(written(tmp_path / name, content))
    assert reason in str(error.value)
    assert str(error.value).startswith(f"{name}: ")


ITEMS = [{"q": "Who pays?", "n": 7}, {"q": "When?", "late": True, "of": [1, 2]}, {"q": None}]
TABLE = [
    ["q", "n", "late", "of"],
    ["Who pays?", Number("7", 7), "", ""],
    ["When?", "", Number("true", True), "[1, 2]"],
    ["", "", "", ""],
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.json", json.dumps(ITEMS)),
        ("list.json", json.dumps({"made": "today", "items": ITEMS})),
        ("list.jsonl", "\n".join(map(json.dumps, ITEMS))),
    ],
)
def test_objects_are_rows_under_the_names_of_their_fields(
    tmp_path: Path, name: str, text: str
) -> None:
    found = rows(written(tmp_path / name, text))
    assert found == TABLE
    assert isinstance(found[0], Headings)


def test_texts_and_lists_are_rows_too(tmp_path: Path) -> None:
    assert rows(written(tmp_path / "list.json", '["Who?", "", ["a", 1.5]]')) == [
        ["Who?"],
        [""],
        ["a", Number("1.5", 1.5)],
    ]
    assert rows(written(tmp_path / "list.jsonl", '"Who?"\n\n"\\ud800"\n')) == [
        ["Who?"],
        [""],
        ["?"],
    ]
