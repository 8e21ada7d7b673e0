"""The sheets of an answered workbook and their columns, as they are written and read back."""

import itertools
import re
from collections.abc import Collection, Sequence

ANSWERS, QUESTIONS, GROUPS = "Answers", "Questions", "Groups"
FOR_A_PERSON, SUMMARY = "For a person", "Summary"

SHEET, ROW, GROUP, QUESTION, ANSWER = "Sheet", "Row", "Group", "Question", "Answer"
OUTCOME, SECTION, REASON = "Outcome", "Section", "Reason"
ASKED, ASKED_BY, NEAREST = "Asked", "Asked by", "Nearest entries"
MATCHED, ENTRY_ID = "Matched question", "Entry id"
STORED = "Stored answer"  # of a recurring question: none that a person fills in

# What a question got.
FIELDS = (
    OUTCOME,
    "Confidence",
    MATCHED,
    ANSWER,
    ENTRY_ID,
    SECTION,
    "As of",
    "Runner-up",
    "Runner-up confidence",
    REASON,
    GROUP,
)
# What each row gets after its own columns.
HEADINGS = (*FIELDS, "FAQ version", "Note")


def folded(name: str) -> str:
    """A name as people and programs may write it: without case, signs and extra spaces."""
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def added(name: str, taken: Collection[str]) -> str:
    """What the column `name` is called in a list whose folded names are `taken`."""
    numbered = (f"{name} (FAQ {n})" for n in itertools.count(2))
    names = itertools.chain([name, f"{name} (FAQ)"], numbered)
    return next(one for one in names if folded(one) not in taken)


def place(names: Sequence[str], name: str) -> int | None:
    """Where the column `name` that was added stands among the folded `names`, if it does."""
    for one in (folded(f"{name} (FAQ)"), folded(name)):
        if one in names:
            return names.index(one)
    return None
