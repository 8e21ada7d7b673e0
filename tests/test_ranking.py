import numpy as np
import pytest

from chatbot.index import Neighbours
from chatbot.nearest import NEIGHBOURS
from chatbot.ranking import FIGURES, NEAREST, rank


def neighbours(*rows: tuple[float, tuple[int, ...]], more: bool = False) -> Neighbours:
    """Rows that were found; `more` where they are not all of the index."""
    scores = np.array([score for score, _ in rows], np.float32)
    return Neighbours(scores, [of for _, of in rows], all=not more)


def test_an_answer_scores_by_the_mean_of_its_three_nearest_rows() -> None:
    found = neighbours((0.9, (0,)), (0.8, (1,)), (0.8, (1,)), (0.8, (1,)), (0.1, (2,)))
    ranking = rank(found, answer_of=[0, 1, 2], words=4)
    assert ranking.answers == [1, 0, 2]
    # One row at 0.9; the two that are missing count nothing, since the index was found whole.
    assert ranking.scores == pytest.approx([0.8, 0.9 / 3, 0.1 / 3], abs=1e-6)


def test_rows_beyond_those_found_count_as_the_last_of_them() -> None:
    found = neighbours((0.9, (0,)), *[(0.5, (1,))] * (NEIGHBOURS - 1), more=True)
    assert rank(found, [0, 1], words=4).scores == pytest.approx([(0.9 + 0.5 + 0.5) / 3, 0.5])


def test_entries_with_the_same_answer_are_one_and_the_nearest_is_shown() -> None:
    found = neighbours((0.9, (1,)), (0.8, (0,)), (0.8, (2,)), (0.1, ()))
    assert rank(found, answer_of=[0, 0, 2], words=4).answers == [1, 2]


def test_a_row_of_two_entries_counts_for_both() -> None:
    found = neighbours((0.9, (0, 1)), (0.2, ()))
    assert sorted(rank(found, answer_of=[0, 1], words=4).answers) == [0, 1]


def test_unanswerable_rows_lower_the_margin_but_are_never_ranked() -> None:
    near = rank(neighbours((0.9, (0,)), (0.88, ()), (0.1, (1,))), answer_of=[0, 1], words=4)
    far = rank(neighbours((0.9, (0,)), (0.2, ()), (0.1, (1,))), answer_of=[0, 1], words=4)
    place = FIGURES.index(NEAREST)
    assert near.answers == [0, 1]
    assert near.figures[place] == pytest.approx(0.02, abs=1e-6)
    assert far.figures[place] == pytest.approx(0.7, abs=1e-6)


def test_only_unanswerable_rows_rank_nothing() -> None:
    ranking = rank(neighbours((0.9, ())), answer_of=[0], words=4)
    assert ranking.answers == []
    assert ranking.shares(0.5) == []


def test_shares_give_the_first_its_confidence_and_add_up_to_at_most_one() -> None:
    ranking = rank(
        neighbours((0.9, (0,)), (0.8, (1,)), (0.7, ()), (0.6, (2,))),
        answer_of=[0, 1, 2],
        words=4,
    )
    shares = ranking.shares(0.7)
    assert shares[0] == 0.7
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) < 1


@pytest.mark.parametrize("entry", [0, 2, 3])
def test_another_answer_can_lead_without_any_being_lost(entry: int) -> None:
    ranking = rank(
        neighbours((0.9, (0,)), (0.8, (1,)), (0.6, (2,))), answer_of=[0, 1, 2, 2], words=4
    )
    led = ranking.led_by(entry, [0, 1, 2, 2])
    assert led.answers[0] == entry
    assert sorted({2 if one == 3 else one for one in led.answers}) == [0, 1, 2]
    assert led.scores[0] == pytest.approx(0.9)
    assert led.shares(0.99)[0] == 0.99
