import json
from collections.abc import Collection
from itertools import count

import pytest

from chatbot import adopting
from chatbot.adopting import as_written, propose
from chatbot.errors import AdoptionError
from chatbot.faq import Phrasing, dump, fold
from chatbot.filled import Filled
from chatbot.proposal import Proposal
from chatbot.trial import Current

QUESTION = "Will STLS run a helpline in the school holidays?"
ANSWER = "No. The service is open in term time only."


def group(
    question: str = QUESTION,
    answer: str = ANSWER,
    *asked: str,
    section: str = "",
    rows: "count[int]" = count(2),  # noqa: B008  # each call takes the next row
) -> Filled:
    return Filled(f"row {next(rows)}", question, answer, section, (question, *asked))


def proposed(current: Current, *groups: Filled, relabelled: Collection[int] = ()) -> Proposal:
    return propose(groups, current, "2025-09", relabelled)[0]


def test_a_group_becomes_an_entry_and_phrasings(current: Current) -> None:
    found = proposed(current, group(QUESTION, ANSWER, "is there a phone line in august", QUESTION))
    (entry,) = found.entries
    assert entry.model_dump(exclude_defaults=True) == {
        "id": "stls-77",
        "number": "77",
        "section": entry.section,
        "question": QUESTION,
        "answer": ANSWER,
        "source": {"document": "STLS FAQ", "as_of": "2025-09"},
    }
    assert entry.section in {one.section for one in current.content.entries}
    assert found.phrasings == [
        Phrasing(text="is there a phone line in august", of=("stls-77",), source="adopted")
    ]
    assert (found.left_out, found.notes) == ([], [])
    assert "stls-77, new in " in found.in_words(3)
    assert found.in_words(3).endswith(
        "New entries: 1; new phrasings: 1; relabelled: 0. Groups left out: 0; without an answer: 3."
    )


def test_numbers_go_on_from_the_highest(current: Current) -> None:
    found = proposed(current, group(), group("May dogs come to the meetings?", "On a lead."))
    assert [(one.id, one.number) for one in found.entries] == [("stls-77", "77"), ("stls-78", "78")]


@pytest.mark.parametrize(
    ("asked_for", "section"),
    [
        ("Training", "Training"),
        (" operational  details: ", "Operational Details"),
        ("lift, surgeries, clinics", "LIFT / surgeries / clinics"),
        ("Helplines", "Helplines"),
    ],
)
def test_a_section_is_the_one_asked_for_as_the_faq_writes_it(
    current: Current, asked_for: str, section: str
) -> None:
    found = proposed(current, group(section=asked_for))
    assert [one.section for one in found.entries] == [section]
    new = section == "Helplines"
    assert [note for note in found.notes if "is a new section" in note] == (
        [f"{found.targets[0].where}: 'Helplines' is a new section"] * new
    )
    assert not found.targets[0].guessed


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("Which training on autism will STLS be delivering next year?", "Training"),
        ("Will the money for STLS be taken from the schools' HNF budgets again?", "Funding"),
    ],
)
def test_a_section_is_guessed_from_the_nearest_entries(
    current: Current, question: str, section: str
) -> None:
    found = proposed(current, group(question))
    assert [one.section for one in found.entries] == [section]
    assert found.targets[0].guessed


@pytest.mark.parametrize(
    ("answer", "entry_id"),
    [
        ("stls-18", "stls-18"),
        (" STLS-18 ", "stls-18"),
        ("18", "stls-18"),
        ("No. 18", "stls-18"),
        ("#18.", "stls-18"),
        ("stls-42b", "stls-42b"),
        ("57", "stls-55"),
        ("Nothing, as LIFT is no longer required", "stls-47"),
        ("nothing, as LIFT\nis no longer required.", "stls-47"),
    ],
)
def test_an_answer_that_is_there_already_gets_phrasings_only(
    current: Current, answer: str, entry_id: str
) -> None:
    found = proposed(current, group(QUESTION, answer, "is there a phone line in august"))
    assert found.entries == []
    assert [(one.text, one.of) for one in found.phrasings] == [
        (QUESTION, (entry_id,)),
        ("is there a phone line in august", (entry_id,)),
    ]


def test_of_entries_with_one_answer_the_nearest_gets_the_phrasings(current: Current) -> None:
    answer = "These operational details will be agreed as the service moves into KCC."
    question = "so will somebody from stls sit in on our annual reviews this year"
    (phrasing,) = proposed(current, group(question, answer)).phrasings
    assert phrasing.of == ("stls-30",)


@pytest.mark.parametrize("answer", ["Yes", "no."])
def test_yes_and_no_are_never_one_answer(current: Current, answer: str) -> None:
    found = proposed(current, group(QUESTION, answer), group("May dogs come?", answer))
    assert [one.answer for one in found.entries] == [answer, answer]


