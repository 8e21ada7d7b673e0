"""What a change of the FAQ does to the replies to past questions."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.answering import Answerer
from chatbot.errors import DataError, MessageError
from chatbot.evaluation import lines
from chatbot.faq import fold
from chatbot.proposal import Proposal
from chatbot.reading import turns
from chatbot.reply import Outcome

Got = tuple[tuple[Outcome, str], ...]  # of each question of a message, with the entry that answers


@dataclass(frozen=True)
class Past:
    """A message that was asked, what came before it, and where it stands.

    `of` are the entries that rightly answer it, empty where none does, None where nobody has said.
    """

    place: str
    text: str
    before: tuple[str, ...] = ()
    of: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Change:
    """A message whose reply is another, and whether the one before and the one after are right."""

    past: Past
    before: Got
    after: Got
    was_right: bool | None
    is_right: bool | None

    def in_words(self) -> str:
        """A line for people."""
        verdict = ""
        if self.was_right and self.is_right is False:
            # A new entry may answer what none did: then it is the label that is wrong now.
            verdict = "was right, now wrong" if self.past.of else "its label says that none does"
        elif self.is_right and self.was_right is False:
            verdict = "was wrong, now right"
        text = " ".join(self.past.text.split())
        got = f"{_words(self.before)} -> {_words(self.after)}" + f" ({verdict})" * bool(verdict)
        return f"{self.past.place}: {got}: {text}"


def read(paths: Sequence[Path]) -> list[Past]:
    """The messages in JSON Lines files, each with a `text`, or with `turns` that have one."""
    found: list[Past] = []
    for path in paths:
        for number, line in lines(path):
            place = f"{path.name}:{number}"
            try:
                messages = list(_messages(place, json.loads(line)))
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                raise DataError(f"{path}:{number}: no question with a 'text'") from None
            found += messages
    return found


def _messages(place: str, record: Any) -> Iterator[Past]:
    before: list[str] = []
    for one in record.get("turns", [record]):
        if not isinstance(one["text"], str):
            raise TypeError
        # What labels a message of several questions labels none of them.
        of = None if one.get("of") is None or "not_of" in one else tuple(map(str, one["of"]))
        yield Past(place, one["text"], tuple(before), of)
        before.append(one["text"])


def changes(asked: Sequence[Past], before: Answerer, after: Answerer) -> list[Change]:
    """The messages that get another outcome or another entry, in order."""
    return [
        Change(
            past,
            was,
            now,
            _right(past, was, before.faq.answer_of),
            _right(past, now, after.faq.answer_of),
        )
        for past in asked
        if (was := _got(past, before)) != (now := _got(past, after))
    ]


def adopted(asked: Sequence[Past], proposal: Proposal) -> list[str]:
    """Places of the past messages that the proposal holds, and that measure nothing with it."""
    texts = [*(one.question for one in proposal.entries), *(one.text for one in proposal.phrasings)]
    known = {fold(one) for one in texts}
    return [past.place for past in asked if fold(past.text) in known]


def unreached(proposal: Proposal, after: Answerer) -> list[str]:
    """The proposed questions that do not get their own answer, each with what it gets."""
    asked = [(one.question, one.id) for one in proposal.entries]
    asked += [(one.text, one.of[0]) for one in proposal.phrasings]
    answer_of = after.faq.answer_of
    found = []
    for (text, entry_id), reply in zip(asked, after.ask_each([t for t, _ in asked]), strict=True):
        got = reply.match.entry_id if reply.match else ""
        if not got or answer_of[got] != answer_of[entry_id]:
            found.append(f"{entry_id}: {got or reply.outcome}: {text}")
    return found


def _got(past: Past, answerer: Answerer) -> Got:
    try:
        answered = answerer.ask(past.text, turns(past.before))
    except MessageError:
        return ()
    return tuple((one.outcome, one.match.entry_id if one.match else "") for one in answered.replies)


def _right(past: Past, got: Got, answer_of: dict[str, str]) -> bool | None:
    """Whether a reply of one question is right; None where that cannot be told."""
    if past.of is None or len(got) != 1:
        return None
    ((_, entry_id),) = got
    right = {answer_of.get(one, one) for one in past.of}
    return answer_of[entry_id] in right if entry_id else not right


def _words(got: Got) -> str:
    return ", ".join(entry_id or str(outcome) for outcome, entry_id in got) or "nothing"
