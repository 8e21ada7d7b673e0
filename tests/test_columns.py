import pytest

from chatbot.columns import find, letter
from chatbot.errors import TableError
from chatbot.tables import Headings, Row

ASKED = [["A School", "Who pays for it all?"], ["B School", "is lift gone"]]


@pytest.mark.parametrize(
    ("rows", "above", "question", "who"),
    [
        ([["School", "Question"], *ASKED], 1, 1, 0),
        ([["QUESTIONS:"], ["who pays"]], 1, 0, None),
        ([["Questions from March"], [], ["Name", "Your question"], *ASKED], 3, 1, 0),
        ([["ID", "Email", "Name", "What is your question for the team?"],
          [1, "", "Jo", "lift?"]], 1, 3, 2),
        ([["Question no.", "Question", "Asked by"], ["1", "Who?", "x"]], 1, 1, 2),
        ([["School", "Topic"], ["A", "Who pays for it?"], ["B", "When is it?"]], 1, 1, 0),
        (ASKED, 0, 1, None),
        ([["is lift gone"], ["who pays"]], 0, 0, None),
        ([["so lift"], ["no idea who to call"]], 0, 0, None),
        ([Headings(["a", "b"]), ["x", "Who pays?"]], 1, 1, None),
        ([["Question", "Comments"], ["", "Who pays for it?"]], 1, 1, None),
        ([["Date", "Question"]], 1, 1, None),
        ([["March"], ["School", "Anything you want to ask?"], *ASKED], 2, 1, 0),
        ([*ASKED, ["School", "Anything you want to ask?"]], 0, 1, None),
        ([[], []], 0, None, None),
    ],
)  # fmt: skip
def test_headings_questions_and_askers_are_found(
    rows: list[Row], above: int, question: int | None, who: int | None
) -> None:
    rows = [
        type(row)(map(str, row)) if isinstance(row, Headings) else [*map(str, row)] for row in rows
    ]
    layout = find(rows)
    assert (layout.above, layout.question, layout.who) == (above, question, who)


@pytest.mark.parametrize("wanted", ["Remark", "remark ", "B", "b", "2"])
def test_a_column_is_named_by_heading_letter_or_number(wanted: str) -> None:
    layout = find([["Question", "Remark"], ["Who pays?", "is lift gone"]], wanted)
    assert (layout.question, layout.above) == (1, 1)


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(TableError, match="no column 'C'; its columns are 'Question', 'Remark'"):
        find([["Question", "Remark"], ["Who pays?", "is lift gone"]], "C")
    with pytest.raises(TableError, match="no column 'Nope'; its columns are A to B"):
        find(ASKED, "Nope")


def test_columns_without_questions_are_none() -> None:
    assert find([["7", "x"], ["8", "y"]]).question is None


def test_letters_are_those_of_spreadsheets() -> None:
    assert [letter(n) for n in (0, 25, 26, 701, 702, 16_383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