def test_two_groups_with_one_answer_are_one_entry(current: Current) -> None:
    found = proposed(current, group(), group("Who answers the phone in August?", ANSWER.upper()))
    assert [one.question for one in found.entries] == [QUESTION]
    assert [(one.text, one.of) for one in found.phrasings] == [
        ("Who answers the phone in August?", ("stls-77",))
    ]
    (note,) = found.notes
    assert note.endswith("the answer of stls-77, so its questions become phrasings of it")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("stls-999", "no entry has the id 'stls-999'"),
        ("999", "no entry is numbered 999, and an answer needs words"),
        ("42", "42 is the number of stls-39 and stls-42b; write the id"),
        ("?!", "its answer has no words"),
        ("👍", "its answer has no words"),
    ],
)
def test_an_answer_that_is_none_is_left_out(current: Current, answer: str, told: str) -> None:
    found = proposed(current, group(answer=answer))
    assert found.empty
    assert [one.split(": ", 1)[1] for one in found.left_out] == [told]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "What will replace LIFT??",
            "its question is already that of stls-47, with another answer",
        ),
        ("?!", "its question has no words"),
        ("<br>", "the message is empty; type a question"),
        ("a" * 2_001, "the message has 2,001 characters; the most is 2,000"),
    ],
)
def test_a_question_that_cannot_be_adopted_is_left_out(
    current: Current, question: str, told: str
) -> None:
    found = proposed(current, group(question), group())
    assert [one.split(": ", 1)[1] for one in found.left_out] == [told]
    assert [one.id for one in found.entries] == ["stls-77"]


def test_the_same_question_with_two_answers_is_adopted_once(current: Current) -> None:
    found = proposed(current, group(), group(QUESTION.upper(), "Yes, on Mondays."))
    assert [one.answer for one in found.entries] == [ANSWER]
    assert [one.split(": ", 1)[1] for one in found.left_out] == [
        "its question is already that of stls-77, with another answer"
    ]


def test_a_stored_question_with_its_own_answer_changes_nothing(current: Current) -> None:
    entry = current.content.by_id["stls-47"]
    found = proposed(current, group(entry.question, entry.answer, "WHAT will replace LIFT"))
    assert found.empty
    assert found.left_out == []


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" At 8.\nOn Sundays at 9. ", "At 8.\n\nOn Sundays at 9."),
        ("At  8.\r\n\r\n\nAt\t9.", "At 8.\n\nAt 9."),
        ("<b>At</b> 8 & <script>alert(1)</script>", "<b>At</b> 8 & <script>alert(1)</script>"),
        ("<p>At 8.</p>", "At 8."),
        ("=SUM(A1) +44 -1 @x 'quoted'", "=SUM(A1) +44 -1 @x 'quoted'"),
        ("At\u00a08", "At 8"),
        ("\x1b[31mAt\x00 8\x07", "[31mAt 8"),
        ("At 8.\u2028At 9.", "At 8.\n\nAt 9."),
    ],
)
def test_an_answer_stays_word_for_word(current: Current, typed: str, stored: str) -> None:
    assert as_written(typed) == stored
    assert [one.answer for one in proposed(current, group(answer=typed)).entries] == [stored]


def test_questions_of_one_cell_and_lost_links_are_told_apart_as_by_an_import(
    current: Current,
) -> None:
    found = proposed(
        current,
        group(
            "Who runs the new helpline? When will it be open?", "Please look here for the times."
        ),
    )
    (entry,) = found.entries
    assert entry.questions == ("Who runs the new helpline?", "When will it be open?")
    assert [(link.text, link.url) for link in entry.links] == [("here", None)]


def test_personal_data_of_questions_is_masked_and_of_answers_told(current: Current) -> None:
    found = proposed(
        current,
        group(
            "My name is Tracey Bloggs, may I ring in August?",
            "Ring Jo Bloggs on 07700 900123.",
            "call me on 07700 900123 in august?",
        ),
    )
    assert [one.question for one in found.entries] == ["My name is [name], may I ring in August?"]
    assert [one.answer for one in found.entries] == ["Ring Jo Bloggs on 07700 900123."]
    assert [one.text for one in found.phrasings] == ["call me on [phone number] in august?"]
    assert "07700" not in dump(found.phrasings) + " ".join(found.notes)
    assert sum("personal data masked" in one for one in found.notes) == 2
    assert sum("may hold personal data (name, phone number)" in one for one in found.notes) == 1


def test_the_mailbox_is_no_personal_data(current: Current) -> None:
    assert proposed(current, group(answer="Please ask Inclusion@kent.gov.uk.")).notes == []


