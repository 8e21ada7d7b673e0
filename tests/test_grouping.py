import random
from collections.abc import Sequence

import numpy as np
import pytest

from chatbot import grouping
from chatbot.answering import Answerer
from chatbot.confidence import Logistic
from chatbot.encoder import Vectors
from chatbot.grouping import FIGURES, Asked, Grouping, Groups, figures, group, model, nearest_of

MODEL = model("of no folder")  # the one for encoders that bring none
FORUM = [
    "Who pays for supply cover when I am at a Community of Schools meeting?",
    "who pays for supply cover while im out at the community of schools meeting",
    "Is there parking at the training venue?",
    "how long is the wait for an autism assessment",
    "How long is the waiting list for an autism assessment?",
    "IS THERE PARKING AT THE TRAINING VENUE",
    "Will the parent workshops carry on?",
]


def grouped(answerer: Answerer, texts: Sequence[str]) -> list[int]:
    judged = answerer.lookup.judge(texts, to_group=True)
    vectors = np.array([one.group_vector for one in judged])
    return group(vectors, [Asked.of(one) for one in judged], model(answerer.settings.encoder_place))


def unit(vectors: Vectors) -> Vectors:
    found: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


def scattered(count: int, seed: int = 0) -> tuple[Vectors, list[Asked]]:
    """Questions that are pairwise unlike or, in fives, alike."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(count // 5 + 1, 64))
    vectors = unit(centres[np.arange(count) // 5] + rng.normal(0, 0.2, (count, 64)))
    return vectors, [Asked(f"question {n}", -1, 0.1, 0.7) for n in range(count)]


def test_questions_that_ask_the_same_share_a_group(answerer: Answerer) -> None:
    assert grouped(answerer, FORUM) == [0, 0, 1, 2, 2, 1, 3]


def test_an_empty_list_has_no_groups() -> None:
    assert group(np.empty((0, 384), np.float32), [], MODEL) == []


def test_one_question_is_a_group(answerer: Answerer) -> None:
    assert grouped(answerer, ["Who pays?"]) == [0]


def test_equal_texts_share_a_group_whatever_their_case_and_marks() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(3, 8)))
    asked = [Asked(text, -1, 0.0, 0.5) for text in ("Who pays?", "Something else", "WHO PAYS")]
    assert group(vectors, asked, MODEL) == [0, 1, 0]


def test_ten_thousand_equal_questions_are_one_group() -> None:
    vectors = np.tile(unit(np.ones((1, 384))), (10_000, 1))
    assert set(group(vectors, [Asked("Who pays?", 3, 0.9, 0.9)] * 10_000, MODEL)) == {0}


def test_thousands_of_near_equal_questions_are_one_group() -> None:
    vectors = np.tile(unit(np.ones((1, 64))), (1_200, 1))
    asked = [Asked(f"Who pays in room {n}?", 3, 0.9, 0.9) for n in range(1_200)]
    assert set(group(vectors, asked, MODEL)) == {0}


def test_texts_of_which_nothing_is_left_share_a_group(answerer: Answerer) -> None:
    assert grouped(answerer, ["???", "Is there parking at the training venue?", "😀"]) == [0, 1, 0]


def test_groups_are_numbered_in_order_of_first_appearance() -> None:
    vectors, asked = scattered(200)
    groups = group(vectors, asked, MODEL)
    assert list(dict.fromkeys(groups)) == list(range(max(groups) + 1))
    assert max(groups) > 10


def test_the_order_of_the_questions_makes_no_difference() -> None:
    vectors, asked = scattered(300)
    order = random.Random(1).sample(range(300), 300)
    before = group(vectors, asked, MODEL)
    after = group(vectors[order], [asked[n] for n in order], MODEL)
    pairs = {(before[n], after[place]) for place, n in enumerate(order)}
    assert len(pairs) == max(before) + 1 == max(after) + 1


def test_the_same_list_gets_the_same_groups() -> None:
    vectors, asked = scattered(300)
    assert group(vectors, asked, MODEL) == group(vectors, asked, MODEL)


def test_half_precision_makes_hardly_a_difference() -> None:
    vectors, asked = scattered(300)
    assert group(vectors.astype(np.float16), asked, MODEL) == group(vectors, asked, MODEL)


def test_vectors_are_left_as_they_were() -> None:
    vectors, asked = scattered(50)
    before = vectors.copy()
    group(vectors, asked, MODEL)
    assert (vectors == before).all()


def test_the_same_sure_entry_brings_questions_together_and_another_keeps_them_apart() -> None:
    same = figures(Asked("a", 5, 0.95, 0.8), Asked("b", 5, 0.95, 0.8), 0.6)
    other = figures(Asked("a", 5, 0.95, 0.8), Asked("b", 6, 0.95, 0.8), 0.6)
    assert MODEL.same(same) > MODEL.same(other)


def test_questions_without_an_entry_do_not_share_one() -> None:
    none = Asked("a", -1, 0.5, 0.8)
    assert figures(none, none, 0.6)[FIGURES.index("first entry the same, by confidence")] == 0


@pytest.mark.parametrize("entries", [3, 400])  # told apart exactly, and nearly so
def test_the_sums_of_a_group_give_the_mean_over_its_pairs(entries: int) -> None:
    """Of two groups that have grown, by their sums and by each of their pairs."""
    rng = np.random.default_rng(0)
    vectors = unit(rng.normal(size=(400, 16)))
    asked = [
        Asked(str(n), n % (entries + 1) - 1, float(sure), float(near))
        for n, (sure, near) in enumerate(rng.random((400, 2)))
    ]
    weights = Logistic(weights=[3.0, 2.0, -1.5, 0.7, -2.0], bias=0.3)
    groups = Groups(vectors.copy(), asked, Grouping(same=weights, least=0.0))
    for other in (1, 2, 3):
        groups.join(0, other)
    groups.join(10, 11)
    odds = [
        float(figures(asked[a], asked[b], float(vectors[a] @ vectors[b])) @ weights.weights) + 0.3
        for a in range(4)
        for b in (10, 11)
    ]
    assert groups.log_odds(0, [10])[0] == pytest.approx(
        np.mean(odds), abs=1e-4 if entries == 3 else 0.1
    )


def test_long_lists_are_searched_in_cells_that_miss_few_neighbours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vectors, _ = scattered(5_000)
    exact = list(nearest_of(vectors))
    monkeypatch.setattr(grouping, "EXACT", 1_000)
    found = list(nearest_of(vectors))
    alike = [
        len({n for n in mine if n // 5 == one // 5} & set(its))
        for one, (mine, its) in enumerate(zip(exact, found, strict=True))
    ]
    assert sum(alike) > 0.97 * 4 * 5_000
