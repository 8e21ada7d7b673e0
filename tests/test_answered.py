import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot import grouping, question_lists, results
from chatbot.answered import HEADINGS, AnsweredList, nearest, who_asked
from chatbot.answering import Answerer
from chatbot.reply import Outcome
from chatbot.tables import text_of

LIFT = "What will replace LIFT?"
POOL = "what time does the swimming pool open"
BINS = "when are my bins collected"


@pytest.fixture
def answered(answerer: Answerer, tmp_path: Path) -> Callable[..., AnsweredList]:
    def make(rows: object) -> AnsweredList:
        path = tmp_path / "list.json"
        path.write_text(json.dumps(rows))
        asked = question_lists.read(path, tmp_path)
        results.answer(answerer, asked, tmp_path / "partial")
        return AnsweredList(asked, tmp_path / "partial", answerer, tmp_path)

    return make


def cells(answered: AnsweredList) -> list[dict[str, str]]:
    return [
        dict(zip(answered.headings, map(text_of, answered.cells(*row)), strict=True))
        for row in answered.rows()
    ]


def test_an_answer_comes_with_all_that_is_known_of_it(
    answered: Callable[..., AnsweredList], answerer: Answerer
) -> None:
    (row,) = cells(answered([{"School": "A", "Question": LIFT}]))
    (reply,) = answerer.ask(LIFT).replies
    assert reply.match is not None
    assert row == {
        "School": "A",
        "Question": LIFT,
        "Row": "1",
        "Outcome": "answer",
        "Confidence": f"{reply.confidence:.4g}",
        "Matched question": "What will replace LIFT",
        "Answer": "Nothing, as LIFT is no longer required",
        "Entry id": "stls-47",
        "Section": "LIFT / surgeries / clinics",
        "As of": "2025-03",
        "Runner-up": reply.alternatives[0].question,
        "Runner-up confidence": f"{reply.alternatives[0].confidence:.4g}",
        "Reason": "",
        "Group": "1",
        "FAQ version": answerer.version,
        "Note": "",
    }


def test_several_questions_of_a_row_are_numbered(answered: Callable[..., AnsweredList]) -> None:
    same, other, blank = cells(answered([f"{LIFT}\n{LIFT[:-1]} then?", f"{POOL}? {LIFT}", ""]))
    assert same["Outcome"] == "answer"
    assert other["Outcome"] == "1. fallback\n2. answer"
    assert other["Entry id"] == "1. –\n2. stls-47"
    assert other["Reason"] == "1. not covered\n2. –"
    assert re.fullmatch(r"1\. \d+%\n2\. \d+%", other["Confidence"])
    assert {name: blank[name] for name in HEADINGS} == dict.fromkeys(HEADINGS, "") | {
        "Reason": "blank row"
    }


def test_names_of_columns_do_not_clash(answered: Callable[..., AnsweredList]) -> None:
    row = {"Question": LIFT, "answer": "mine", "Answer (FAQ)": "too", "matched_question": "also"}
    found = answered([row])
    assert len(set(map(str.casefold, found.headings))) == len(found.headings)
    (cell,) = cells(found)
    assert {name: cell[name] for name in row} == row
    assert cell["Answer (FAQ 2)"].startswith("Nothing, as LIFT")
    assert cell["Matched question (FAQ)"] == "What will replace LIFT"


def test_recurring_questions_are_counted_with_who_asked(
    answered: Callable[..., AnsweredList],
) -> None:
    found = answered(
        [
            {"School": "A", "Question": BINS},
            {"School": "B", "Question": LIFT},
            {"School": "", "Question": BINS},
            {"School": "C", "Question": POOL},
            {"School": "B", "Question": LIFT},
            {"School": "D", "Question": BINS},
            {"School": "D", "Question": "hello"},
        ]
    )
    assert [(one.number, one.question, one.asked) for one in found.recurring] == [
        (1, BINS, 3),
        (2, LIFT, 2),
    ]
    assert [one.who for one in found.recurring] == [(("A", 1), ("row 3", 1), ("D", 1)), (("B", 2),)]
    assert [one.entry.id if one.entry else None for one in found.recurring] == [None, "stls-47"]
    assert [(one.question, one.asked) for one in found.unanswered] == [(BINS, 3), (POOL, 1)]
    assert found.groups == [1, 2, 1, 3, 2, 1]
    assert [row["Group"] for row in cells(found)] == ["1", "2", "1", "3", "2", "1", ""]


def test_counts_say_what_became_of_rows_and_questions(
    answered: Callable[..., AnsweredList],
) -> None:
    counts = answered([LIFT, "", f"{POOL}? {LIFT}", "hello", "w " * 1_500, BINS]).counts
    assert counts.rows == 6
    assert counts.without == {"blank row": 1, "small talk": 1}
    assert counts.outcomes == {Outcome.ANSWER: 2, Outcome.FALLBACK: 3}
    assert counts.reasons == {"not covered": 2, "too long": 1}
    assert counts.sections == {"LIFT / surgeries / clinics": 2}
    assert counts.coverage == 0.4


def test_a_list_that_asks_nothing_is_covered(answered: Callable[..., AnsweredList]) -> None:
    found = answered(["hello", ""])
    assert (found.counts.coverage, found.recurring, found.unanswered) == (1.0, [], [])


def test_a_person_is_shown_the_entries_that_came_near(
    answered: Callable[..., AnsweredList], answerer: Answerer
) -> None:
    (one,) = answered(["training"]).unanswered
    (reply,) = answerer.ask("training").replies
    assert nearest(one).split("\n") == [
        f"{near.entry_id}: {' '.join(near.question.split())} ({near.confidence:.0%})"
        for near in reply.plausible()[:3]
        if near.confidence >= 0.01
    ]


def test_who_asked_is_short_however_many_they_are() -> None:
    assert who_asked([("A", 2), ("B", 1)]) == "A (2); B"
    assert who_asked([(str(n), 1) for n in range(1_025)]).endswith("18; 19; and 1,005 more")


def test_a_group_has_an_answer_where_half_of_it_is_answered(
    answered: Callable[..., AnsweredList], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "group", lambda vectors, asked, model: [0] * len(asked))
    (half,) = answered([LIFT, POOL]).recurring
    assert half.entry is not None
    assert half.entry.id == "stls-47"
    (less,) = answered([LIFT, POOL, POOL]).recurring
    assert less.entry is None
