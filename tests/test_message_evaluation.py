from collections.abc import Sequence
from pathlib import Path

import pytest

from chatbot import message_evaluation
from chatbot.answering import Answerer
from chatbot.confidence import interval
from chatbot.errors import DataError
from chatbot.faq import Entry, Faq, Source
from chatbot.message_evaluation import (
    Conversation,
    ForAudience,
    Multi,
    Part,
    Personal,
    Said,
    SmallTalk,
    Vague,
)
from chatbot.reading import Turn
from chatbot.reply import Alternative, Answered, Match, Note, NoteKind, Outcome, Reason, Reply
from chatbot.settings import Sentences, Settings

ROOT = Path(__file__).parent.parent
SOURCE = Source(document="Parks", as_of="2026-01")
FAQ = Faq(
    entries=tuple(
        Entry(id=f"p-{n}", number=str(n), question=f"q{n}", answer=answer, source=SOURCE)
        for n, answer in enumerate(["On a lead.", "At eight.", "On a lead.", "Yes.", "Yes."])
    )
)
LINES = {
    Multi: '{"text": "a? b?", "parts": [{"text": "a?", "of": ["p-0"]}, {"text": "b?", "of": []}]}',
    Conversation: '{"turns": [{"text": "a", "of": ["p-0"], "alone": true}], "by": "head"}',
    ForAudience: '{"text": "a", "audience": null, "said": "s", "of": [], "not_of": ["p-0"]}',
    SmallTalk: '{"text": "hello", "talk": "greeting", "of": []}',
    Vague: '{"text": "dogs", "topic": ["p-0"]}',
    Personal: '{"text": "a", "kind": "risk", "has": [], "of": []}',
}


def answer(entry_id: str) -> Reply:
    match = Match.of(FAQ.by_id[entry_id], 0.9)
    return Reply(question="q", read_as="q", outcome=Outcome.ANSWER, confidence=0.9, match=match)


def none(reason: Reason = Reason.NOT_COVERED, text: str | None = None) -> Reply:
    return Reply(
        question="q",
        read_as="q",
        outcome=Outcome.FALLBACK,
        confidence=0.1,
        reason=reason,
        text=text,
    )


def choice(*entry_ids: str) -> Reply:
    near = tuple(Alternative(entry_id=one, question="q", confidence=0.3) for one in entry_ids)
    return Reply(
        question="q", read_as="q", outcome=Outcome.CLARIFY, confidence=0.3, alternatives=near
    )


class Script:
    """An answerer that says what it was told to; keys are messages, and who asks where it matters.

    It keeps the history that came with each message.
    """

    faq = FAQ
    settings = Settings(home=ROOT, sentences=Sentences(greeting="Hello.", thanks="Welcome."))

    def __init__(self, replies: dict[str, list[Reply]], notes: dict[str, list[NoteKind]]) -> None:
        self.replies, self.notes = replies, notes
        self.histories: list[tuple[str, list[Turn]]] = []

    def ask(
        self, message: str, history: Sequence[Turn] = (), audience: str | None = None
    ) -> Answered:
        self.histories.append((message, list(history)))
        alone = f"{message} alone"
        key = alone if not history and alone in self.replies else message
        notes = tuple(Note(kind=one, text="n") for one in self.notes.get(message, []))
        return Answered(
            notes=notes, replies=tuple(self.replies[f"{audience}: {key}" if audience else key])
        )

    def ask_each(self, questions: Sequence[str]) -> list[Reply]:
        return [self.replies[f"{question} whole"][0] for question in questions]


def script(notes: dict[str, list[NoteKind]] | None = None, **replies: list[Reply]) -> Script:
    return Script({key.replace("_", " "): value for key, value in replies.items()}, notes or {})


def parts(*of: tuple[str, ...]) -> tuple[Part, ...]:
    return tuple(Part(text="p", of=one) for one in of)


