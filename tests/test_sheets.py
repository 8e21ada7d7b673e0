import pytest

from chatbot import sheets


@pytest.mark.parametrize(
    ("own", "name"),
    [
        ([], "Group"),
        (["GROUP "], "Group (FAQ)"),
        (["group", "Group (FAQ)"], "Group (FAQ 2)"),
    ],
)
def test_a_column_is_added_under_a_name_that_no_other_has(own: list[str], name: str) -> None:
    assert sheets.added("Group", {sheets.folded(one) for one in own}) == name


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Class", "group"], 1),
        (["Group", "Outcome", "Group (FAQ)"], 2),
        (["Group (FAQ)", "Group"], 0),
        (["Class", "Groups"], None),
    ],
)
def test_an_added_column_is_found_again(names: list[str], found: int | None) -> None:
    assert sheets.place([sheets.folded(one) for one in names], "Group") == found


def test_every_column_of_a_row_has_a_name_of_its_own() -> None:
    assert len(set(sheets.HEADINGS)) == len(sheets.HEADINGS)
    assert sheets.HEADINGS[: len(sheets.FIELDS)] == sheets.FIELDS
