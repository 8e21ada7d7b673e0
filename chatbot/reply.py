"""What a message gets: a reply for each of its questions, as every way in shows them."""

from enum import StrEnum

from pydantic import BaseModel, Field

from chatbot.faq import Entry, Link, Source


class Outcome(StrEnum):
    """The three things that can happen to a question."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    FALLBACK = "fallback"


class Reason(StrEnum):
    """Why a question is not answered at once."""

    NOT_COVERED = "not_covered"
    TOO_VAGUE = "too_vague"
    TIE = "tie"
    OTHER_AUDIENCE = "other_audience"
    SMALL_TALK = "small_talk"


class Match(BaseModel):
    """The stored answer, word for word, with the stored question it belongs to."""

    entry_id: str
    number: str
    question: str
    answer: str
    section: str
    confidence: float = Field(ge=0, le=1, description="probability that this is a right answer")
    audience: tuple[str, ...]
    links: tuple[Link, ...]
    source: Source

    @classmethod
    def of(cls, entry: Entry, confidence: float) -> "Match":
        """The match that shows `entry`."""
        shown = entry.model_dump(
            include={"number", "question", "answer", "section", "audience", "links", "source"}
        )
        return cls(entry_id=entry.id, confidence=confidence, **shown)


class Alternative(BaseModel):
    """A stored question that came near."""

    entry_id: str
    question: str
    confidence: float = Field(ge=0, le=1, description="estimated probability that it is right")


# Below this, without an answer, an alternative is only the least far of what is far.
PLAUSIBLE = 0.01
# From here on an answer is called very likely right, else likely.
VERY_LIKELY = 0.9


class Reply(BaseModel):
    """What one question gets. `match` is there exactly when `outcome` is `answer`."""

    question: str
    read_as: str = Field(description="the question with the earlier message that it leans on")
    outcome: Outcome
    confidence: float = Field(ge=0, le=1, description="probability that the first match is right")
    reason: Reason | None = None
    text: str | None = Field(
        default=None, description="a fixed sentence to show, where nothing is matched"
    )
    match: Match | None = None
    alternatives: tuple[Alternative, ...] = Field(
        default=(), description="of `clarify` the choices, else what came near"
    )

    def plausible(self) -> tuple[Alternative, ...]:
        """The alternatives that are worth a person's look: beside an answer, all of them."""
        least = PLAUSIBLE if self.outcome == Outcome.FALLBACK else 0.0
        return tuple(one for one in self.alternatives if one.confidence >= least)


class NoteKind(StrEnum):
    """What a note is about."""

    SAFEGUARDING = "safeguarding"
    PERSONAL_DATA = "personal_data"


class Note(BaseModel):
    """A fixed sentence about the whole message, to be shown before its replies."""

    kind: NoteKind
    text: str


class Answered(BaseModel):
    """What a message gets: notes, then a reply for each of its questions, in order."""

    notes: tuple[Note, ...] = ()
    replies: tuple[Reply, ...]
