"""Measure whole messages: several questions, conversations, audiences, small talk, vague, personal.

Each kind has a JSON Lines file of its own; the fields of its lines tell which it is.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from chatbot.answering import Answerer
from chatbot.confidence import interval
from chatbot.errors import DataError
from chatbot.evaluation import lines, share_in_words
from chatbot.manifest import Share
from chatbot.reading import Turn
from chatbot.reply import NoteKind, Outcome, Reason, Reply
from chatbot.small_talk import UNANSWERED, Kind

Figures = dict[str, Share | None]


class Labelled(BaseModel):
    """A labelled message."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: str = ""


class Part(BaseModel):
    """One question of a message; no entry answers it where `of` is empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    of: tuple[str, ...]


class Multi(Labelled):
    """A message and the questions it holds, in order; some hold one."""

    text: str
    parts: tuple[Part, ...] = Field(min_length=1)


class Said(Part):
    """One turn of a conversation, and whether it can be understood alone."""

    alone: bool


class Conversation(Labelled):
    """What one person asked, turn by turn."""

    turns: tuple[Said, ...] = Field(min_length=1)


class ForAudience(Labelled):
    """A message where it matters who asks; `not_of` holds the entries that are for others."""

    text: str
    audience: str | None
    said: str | None
    of: tuple[str, ...]
    not_of: tuple[str, ...]


class SmallTalk(Labelled):
    """A message of one kind of small talk, or a question (`none`) that only sounds like it."""

    text: str
    talk: Kind | Literal["none"]
    of: tuple[str, ...] = ()


class Vague(Labelled):
    """A message too vague to answer, and the entries of its topic, if it has one."""

    text: str
    topic: tuple[str, ...]


class Personal(Labelled):
    """A message with personal data (`has`), one that reads as a risk, or neither."""

    text: str
    kind: Literal["risk", "personal", "neither"]
    has: tuple[str, ...]
    of: tuple[str, ...]


Message = Multi | Conversation | ForAudience | SmallTalk | Vague | Personal
_READ: TypeAdapter[Message] = TypeAdapter(Message)


def is_message(line: str) -> bool:
    """Whether a line labels a message rather than a question."""
    try:
        _READ.validate_json(line)
    except ValidationError:
        return False
    return True


def read(path: Path) -> list[Message]:
    """The labelled messages of a file; `DataError` names the line that is wrong."""
    messages: list[Message] = []
    for number, line in lines(path):
        try:
            messages.append(_READ.validate_json(line))
        except ValidationError:
            raise DataError(f"{path}:{number}: not a labelled question or message") from None
    return messages


def evaluate(answerer: Answerer, messages: Sequence[Message]) -> Figures:
    """The figures of messages of one kind, each a share with its interval."""
    measures: dict[type[BaseModel], Callable[[Answerer, Sequence[Message]], Figures]] = {
        Multi: _multi,
        Conversation: _conversations,
        ForAudience: _audience,
        SmallTalk: _small_talk,
        Vague: _vague,
        Personal: _personal,
    }
    kinds = {type(one) for one in messages}
    if len(kinds) != 1:
        raise DataError("the messages are of several kinds; keep each kind in a file of its own")
    for message in messages:
        for one in _ids(message):
            if one not in answerer.faq.by_id:
                raise DataError(f"a labelled message: no entry has the id '{one}'")
    return measures[kinds.pop()](answerer, messages)


def _ids(message: Message) -> list[str]:
    """Every entry that a message is labelled with."""
    if isinstance(message, Multi):
        return [of for part in message.parts for of in part.of]
    if isinstance(message, Conversation):
        return [of for turn in message.turns for of in turn.of]
    if isinstance(message, Vague):
        return list(message.topic)
    return [*message.of, *(message.not_of if isinstance(message, ForAudience) else ())]


def in_words(figures: Figures) -> str:
    """The figures as a text for a terminal."""
    longest = max(map(len, figures))
    return "\n".join(f"{name:{longest}}{share_in_words(one)}" for name, one in figures.items())


def right(answerer: Answerer, reply: Reply, of: Iterable[str]) -> bool:
    """Whether a reply gives one of the answers `of`, or, where there is none, gives none."""
    answers = {answerer.faq.answer_of[one] for one in of}
    if not answers:
        return reply.outcome != Outcome.ANSWER
    return reply.match is not None and answerer.faq.answer_of[reply.match.entry_id] in answers


def _share(held: Sequence[bool]) -> Share | None:
    return interval(sum(held), len(held))


def _multi(answerer: Answerer, messages: Sequence[Message]) -> Figures:
    counted: dict[bool, list[bool]] = {True: [], False: []}  # by whether there are several parts
    answered: dict[bool, list[bool]] = {True: [], False: []}
    whole: list[bool] = []
    for message in messages:
        assert isinstance(message, Multi)
        several = len(message.parts) > 1
        replies = list(answerer.ask(message.text).replies)
        counted[several].append(len(replies) == len(message.parts))
        answered[several] += _in_order(answerer, replies, message.parts)
        if not several and message.parts[0].of:
            (alone,) = answerer.ask_each([message.text])
            whole.append(right(answerer, alone, message.parts[0].of))
    return {
        "number of replies right": _share(counted[True] + counted[False]),
        "several questions: number of replies right": _share(counted[True]),
        "several questions: answerable parts answered rightly": _share(answered[True]),
        "single questions: not split": _share(counted[False]),
        "single questions: answered rightly": _share(answered[False]),
        "single questions: the same, never split": _share(whole),
    }


def _in_order(answerer: Answerer, replies: list[Reply], parts: Sequence[Part]) -> list[bool]:
    """For each answerable part, whether a reply after those of earlier parts answers it."""
    held = []
    for part in parts:
        if not part.of:
            continue
        places = [n for n, reply in enumerate(replies) if right(answerer, reply, part.of)]
        held.append(bool(places))
        if places:
            replies = replies[places[0] + 1 :]
    return held


def _conversations(answerer: Answerer, messages: Sequence[Message]) -> Figures:
    later: dict[tuple[bool, bool], list[bool]] = {}  # by standing alone, by being answerable
    alone: list[bool] = []
    for message in messages:
        assert isinstance(message, Conversation)
        history: list[Turn] = []
        for turn in message.turns:
            replies = answerer.ask(turn.text, history).replies
            if history:
                held = right(answerer, replies[0], turn.of)
                later.setdefault((turn.alone, bool(turn.of)), []).append(held)
                if turn.alone and turn.of:
                    alone.append(right(answerer, answerer.ask(turn.text).replies[0], turn.of))
            match = replies[0].match
            history.append(Turn(message=turn.text, entry_id=match.entry_id if match else None))
    everything = [one for some in later.values() for one in some]
    return {
        "later turns: right": _share(everything),
        "answerable turns that lean on others: right": _share(later.get((False, True), [])),
        "unanswerable turns that lean on others: none given": _share(later.get((False, False), [])),
        "answerable turns that stand alone: right": _share(later.get((True, True), [])),
        "the same, asked without the conversation": _share(alone),
    }


def _audience(answerer: Answerer, messages: Sequence[Message]) -> Figures:
    held, others, given = [], [], []
    for message in messages:
        assert isinstance(message, ForAudience)
        (reply, *_) = answerer.ask(message.text, audience=message.audience).replies
        held.append(right(answerer, reply, message.of))
        if message.of:
            given.append(right(answerer, reply, message.of))
        if message.not_of:
            others.append(reply.match is not None and reply.match.entry_id in message.not_of)
    return {
        "right": _share(held),
        "answerable: answered rightly": _share(given),
        "an answer for others given": _share(others),
    }


def _small_talk(answerer: Answerer, messages: Sequence[Message]) -> Figures:
    told, kept, falls = [], [], []
    sentences = answerer.settings.sentences
    for message in messages:
        assert isinstance(message, SmallTalk)
        (reply, *_) = answerer.ask(message.text).replies
        small = reply.reason == Reason.SMALL_TALK
        if message.talk == "none":
            kept.append(not small)
        elif message.talk in UNANSWERED:
            falls.append(reply.outcome == Outcome.FALLBACK)
        else:
            told.append(small and reply.text == (getattr(sentences, message.talk) or None))
    return {
        "small talk: the sentence of its kind": _share(told),
        "questions not taken for small talk": _share(kept),
        "injections and gibberish: fall back": _share(falls),
    }


def _vague(answerer: Answerer, messages: Sequence[Message]) -> Figures:
    offered, asked = [], []
    for message in messages:
        assert isinstance(message, Vague)
        (reply, *_) = answerer.ask(message.text).replies
        shown = {one.entry_id for one in reply.alternatives}
        if reply.match is not None:
            shown.add(reply.match.entry_id)
        if message.topic:
            offered.append(reply.outcome != Outcome.FALLBACK and bool(shown & set(message.topic)))
        else:
            asked.append(reply.outcome == Outcome.FALLBACK)
    return {
        "with a topic: entries of it offered or given": _share(offered),
        "without: asked for more words": _share(asked),
    }


def _personal(answerer: Answerer, messages: Sequence[Message]) -> Figures:
    seen: dict[str, list[bool]] = {"risk": [], "personal": [], "neither": []}
    answered = []
    for message in messages:
        assert isinstance(message, Personal)
        notes = {note.kind for note in answerer.ask(message.text).notes}
        if message.kind == "risk":
            seen["risk"].append(NoteKind.SAFEGUARDING in notes)
        elif message.kind == "personal":
            seen["personal"].append(NoteKind.PERSONAL_DATA in notes)
            if message.of:
                reply = answerer.ask(message.text).replies[0]
                answered.append(right(answerer, reply, message.of))
        else:
            seen["neither"].append(not notes)
    return {
        "risk: whom to contact is said": _share(seen["risk"]),
        "personal data: said that it is not needed": _share(seen["personal"]),
        "personal data: answered rightly": _share(answered),
        "neither: nothing said": _share(seen["neither"]),
    }