def test_a_phrasing_of_another_answer_is_left_out_and_told(current: Current) -> None:
    known = next(one for one in current.content.phrasings if one.of == ("stls-47",))
    found = proposed(current, group(QUESTION, ANSWER, known.text, "What will replace LIFT"))
    assert found.phrasings == []
    line = current.content.phrasings.index(known) + 1
    assert [one.split(": ", 1)[1] for one in found.notes] == [
        f"left out, a phrasing of stls-47 in phrasings.jsonl:{line}: {known.text}",
        "left out, the stored question of stls-47: What will replace LIFT",
    ]
    found = proposed(current, group(known.text, ANSWER))
    assert found.empty
    assert f"its question is a phrasing of stls-47 in phrasings.jsonl:{line}" in found.left_out[0]


def test_a_question_of_two_groups_is_a_phrasing_of_the_first(current: Current) -> None:
    asked = "is there a phone line in august"
    found = proposed(
        current, group(QUESTION, ANSWER, asked), group("May dogs come?", "On a lead.", asked)
    )
    assert [(one.text, one.of) for one in found.phrasings] == [(asked, ("stls-77",))]
    assert f"left out, a phrasing of stls-77 in this file: {asked}" in found.notes[0]


# Phrasings that no entry answers


@pytest.fixture
def unanswerable(current: Current) -> tuple[int, Phrasing]:
    """An unanswerable phrasing that stands in the file once, and its line."""
    texts = [fold(one.text) for one in current.content.phrasings]
    return next(
        (line, one)
        for line, one in enumerate(current.content.phrasings, start=1)
        if not one.of
        and not one.after
        and len(one.text.split()) > 8
        and texts.count(fold(one.text)) == 1
        and not current.answerer.personal.find(one.text)
    )


def test_what_no_entry_answered_is_told_and_stays_as_it_is(
    current: Current, unanswerable: tuple[int, Phrasing]
) -> None:
    line, phrasing = unanswerable
    groups = [group(f"{phrasing.text} please tell us", "So.", phrasing.text)]
    found, near = propose(groups, current, None)
    assert found.relabelled == {}
    assert [one.of for one in found.phrasings] == []
    assert any(one.startswith(f"phrasings.jsonl:{line}: ") for one in near)
    assert any(f"--relabel {line} makes it one of this answer" in one for one in found.notes)
    files = current.files.with_proposal(found)
    assert files.phrasings == current.files.phrasings


def test_an_entry_that_asks_it_word_for_word_needs_the_officers_word(
    current: Current, unanswerable: tuple[int, Phrasing]
) -> None:
    line, phrasing = unanswerable
    assert proposed(current, group(phrasing.text, "So.")).empty
    found = proposed(current, group(phrasing.text, "So."), relabelled=[line])
    assert [one.question for one in found.entries] == [" ".join(phrasing.text.split())]
    assert found.relabelled == {line: phrasing.model_copy(update={"of": ("stls-77",)})}
    before = current.files.phrasings.split("\n")
    after = current.files.with_proposal(found).phrasings.split("\n")
    assert [
        n for n, pair in enumerate(zip(before, after, strict=True), 1) if len(set(pair)) > 1
    ] == [line]


def test_only_a_line_that_no_entry_answers_is_taken_over(current: Current) -> None:
    answered = next(n for n, one in enumerate(current.content.phrasings, start=1) if one.of)
    for line in (answered, 1_000_000):
        with pytest.raises(AdoptionError, match=rf"phrasings.jsonl:{line}: is no phrasing that no"):
            proposed(current, group(), relabelled=[line])


def test_a_wrong_month_is_told_in_a_sentence(current: Current) -> None:
    with pytest.raises(AdoptionError, match="'September' is no month; write it as YYYY-MM"):
        propose([group()], current, "September")


def test_without_a_month_it_is_this_one(current: Current) -> None:
    from datetime import UTC, datetime

    before = datetime.now(UTC)
    (entry,) = propose([group()], current, None)[0].entries
    months = {f"{one:%Y-%m}" for one in (before, datetime.now(UTC))}
    assert entry.source.as_of in months


def test_thousands_of_groups_are_proposed(
    current: Current, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = current.content.entries
    monkeypatch.setattr(current, "nearest", lambda question: entries[:3])
    monkeypatch.setattr(adopting, "unanswered", lambda *given: {})  # encoding takes a minute
    groups = [group(f"What is rule {n}?", f"Rule {n}.", section=f"{n % 7}") for n in range(3_000)]
    found = proposed(current, *groups)
    assert len({one.id for one in found.entries}) == 3_000
    lines = current.files.with_proposal(found).entries.split("\n")
    assert len(lines) == len(entries) + 3_001
    assert [json.loads(line)["section"] for line in lines[len(entries) : -1 : 450]] == list(
        "0123456"
    )
