"""Messages that ask nothing of any FAQ, by kind: greetings, thanks, insults, and cries for help.

Their texts are rows of every index, so that a message is told from a question by what it is near.
"""

import json
from enum import StrEnum
from functools import cache
from pathlib import Path

from chatbot.faq import Record

FILE = Path(__file__).with_name("small_talk.jsonl")


class Kind(StrEnum):
    """What a message is that asks nothing."""

    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    WHO_ARE_YOU = "who_are_you"
    ROBOT = "robot"
    RUDE = "rude"
    TEST = "test"
    YES_NO = "yes_no"
    PRIVACY = "privacy"  # of what is typed here
    RISK = "risk"  # reads as a child at risk, or a person in crisis
    INJECTION = "injection"
    GIBBERISH = "gibberish"


# Nothing is said to these: they fall back, as every message does that no entry answers.
UNANSWERED = {Kind.INJECTION, Kind.GIBBERISH}
KINDS = tuple(kind for kind in Kind if kind not in UNANSWERED)


class Example(Record):
    """A text of one kind."""

    text: str
    kind: Kind

    @property
    def of(self) -> tuple[int, ...]:
        """What its row is of: a number below zero for each of `KINDS`, nothing for the others."""
        return () if self.kind in UNANSWERED else (-1 - KINDS.index(self.kind),)


def kind_of(row: int) -> Kind:
    """The kind that a row of this number is of."""
    return KINDS[-1 - row]


@cache
def examples() -> tuple[Example, ...]:
    """The texts of all kinds."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return tuple(Example.model_validate(json.loads(line)) for line in lines)