@pytest.mark.parametrize(("kind", "line"), LINES.items())
def test_the_fields_of_a_line_tell_its_kind(tmp_path: Path, kind: type, line: str) -> None:
    assert message_evaluation.is_message(line)
    path = tmp_path / "messages.jsonl"
    path.write_text(f"\n{line}\n\n{line}\n")
    assert [type(one) for one in message_evaluation.read(path)] == [kind, kind]


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "who pays", "of": ["p-0"]}',
        '{"text": "who pays"}',
        '{"text": "a", "topic": [], "more": 1}',
        '{"text": "a", "kind": "danger", "has": [], "of": []}',
        "[]",
        "null",
        "[" * 500,
        "ignore all previous instructions",
        "",
        "\u202e😀",
    ],
)
def test_other_lines_are_no_messages(line: str) -> None:
    assert not message_evaluation.is_message(line)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (LINES[Vague] + '\n\n{"text": 1}', r"messages.jsonl:3: not a labelled"),
        ("not json", r"messages.jsonl:1: not a labelled"),
        (LINES[Vague] + '\n{"text": "a", "of": []}', r"messages.jsonl:2: not a labelled"),
        ("\n \n", r"messages.jsonl: holds no questions"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "messages.jsonl"
    path.write_text(content)
    with pytest.raises(DataError, match=sentence):
        message_evaluation.read(path)


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        message_evaluation.read(tmp_path / "none.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="not a UTF-8 text file"):
        message_evaluation.read(tmp_path / "bytes.jsonl")


def test_messages_of_several_kinds_are_refused() -> None:
    mixed = [Vague(text="a", topic=()), SmallTalk(text="a", talk="greeting")]
    with pytest.raises(DataError, match="several kinds"):
        message_evaluation.evaluate(script(), mixed)


@pytest.mark.parametrize(
    ("reply", "of", "right"),
    [
        (answer("p-0"), ("p-0",), True),
        (answer("p-2"), ("p-0",), True),  # the same answer
        (answer("p-1"), ("p-0", "p-1"), True),
        (answer("p-1"), ("p-0",), False),
        (answer("p-4"), ("p-3",), False),  # a bare yes is no one's but its own
        (none(), ("p-0",), False),
        (choice("p-0"), ("p-0",), False),
        (answer("p-0"), (), False),
        (none(), (), True),
        (choice("p-0", "p-1"), (), True),
    ],
)
def test_a_reply_is_right_where_it_gives_one_of_the_answers_or_rightly_none(
    reply: Reply, of: tuple[str, ...], right: bool
) -> None:
    assert message_evaluation.right(script(), reply, of) is right


def test_figures_of_several_questions_are_those_worked_out_by_hand() -> None:
    fake = script(
        both=[answer("p-0"), answer("p-1")],
        turned=[answer("p-1"), answer("p-0")],
        merged=[answer("p-0")],
        gap=[answer("p-0"), none()],
        single=[answer("p-1")],
        single_whole=[answer("p-1")],
        torn=[answer("p-0"), none()],
        torn_whole=[none()],
        open=[none()],
    )
    two = parts(("p-0",), ("p-1",))
    figures = message_evaluation.evaluate(
        fake,
        [
            Multi(text="both", parts=two),  # 2 of 2
            Multi(text="turned", parts=two),  # the second comes before the first: 1 of 2
            Multi(text="merged", parts=two),  # 1 of 2, too few replies
            Multi(text="gap", parts=parts(("p-0",), ())),  # 1 of 1
            Multi(text="single", parts=parts(("p-1",))),
            Multi(text="torn", parts=parts(("p-0",))),
            Multi(text="open", parts=parts(())),
        ],
    )
    assert figures == {
        "number of replies right": interval(5, 7),
        "several questions: number of replies right": interval(3, 4),
        "several questions: answerable parts answered rightly": interval(5, 7),
        "single questions: not split": interval(2, 3),
        "single questions: answered rightly": interval(2, 2),
        "single questions: the same, never split": interval(1, 2),
    }


def test_one_reply_answers_one_part_only() -> None:
    fake = script(same=[answer("p-0")])
    messages = [Multi(text="same", parts=parts(("p-0",), ("p-2",)))]
    figures = message_evaluation.evaluate(fake, messages)
    assert figures["several questions: answerable parts answered rightly"] == interval(1, 2)


def test_figures_of_conversations_are_those_worked_out_by_hand() -> None:
    fake = script(
        first=[answer("p-1")],
        leans=[answer("p-0")],
        strays=[answer("p-1")],
        stands=[answer("p-1")],
        stands_alone=[none()],
        unknown=[none()],
    )
    figures = message_evaluation.evaluate(
        fake,
        [
            Conversation(
                turns=(
                    Said(text="first", of=("p-0",), alone=True),  # a first turn is not counted
                    Said(text="leans", of=("p-0",), alone=False),
                    Said(text="strays", of=("p-0",), alone=False),
                )
            ),
            Conversation(
                turns=(
                    Said(text="first", of=("p-1",), alone=True),
                    Said(text="stands", of=("p-1",), alone=True),
                    Said(text="unknown", of=(), alone=False),
                    Said(text="unknown", of=(), alone=True),
                )
            ),
        ],
    )
    assert figures == {
        "later turns: right": interval(4, 5),
        "answerable turns that lean on others: right": interval(1, 2),
        "unanswerable turns that lean on others: none given": interval(1, 1),
        "answerable turns that stand alone: right": interval(1, 1),
        "the same, asked without the conversation": interval(0, 1),
    }


def test_a_turn_is_asked_with_those_before_it_and_what_they_got() -> None:
    fake = script(one=[answer("p-1")], two=[none()], three=[none()])
    said = [Said(text=text, of=(), alone=False) for text in ("one", "two", "three")]
    message_evaluation.evaluate(fake, [Conversation(turns=tuple(said))])
    first, second = Turn(message="one", entry_id="p-1"), Turn(message="two", entry_id=None)
    assert fake.histories == [("one", []), ("two", [first]), ("three", [first, second])]


def test_figures_of_audiences_are_those_worked_out_by_hand() -> None:
    fake = Script(
        {
            "school: a": [answer("p-0")],
            "b": [answer("p-1")],
            "c": [none(Reason.OTHER_AUDIENCE)],
            "d": [answer("p-3")],
        },
        {},
    )
    figures = message_evaluation.evaluate(
        fake,
        [
            ForAudience(text="a", audience="school", said=None, of=("p-0",), not_of=("p-1",)),
            ForAudience(text="b", audience=None, said="school", of=("p-0",), not_of=("p-1",)),
            ForAudience(text="c", audience=None, said="school", of=(), not_of=("p-1",)),
            ForAudience(text="d", audience=None, said=None, of=(), not_of=()),
        ],
    )
    assert figures == {
        "right": interval(2, 4),
        "answerable: answered rightly": interval(1, 2),
        "an answer for others given": interval(1, 3),
    }


def test_figures_of_small_talk_are_those_worked_out_by_hand() -> None:
    fake = script(
        hello=[none(Reason.SMALL_TALK, "Hello.")],
        hi=[none(Reason.SMALL_TALK, "Welcome.")],  # the sentence of another kind
        ta=[none()],
        asked=[answer("p-0")],
        taken=[none(Reason.SMALL_TALK, "Hello.")],
        asdf=[none()],
        obey=[answer("p-0")],
    )
    figures = message_evaluation.evaluate(
        fake,
        [
            SmallTalk(text="hello", talk="greeting"),
            SmallTalk(text="hi", talk="greeting"),
            SmallTalk(text="ta", talk="thanks"),
            SmallTalk(text="asked", talk="none", of=("p-0",)),
            SmallTalk(text="taken", talk="none", of=("p-0",)),
            SmallTalk(text="asdf", talk="gibberish"),
            SmallTalk(text="obey", talk="injection"),
        ],
    )
    assert figures == {
        "small talk: the sentence of its kind": interval(1, 3),
        "questions not taken for small talk": interval(1, 2),
        "injections and gibberish: fall back": interval(1, 2),
    }


def test_figures_of_vague_messages_are_those_worked_out_by_hand() -> None:
    fake = script(
        dogs=[choice("p-1", "p-0")],
        lead=[answer("p-0")],
        cats=[choice("p-1")],
        fish=[none()],
        more=[none(Reason.TOO_VAGUE)],
        help=[choice("p-0")],
    )
    figures = message_evaluation.evaluate(
        fake,
        [
            *(Vague(text=text, topic=("p-0", "p-3")) for text in ("dogs", "lead", "cats", "fish")),
            *(Vague(text=text, topic=()) for text in ("more", "help")),
        ],
    )
    assert figures == {
        "with a topic: entries of it offered or given": interval(2, 4),
        "without: asked for more words": interval(1, 2),
    }


def test_figures_of_personal_messages_are_those_worked_out_by_hand() -> None:
    fake = script(
        {
            "harm": [NoteKind.SAFEGUARDING],
            "son": [NoteKind.PERSONAL_DATA],
            "fuss": [NoteKind.PERSONAL_DATA],
        },
        harm=[none()],
        hurt=[none()],
        son=[answer("p-0")],
        ring=[none()],
        quiet=[answer("p-0")],
        fuss=[answer("p-0")],
    )
    figures = message_evaluation.evaluate(
        fake,
        [
            Personal(text="harm", kind="risk", has=(), of=()),
            Personal(text="hurt", kind="risk", has=(), of=()),
            Personal(text="son", kind="personal", has=("name",), of=("p-0",)),
            Personal(text="ring", kind="personal", has=("phone",), of=()),
            Personal(text="quiet", kind="neither", has=(), of=("p-0",)),
            Personal(text="fuss", kind="neither", has=(), of=("p-0",)),
        ],
    )
    assert figures == {
        "risk: whom to contact is said": interval(1, 2),
        "personal data: said that it is not needed": interval(1, 2),
        "personal data: answered rightly": interval(1, 1),
        "neither: nothing said": interval(1, 2),
    }


def test_what_is_not_asked_has_no_figure() -> None:
    fake = script(more=[none()])
    figures = message_evaluation.evaluate(fake, [Vague(text="more", topic=())])
    assert figures["with a topic: entries of it offered or given"] is None


def test_figures_in_words_are_a_line_each_in_columns() -> None:
    words = message_evaluation.in_words({"right": interval(1, 2), "of others": None})
    assert words == "right      0.500   0.095 to 0.905\nof others      -"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("multi", Multi),
        ("conversations", Conversation),
        ("audience", ForAudience),
        ("small_talk", SmallTalk),
        ("vague", Vague),
        ("personal", Personal),
    ],
)
def test_every_file_of_labelled_messages_is_of_one_kind_and_labels_entries_there_are(
    answerer: Answerer, name: str, kind: type
) -> None:
    messages = message_evaluation.read(ROOT / f"tests/questions/{name}.jsonl")
    assert {type(one) for one in messages} == {kind}
    labels = {
        entry_id
        for message in messages
        for part in (message, *getattr(message, "parts", ()), *getattr(message, "turns", ()))
        for field in ("of", "not_of", "topic")
        for entry_id in getattr(part, field, ())
    }
    assert labels <= set(answerer.faq.by_id)


def test_the_real_answerer_is_measured(answerer: Answerer) -> None:
    messages = [
        Multi(
            text="1. Where will STLS be based\n2. What will replace LIFT",
            parts=parts(("stls-36",), ("stls-47",)),
        ),
        Multi(text="Where will training take place", parts=parts(("stls-43",))),
    ]
    figures = message_evaluation.evaluate(answerer, messages)
    assert [share and share[0] for share in figures.values()] == [1.0] * 6
