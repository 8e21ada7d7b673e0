from pathlib import Path

import numpy as np
import pytest

from chatbot import grouping_evaluation
from chatbot.answering import Answerer
from chatbot.errors import DataError
from chatbot.grouping_evaluation import Listed, Pairs, figures, in_words, pairs

LINE = '{"text": "Who pays?", "group": "money"}'
# Three that ask one thing and two that ask another; one of the three is put with the two.
LABELS = ["a", "a", "a", "b", "b"]
FOUND = [0, 0, 1, 1, 1]


def counted(labels: list[int], found: list[int], weights: list[float]) -> Pairs:
    return pairs(np.array(labels), np.array(found), np.array(weights))


def test_pairs_are_counted() -> None:
    assert counted([0, 0, 0, 1, 1], FOUND, [1, 1]) == Pairs(
        together=2, wrongly=2, parted=2, apart=4
    )


def test_a_label_drawn_twice_counts_twice() -> None:
    # Twice its own pairs, 1 together and 2 parted, and those with "b", 2 wrongly and 4 apart.
    assert counted([0, 0, 0, 1, 1], FOUND, [2, 1]) == Pairs(
        together=2 * 1 + 1, wrongly=2 * 2, parted=2 * 2, apart=2 * 4
    )


def test_a_label_that_is_not_drawn_does_not_count() -> None:
    assert counted([0, 0, 0, 1, 1], FOUND, [0, 1]) == Pairs(1, 0, 0, 0)


def test_the_figures_of_a_list() -> None:
    measured = figures(LABELS, FOUND)
    assert (measured["questions"], measured["labelled groups"], measured["found groups"]) == (
        5,
        2,
        2,
    )
    values = {name: one[0] for name, one in measured.items() if isinstance(one, tuple)}
    # Chance would put 4 * 4 / 10 of the 4 pairs together: (2 - 1.6) / (4 - 1.6).
    assert values == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "adjusted_rand": 0.1667}


def test_no_mistake_is_1_however_groups_are_numbered() -> None:
    measured = figures(["x", "y", "x", "z"], [7, 0, 7, 3])
    for name in ("precision", "recall", "f1", "adjusted_rand"):
        assert measured[name] == (1.0, 1.0, 1.0)


def test_everything_in_one_group_is_no_better_than_chance() -> None:
    measured = figures(["a", "a", "b", "b"], [0, 0, 0, 0])
    assert measured["precision"][0] == 0.3333
    assert measured["recall"][0] == 1
    assert measured["f1"][0] == 0.5
    assert measured["adjusted_rand"][0] == 0


def test_everything_apart_finds_nothing() -> None:
    measured = figures(["a", "a", "b", "b"], [0, 1, 2, 3])
    assert measured["precision"][0] == 1
    assert measured["recall"][0] == measured["f1"][0] == measured["adjusted_rand"][0] == 0


def test_a_list_where_nothing_belongs_together_is_measured() -> None:
    assert figures(["a", "b"], [0, 1])["f1"][0] == 1
    assert figures(["a"], [0])["adjusted_rand"][0] == 1


def test_intervals_hold_the_value() -> None:
    labels = [str(n // 3) for n in range(60)]
    found = [n // 3 if n % 7 else 99 for n in range(60)]
    for name, one in figures(labels, found).items():
        if isinstance(one, tuple):
            assert one[1] < one[0] < one[2], name


@pytest.mark.parametrize(
    "line",
    ['{"text": "a"}', '{"text": "a", "of": []}', '{"text": "a", "group": 1}', "[]", "", "no json"],
)
def test_other_lines_are_of_no_list(line: str) -> None:
    assert grouping_evaluation.is_listed(LINE)
    assert not grouping_evaluation.is_listed(line)


def test_an_error_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    path.write_text(f'{LINE}\n\n{{"text": "a", "of": []}}\n')
    with pytest.raises(DataError, match=r"list.jsonl:3: not a question and its group"):
        grouping_evaluation.read(path)


def test_an_empty_question_is_named(answerer: Answerer) -> None:
    with pytest.raises(DataError, match="question 2: the message is empty"):
        grouping_evaluation.evaluate(
            answerer, [Listed(text="Who pays?", group="a"), Listed(text=" ", group="b")]
        )


def test_a_list_is_grouped_and_measured(answerer: Answerer) -> None:
    texts = {
        "Who pays for supply cover at the Community of Schools meetings?": "cover",
        "who pays for supply cover for the community of schools meeting": "cover",
        "How long is the waiting list for an autism assessment?": "autism",
        "how long is the wait for an autism assessment": "autism",
        "Is there parking at the training venue?": "parking",
    }
    listed = [Listed(text=text, group=label) for text, label in texts.items()]
    measured = grouping_evaluation.evaluate(answerer, listed)
    assert measured["found groups"] == 3
    assert measured["f1"] == measured["adjusted_rand"] == (1.0, 1.0, 1.0)
    assert "adjusted rand    1.000" in in_words(measured)
