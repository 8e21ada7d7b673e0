from pathlib import Path

import numpy as np
import pytest

from chatbot.confidence import (
    FALSE_CHOICES,
    Bools,
    Calibration,
    Logistic,
    fit,
    folds_of,
    interval,
    logistic,
    mixed_precision,
    uncalibrated,
)
from chatbot.errors import PrecisionError, StaleIndexError
from chatbot.faq import Phrasing
from chatbot.ranking import FIGURES, Ranking


def simulated(many: int) -> tuple[list[Ranking], Bools, Bools]:
    """Rankings whose first figure alone says how likely the first answer is right."""
    rng = np.random.default_rng(2)
    figures = rng.normal(size=(many, len(FIGURES)))
    right = rng.random(many) < 1 / (1 + np.exp(-3 * figures[:, 0]))
    rankings = [Ranking([0], [1.0], row) for row in figures]
    return rankings, right, np.ones(many, bool)


def fitted(rankings: list[Ranking], right: Bools, answerable: Bools) -> Calibration:
    """The calibration where the right answer is the first or none of the first ones."""
    return fit(rankings, right, right, answerable, "sha")


def test_a_fitted_confidence_is_the_share_that_is_right() -> None:
    rankings, right, answerable = simulated(4000)
    model = fitted(rankings, right, answerable)
    confidences = np.array([model.confidence(one.figures) for one in rankings])
    for low in np.arange(0, 1, 0.2):
        some = (confidences >= low) & (confidences < low + 0.2)
        assert confidences[some].mean() == pytest.approx(right[some].mean(), abs=0.05)


def test_the_stated_threshold_is_the_least_that_reaches_the_precision() -> None:
    rankings, right, answerable = simulated(4000)
    model = fitted(rankings, right, answerable)
    confidences = np.array([model.confidence(one.figures) for one in rankings])
    for precision in (0.8, 0.9, 0.95):
        stated = model.stated(precision)
        given = confidences >= stated.threshold
        assert right[given].mean() >= precision
        assert right[confidences >= stated.threshold - 0.02].mean() < precision
        assert stated.precision == precision
        assert stated.measured is not None
        assert stated.measured.questions == 4000
        assert stated.measured.precision[0] == pytest.approx(right[given].mean(), abs=1e-3)
        assert stated.measured.coverage == interval(int(given.sum()), 4000)


def test_a_precision_out_of_reach_is_refused_with_the_best_there_is() -> None:
    rankings, right, answerable = simulated(4000)
    wrong_as_often = np.random.default_rng(3).random(4000) < 0.5
    model = fitted(rankings, right & wrong_as_often, answerable)
    with pytest.raises(PrecisionError, match=r"95% .* at best \d\d\.\d% of 4,000"):
        model.stated(0.95)


@pytest.mark.parametrize("many", [0, 1, 199])
def test_too_few_questions_measure_nothing(many: int) -> None:
    rankings, right, answerable = simulated(many)
    model = fitted(rankings, right, answerable)
    assert model == uncalibrated("sha")
    assert model.stated(0.9).measured is None


def test_unanswerable_questions_weigh_as_if_they_were_two_in_five() -> None:
    rankings, right, _ = simulated(4000)
    answerable = right | (np.arange(4000) % 4 > 0)
    model = fitted(rankings, right, answerable)
    threshold = model.stated(0.9).threshold
    given = np.array([model.confidence(one.figures) for one in rankings]) >= threshold
    weight = 0.4 / 0.6 * answerable.sum() / (~answerable).sum()
    wrong = (given & answerable & ~right).sum() + weight * (given & ~answerable).sum()
    reached = (given & right).sum() / ((given & right).sum() + wrong)
    assert reached == pytest.approx(0.9, abs=0.005)
    assert mixed_precision(given, right, answerable) == pytest.approx(reached)


def test_logistic_weights_are_those_that_the_outcomes_were_drawn_with() -> None:
    rng = np.random.default_rng(4)
    figures = rng.normal(size=(20_000, 3))
    drawn = Logistic(weights=[2.0, -1.0, 0.0], bias=0.5)
    right = rng.random(20_000) < [drawn(one) for one in figures]
    found = logistic(figures, right, np.ones(20_000))
    assert found.weights == pytest.approx(drawn.weights, abs=0.1)
    assert found.bias == pytest.approx(drawn.bias, abs=0.1)


def test_a_line_that_weighs_double_counts_as_two() -> None:
    figures = np.array([[0.0], [1.0], [0.5], [0.2]])
    right = np.array([False, True, False, True])
    twice = np.array([0, 1, 2, 3, 3])
    weighed = logistic(figures, right, np.array([1.0, 1.0, 1.0, 2.0]))
    repeated = logistic(figures[twice], right[twice], np.ones(5))
    assert weighed.weights == pytest.approx(repeated.weights)
    assert weighed.bias == pytest.approx(repeated.bias)


def test_choices_are_offered_to_no_more_unanswerable_questions_than_is_allowed() -> None:
    rankings, right, _ = simulated(4000)
    figures = np.array([one.figures for one in rankings])
    among = right | (figures[:, 1] > 1)
    answerable = among | (np.arange(4000) % 4 > 0)
    model = fit(rankings, right, among, answerable, "sha")
    offered = np.array([model.offers(one) for one in figures])
    assert offered[~answerable].mean() == pytest.approx(FALSE_CHOICES, abs=0.005)
    assert offered[among].mean() > 2 * FALSE_CHOICES


def test_choices_are_offered_by_whether_one_of_them_is_right_and_not_by_the_first_alone() -> None:
    rankings, right, _ = simulated(4000)
    figures = np.array([one.figures for one in rankings])
    among = right | (figures[:, 1] > 0)
    model = fit(rankings, right, among, np.arange(4000) % 4 > 0, "sha")
    near, far = np.zeros(len(FIGURES)), np.zeros(len(FIGURES))
    near[:2], far[:2] = (-0.5, 2.5), (-0.5, -2.5)
    assert model.confidence(near) == pytest.approx(model.confidence(far), abs=0.1)
    assert model.offers(near)
    assert not model.offers(far)


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
    model = fitted(rankings, right, answerable)
    model.save(tmp_path)
    assert Calibration.open(tmp_path) == model
    assert [path.name for path in tmp_path.iterdir()] == ["calibration.json"]


def test_a_missing_or_broken_calibration_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StaleIndexError, match="missing"):
        Calibration.open(tmp_path)
    (tmp_path / "calibration.json").write_text("{}")
    with pytest.raises(StaleIndexError, match="not a calibration"):
        Calibration.open(tmp_path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("means", [0.5]),
        ("scales", [1.0]),
        ("first", Logistic(weights=[1.0], bias=0)),
        ("among", Logistic(weights=[1.0], bias=0)),
    ],
)
def test_a_calibration_of_other_figures_is_stale(tmp_path: Path, field: str, value: object) -> None:
    uncalibrated("sha").model_copy(update={field: value}).save(tmp_path)
    with pytest.raises(StaleIndexError, match="other figures"):
        Calibration.open(tmp_path)
