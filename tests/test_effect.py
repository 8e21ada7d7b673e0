import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot import effect
from chatbot.answering import Answerer
from chatbot.effect import Past
from chatbot.errors import DataError
from chatbot.faq import Phrasing
from chatbot.proposal import Proposal, Target
from chatbot.reply import Outcome

ROOT = Path(__file__).parent.parent
LIFT = "So is LIFT just gone??"
NEVER, ALWAYS = 2.0, 0.0  # thresholds


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


def test_questions_and_the_turns_of_conversations_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        {"text": "When?", "of": ["stls-1"], "kind": "sentence"},
        {"turns": [{"text": "Who?", "of": []}, {"text": "and why", "of": ["stls-2"]}], "by": "x"},
        {"text": "Both?", "parts": []},
        {"text": "Mine?", "of": ["stls-1"], "not_of": ["stls-2"]},
    )
    assert effect.read([path]) == [
        Past("a.jsonl:1", "When?", (), ("stls-1",)),
        Past("a.jsonl:2", "Who?", (), ()),
        Past("a.jsonl:2", "and why", ("Who?",), ("stls-2",)),
        Past("a.jsonl:3", "Both?"),
        Past("a.jsonl:4", "Mine?"),
    ]


def test_every_file_of_the_projects_own_questions_is_read() -> None:
    paths = sorted((ROOT / "tests/questions").glob("*.jsonl"))
    found = effect.read(paths)
    assert {one.place.split(":")[0] for one in found} == {path.name for path in paths}


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "1", "null", '{"question": "a"}', '{"text": 1}', '{"turns": [1]}', "[" * 9_999],
)
def test_a_line_without_a_question_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"text": "a"}}\n{line}\n')
    with pytest.raises(DataError, match=r"a.jsonl:2: no question with a 'text'"):
        effect.read([tmp_path / "a.jsonl"])


def test_replies_that_change_are_told_and_others_are_not(
    answerer: Answerer, judging: Callable[..., Answerer]
) -> None:
    asked = [
        Past("a:1", LIFT, (), ("stls-47",)),
        Past("a:2", LIFT, (), ()),
        Past("a:3", LIFT),
        Past("a:4", "hello"),
        Past("a:5", " "),
    ]
    assert effect.changes(asked, answerer, answerer) == []
    found = effect.changes(asked, judging(ALWAYS), judging(NEVER))
    assert [one.past.place for one in found] == ["a:1", "a:2", "a:3"]
    assert [(one.was_right, one.is_right) for one in found] == [
        (True, False),
        (False, True),
        (None, None),
    ]
    assert found[0].before == ((Outcome.ANSWER, "stls-47"),)
    words = [one.in_words() for one in found]
    assert words[0] == f"a:1: stls-47 -> fallback (was right, now wrong): {LIFT}"
    assert "(was wrong, now right)" in words[1]
    assert "(" not in words[2]


def test_what_came_before_a_message_is_read_with_it(
    answerer: Answerer, judging: Callable[..., Answerer]
) -> None:
    asked = [Past("a:1", "and in september?", ("will there be courses for parents",))]
    (found,) = effect.changes(asked, judging(ALWAYS), judging(NEVER))
    (reply,) = answerer.ask("will there be courses for parents").replies
    assert reply.match is not None
    assert found.before[0][0] == Outcome.ANSWER


def proposal(answerer: Answerer, *texts: str) -> Proposal:
    entry = answerer.faq.by_id["stls-47"]
    phrasings = tuple(Phrasing(text=one, of=(entry.id,)) for one in texts)
    return Proposal([Target("row 2", entry, False, False, phrasings)])


def test_past_questions_that_are_adopted_are_named(answerer: Answerer) -> None:
    asked = [Past("a:1", "so is lift just GONE"), Past("a:2", "who pays")]
    assert effect.adopted(asked, proposal(answerer, LIFT)) == ["a:1"]


def test_adopted_questions_that_get_another_reply_are_named(answerer: Answerer) -> None:
    far = "what time does the swimming pool open"
    (line,) = effect.unreached(proposal(answerer, "What will replace LIFT", far), answerer)
    assert line == f"stls-47: fallback: {far}"
