from pathlib import Path

import numpy as np
import pytest

from chatbot.confidence import (
    FIGURES,
    NEAREST,
    NEIGHBOURS,
    Calibration,
    Ranking,
    fit,
    folds_of,
    interval,
    rank,
    threshold_for,
    uncalibrated,
)
from chatbot.errors import StaleIndexError
from chatbot.faq import Phrasing
from chatbot.index import Neighbours


def neighbours(*rows: tuple[float, tuple[int, ...]]) -> Neighbours:
    return Neighbours(np.array([score for score, _ in rows], np.float32), [of for _, of in rows])


def test_an_answer_scores_by_the_mean_of_its_three_nearest_rows() -> None:
    found = neighbours((0.9, (0,)), (0.8, (1,)), (0.8, (1,)), (0.8, (1,)), (0.1, (2,)))
    ranking = rank(found, answer_of=[0, 1, 2], words=4)
    assert ranking.answers == [1, 0, 2]
    # One row at 0.9; the two that are missing count nothing, since the index was found whole.
    assert ranking.scores == pytest.approx([0.8, 0.9 / 3, 0.1 / 3], abs=1e-6)


def test_rows_beyond_those_found_count_as_the_last_of_them() -> None:
    found = neighbours((0.9, (0,)), *[(0.5, (1,))] * (NEIGHBOURS - 1))
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


def simulated(many: int) -> tuple[list[Ranking], np.ndarray, np.ndarray]:
    """Rankings whose first figure alone says how likely the first answer is right."""
    rng = np.random.default_rng(2)
    figures = rng.normal(size=(many, len(FIGURES)))
    right = rng.random(many) < 1 / (1 + np.exp(-3 * figures[:, 0]))
    rankings = [Ranking([0], [1.0], row) for row in figures]
    return rankings, right, np.ones(many, bool)


def test_a_fitted_confidence_is_the_share_that_is_right() -> None:
    rankings, right, answerable = simulated(4000)
    model = fit(rankings, right, answerable, 0.9, "sha")
    confidences = np.array([model.confidence(one.figures) for one in rankings])
    for low in np.arange(0, 1, 0.2):
        some = (confidences >= low) & (confidences < low + 0.2)
        assert confidences[some].mean() == pytest.approx(right[some].mean(), abs=0.05)


def test_a_fit_reaches_the_precision_asked_for_and_says_what_it_measured() -> None:
    rankings, right, answerable = simulated(4000)
    model = fit(rankings, right, answerable, 0.9, "sha")
    given = np.array([model.confidence(one.figures) for one in rankings]) >= model.threshold
    assert right[given].mean() >= 0.9
    assert model.measured is not None
    assert model.measured.questions == 4000
    assert model.measured.precision[0] == pytest.approx(right[given].mean(), abs=1e-3)


@pytest.mark.parametrize("many", [0, 1, 199])
def test_too_few_questions_measure_nothing(many: int) -> None:
    rankings, right, answerable = simulated(many)
    assert fit(rankings, right, answerable, 0.9, "sha") == uncalibrated(0.9, "sha")
    assert uncalibrated(0.9, "sha").measured is None


def test_the_threshold_is_the_least_that_reaches_the_precision() -> None:
    confidences = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, False])
    assert threshold_for(confidences, right, 0.75) == 0.6
    assert threshold_for(confidences, right, 0.9) == 0.8
    assert threshold_for(confidences, ~right, 0.9) == 1.0


def test_unanswerable_questions_weigh_as_if_they_were_two_in_five() -> None:
    rankings, right, _ = simulated(4000)
    answerable = right | (np.arange(4000) % 4 > 0)
    model = fit(rankings, right, answerable, 0.9, "sha")
    given = np.array([model.confidence(one.figures) for one in rankings]) >= model.threshold
    weight = 0.4 / 0.6 * answerable.sum() / (~answerable).sum()
    wrong = (given & answerable & ~right).sum() + weight * (given & ~answerable).sum()
    assert (given & right).sum() / ((given & right).sum() + wrong) == pytest.approx(0.9, abs=0.005)


def test_a_wilson_interval_holds_published_values() -> None:
    # Newcombe (1998), table I, method 3: 81/263 and 0/20.
    assert interval(81, 263) == pytest.approx((0.3080, 0.2553, 0.3662), abs=2e-4)
    assert interval(0, 20) == pytest.approx((0.0, 0.0, 0.1611), abs=2e-4)
    assert interval(0, 0) is None


def test_folds_are_writers_where_four_have_written() -> None:
    phrasings = [Phrasing(text=f"t{n}", of=(), source="abcde"[n % 5]) for n in range(50)]
    folds = folds_of(phrasings)
    for writer, fold in zip("abcd", range(4), strict=True):
        assert {f for f, p in zip(folds, phrasings, strict=True) if p.source == writer} == {fold}
    assert len({f for f, p in zip(folds, phrasings, strict=True) if p.source == "e"}) > 1


def test_folds_without_writers_keep_like_texts_together() -> None:
    phrasings = [Phrasing(text=text, of=()) for text in ("Who pays?", "who pays", "WHO PAYS!")]
    assert len(set(folds_of(phrasings))) == 1


def test_a_calibration_is_read_as_it_was_saved(tmp_path: Path) -> None:
    rankings, right, answerable = simulated(400)
    model = fit(rankings, right, answerable, 0.9, "sha")
    model.save(tmp_path)
    assert Calibration.open(tmp_path) == model
    assert [path.name for path in tmp_path.iterdir()] == ["calibration.json"]


def test_a_missing_or_broken_calibration_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StaleIndexError, match="missing"):
        Calibration.open(tmp_path)
    (tmp_path / "calibration.json").write_text("{}")
    with pytest.raises(StaleIndexError, match="not a calibration"):
        Calibration.open(tmp_path)


def test_a_calibration_of_other_figures_is_stale(tmp_path: Path) -> None:
    uncalibrated(0.9, "sha").model_copy(update={"weights": [1.0]}).save(tmp_path)
    with pytest.raises(StaleIndexError, match="other figures"):
        Calibration.open(tmp_path)
