import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot import evaluation
from chatbot.answering import Answerer
from chatbot.errors import DataError
from chatbot.evaluation import Question, Report, Result

QUESTIONS = [
    Question(text="so is LIFT just gone??", of=("stls-47",), kind="plain"),
    Question(text="which office will the specialist teachers work from", of=("stls-36",)),
    Question(text="what time does the swimming pool open", of=(), kind="far"),
]


def result(confidence: float, answered: bool, rank: int, answerable: bool = True) -> Result:
    question = Question(text="q", of=("stls-1",) if answerable else ())
    return Result(question, confidence, answered, rank, "stls-1" if rank == 1 else "stls-2")


def test_figures_are_those_worked_out_by_hand() -> None:
    figures = Report(
        (
            result(0.95, True, 1),
            result(0.85, True, 2),
            result(0.45, False, 1),
            result(0.15, False, 0),
            result(0.75, True, 0, answerable=False),
            result(0.05, False, 0, answerable=False),
        )
    ).figures()
    assert figures["right_at_1"][0] == 0.5
    assert figures["right_in_3"][0] == 0.75
    assert figures["coverage"][0] == 0.5
    assert figures["precision"][0] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["false_answers"][0] == 0.5
    # Of the 8 pairs, 0.95 and 0.85 win both, 0.45 and 0.15 win one each.
    assert figures["auroc"][0] == 0.75
    # (0.05 + 0.85 + 0.55 + 0.15 + 0.75 + 0.05) / 6
    assert figures["calibration_error"][0] == pytest.approx(0.4, abs=1e-4)
    assert [row["questions"] for row in figures["reliability"]] == [1, 1, 1, 1, 1, 1]


def test_undefined_figures_are_none() -> None:
    figures = Report((result(0.1, False, 0, answerable=False),)).figures()
    assert figures["precision"] is None
    assert figures["auroc"] is None
    assert figures["right_at_1"] is None


def test_ties_count_half() -> None:
    tied = Report((result(0.5, False, 1), result(0.5, False, 0, answerable=False)))
    assert tied.figures()["auroc"][0] == 0.5


def test_questions_are_asked_and_compared_with_their_labels(answerer: Answerer) -> None:
    report = evaluation.evaluate(answerer, QUESTIONS)
    assert [(one.answered, one.rank) for one in report.results] == [
        (True, 1),
        (True, 1),
        (False, 0),
    ]
    assert "right entry first             1.000" in report.in_words()
    assert report.figures()["by_kind"]["far"]["answered"][0] == 0


def test_an_entry_with_the_same_answer_is_right_too(answerer: Answerer) -> None:
    asked = [Question(text="Will STLS attend annual reviews", of=("stls-60",))]
    assert evaluation.evaluate(answerer, asked).results[0].rank == 1


def test_choices_are_no_answer_but_have_their_ranks(
    judging: Callable[[float, float], Answerer],
) -> None:
    asked = [Question(text="How often will I see a link teacher", of=("stls-15",))]
    (result,) = evaluation.evaluate(judging(2.0, 0.0), asked).results
    assert (result.answered, result.rank, result.first) == (False, 1, "stls-15")


def test_a_labelled_question_is_one_question_however_it_reads(answerer: Answerer) -> None:
    text = "1. What will replace LIFT?\n2. Where will STLS be based?"
    report = evaluation.evaluate(answerer, [Question(text=text, of=("stls-47", "stls-36"))])
    assert len(report.results) == 1
    assert len(answerer.ask(text).replies) == 2


def test_the_lines_of_a_file_are_numbered_and_blank_ones_left_out(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("a\n\n  \nb\n")
    assert evaluation.lines(path) == [(1, "a"), (4, "b")]


def test_a_label_of_no_entry_is_named(answerer: Answerer) -> None:
    with pytest.raises(DataError, match="no entry has the id 'stls-999'"):
        evaluation.evaluate(answerer, [Question(text="q", of=("stls-999",))])


def test_rows_hold_a_line_a_question_in_order(answerer: Answerer, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    evaluation.write_rows(path, evaluation.evaluate(answerer, QUESTIONS))
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [row["text"] for row in rows] == [one.text for one in QUESTIONS]
    assert [row["first"] for row in rows][:2] == ["stls-47", "stls-36"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no questions"),
        (b"\n  \n", "holds no questions"),
        (b'{"text": "a"}', ":1: of: Field required"),
        (b'{"text": "a", "of": []}\n{"text": 1, "of": []}', ":2: text:"),
        (b"not json", ":1: line:"),
        (b"\xff\xfe", "not a UTF-8 text file"),
    ],
)
def test_a_bad_file_of_questions_is_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        evaluation.read(path)


def test_a_missing_file_of_questions_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        evaluation.read(tmp_path / "none.jsonl")
