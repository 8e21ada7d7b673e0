"""The words of an FAQ, kept with its index so that a start need not read every phrasing."""

from collections import Counter

from pydantic import BaseModel

from chatbot.faq import Faq
from chatbot.index import rows_of
from chatbot.privacy import written_small
from chatbot.text import normalise


class Vocabulary(BaseModel):
    """What spelling, terms and personal data are told by.

    `counts` says how often each normalised word stands in the index, `small` which words are
    written small in the FAQ's texts, `terms` which names of the glossary its texts use.
    """

    counts: dict[str, int]
    small: list[str]
    terms: list[str]

    @classmethod
    def of(cls, faq: Faq) -> "Vocabulary":
        """The vocabulary of an FAQ."""
        known = [f"{row.after} {row.text}" for row in rows_of(faq)]
        names = [normalise(one.term) for one in faq.glossary]
        counts = Counter(word for text in [*known, *names] for word in text.split())
        raw = [f"{one.after} {one.text}" for one in faq.phrasings]
        raw += [f"{entry.question} {entry.answer}" for entry in faq.entries]
        whole = f" {' | '.join(known)} "
        return cls(
            counts=dict(counts.most_common()),
            small=sorted(written_small(raw)),
            terms=[name for name in names if f" {name} " in whole],
        )
