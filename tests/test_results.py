import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from chatbot import question_lists, results
from chatbot.answering import Answerer
from chatbot.errors import TableError
from chatbot.question_lists import QuestionList
from chatbot.reply import Outcome, Reason

LIFT = "What will replace LIFT?"
UNKNOWN = "what time does the swimming pool open"
ROWS = [LIFT, "", f"1. {UNKNOWN}?\n2. {LIFT}", "hello", "<br>", "Who pays? " * 500, UNKNOWN]


def listed(folder: Path, rows: list[str]) -> QuestionList:
    path = folder / "list.json"
    path.write_text(json.dumps(rows))
    return question_lists.read(path, folder)


@pytest.fixture
def asked(tmp_path: Path) -> QuestionList:
    return listed(tmp_path, ROWS)


@pytest.fixture
def partial(tmp_path: Path) -> Path:
    return tmp_path / "out.xlsx.partial"


def test_rows_get_what_their_message_would(
    answerer: Answerer, asked: QuestionList, partial: Path
) -> None:
    seen: list[tuple[int, int]] = []
    results.answer(answerer, asked, partial, progress=lambda *one: seen.append(one))
    assert seen == [(0, 7), (7, 7)]
    found = [result for result, _ in results.kept(partial)]
    assert [result.reason for result in found] == [
        "",
        "blank row",
        "",
        "",
        "the message is empty; type a question",
        "the message has 4,999 characters; the most is 2,000",
        "",
    ]
    for row, result in zip(ROWS, found, strict=True):
        if not result.reason:
            replies = answerer.ask(row).replies
            assert [one.text for one in result.questions] == [one.question for one in replies]
            assert [one.outcome for one in result.questions] == [one.outcome for one in replies]
            assert [one.confidence for one in result.questions] == pytest.approx(
                [one.confidence for one in replies]
            )
            assert [one.near for one in result.questions] == [
                [(near.entry_id, near.confidence) for near in one.alternatives] for one in replies
            ]
    assert found[0].questions[0].entry_id == "stls-47"
    assert found[3].questions[0].reason == Reason.SMALL_TALK
    (long,) = found[5].questions
    assert (long.outcome, long.entry_id, len(long.text)) == (Outcome.FALLBACK, None, 1_999)


def test_each_question_has_its_vector(
    answerer: Answerer, asked: QuestionList, partial: Path
) -> None:
    results.answer(answerer, asked, partial)
    for result, vectors in results.kept(partial):
        assert len(vectors) == len(result.questions)
        judged = answerer.lookup.judge([one.text for one in result.questions], to_group=True)
        for vector, one in zip(vectors, judged, strict=True):
            assert np.allclose(vector, one.group_vector, atol=1e-3)


class StopError(Exception):
    pass


def stop_after(rows: int) -> Callable[[int, int], None]:
    def progress(done: int, of: int) -> None:
        if done >= rows:
            raise StopError

    return progress


@pytest.mark.parametrize("torn", [b"", b'{"questions": [{"text": "Wh'])
def test_an_interrupted_run_goes_on_where_it_stopped(
    answerer: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: bytes
) -> None:
    monkeypatch.setattr(results, "CHUNK", 2)
    asked, partial = listed(tmp_path, ROWS), tmp_path / "partial"
    results.answer(answerer, asked, tmp_path / "whole")
    with pytest.raises(StopError):
        results.answer(answerer, asked, partial, progress=stop_after(4))
    partial.write_bytes(partial.read_bytes() + torn)
    seen: list[int] = []
    results.answer(
        answerer, asked, partial, resume=True, progress=lambda done, _: seen.append(done)
    )
    assert seen == [4, 6, 7]
    assert [one for one, _ in results.kept(partial)] == [
        one for one, _ in results.kept(tmp_path / "whole")
    ]


def test_repeated_rows_get_what_the_first_of_them_got(
    answerer: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "CHUNK", 3)
    asked = listed(tmp_path, [LIFT, UNKNOWN, LIFT, "", UNKNOWN, LIFT, "", f"{LIFT} ", "hello"])
    partial, seen = tmp_path / "partial", []
    ask_many = Answerer.ask_many

    def noted(self: Answerer, messages: list[str]) -> object:
        seen.extend(messages)
        return ask_many(self, messages)

    monkeypatch.setattr(Answerer, "ask_many", noted)
    with pytest.raises(StopError):
        results.answer(answerer, asked, partial, progress=stop_after(3))
    results.answer(answerer, asked, partial, resume=True)
    assert seen == [LIFT, UNKNOWN, "hello"]
    found = [result for result, _ in results.kept(partial)]
    assert [one.questions[0].entry_id if one.questions else one.reason for one in found] == [
        *("stls-47", None, "stls-47", "blank row", None, "stls-47", "blank row", "stls-47", None)
    ]


def test_several_processes_give_what_one_does(
    answerer: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "CHUNK", 2)
    monkeypatch.setattr(results, "FEW", 2)
    asked = listed(tmp_path, ROWS * 2)
    results.answer(answerer, asked, tmp_path / "alone")
    results.answer(answerer, asked, tmp_path / "shared", workers=2)
    assert (tmp_path / "shared").read_bytes() == (tmp_path / "alone").read_bytes()


def test_without_resume_a_run_starts_anew(
    answerer: Answerer, asked: QuestionList, partial: Path
) -> None:
    partial.write_text("of something else\n")
    results.answer(answerer, asked, partial)
    assert len(list(results.kept(partial))) == len(ROWS)


def test_results_of_another_list_or_threshold_are_not_gone_on_from(
    answerer: Answerer,
    asked: QuestionList,
    partial: Path,
    tmp_path: Path,
    judging: Callable[[float], Answerer],
) -> None:
    results.answer(answerer, asked, partial)
    (tmp_path / "other").mkdir()
    other = listed(tmp_path / "other", [*ROWS[:-1], LIFT])
    with pytest.raises(TableError, match="is of another list, other options or another version"):
        results.answer(answerer, other, partial, resume=True)
    with pytest.raises(TableError, match="start anew, without --resume"):
        results.answer(judging(0.5), asked, partial, resume=True)


def test_with_resume_and_nothing_to_go_on_from_a_run_starts(
    answerer: Answerer, asked: QuestionList, partial: Path
) -> None:
    results.answer(answerer, asked, partial, resume=True)
    assert len(list(results.kept(partial))) == len(ROWS)


def test_personal_details_are_told_to_whoever_has_the_list(
    answerer: Answerer, tmp_path: Path
) -> None:
    asked = listed(tmp_path, [f"{UNKNOWN}? my number is 01622 496781", LIFT])
    results.answer(answerer, asked, tmp_path / "partial")
    notes = [result.notes for result, _ in results.kept(tmp_path / "partial")]
    assert notes == [["May hold personal details."], []]
