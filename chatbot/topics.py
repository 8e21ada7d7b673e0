"""The entries that a word or two name: what to offer to "training?"."""

from collections.abc import Sequence

import snowballstemmer

from chatbot.faq import Faq
from chatbot.text import normalise

# More entries than this share have a word that names no topic, such as that of the service itself.
BROAD = 0.3
FEW = 4  # entries, which are never too many
_EMPTY = frozenset(
    (
        "a about all an and any anything are at be can change could detail details for from "
        "get go got has have having help how i id im in info information is it its just know "
        "looking me more my need new of on or our please pls put query question questions "
        "regarding some stuff something that the things this to today us want we what whats "
        "when where which who why will with would you "
    ).split()
)
_stemmer = snowballstemmer.stemmer("english")


class Topics:
    """Finds the entries of an FAQ that name every word of a short text."""

    def __init__(self, faq: Faq) -> None:
        self._asked = [
            stems(f"{entry.section} {entry.question} {' '.join(entry.questions)}")
            for entry in faq.entries
        ]
        self._said = [stems(entry.answer) for entry in faq.entries]
        self._same: dict[frozenset[str], list[frozenset[str]]] = {}
        for term in faq.glossary:
            names = [stems(name) for name in (term.term, *term.expansions)]
            for name in names:
                self._same.setdefault(name, []).extend(names)

    def named(self, text: str) -> list[int] | None:
        """Positions of the entries whose question, or else whose answer, names it.

        None where so many do that it is no topic.
        """
        words = stems(text)
        if not words:
            return None
        ways = [words, *self._same.get(words, [])]
        asked = _naming(ways, self._asked)
        if len(asked) > max(FEW, BROAD * len(self._asked)):
            return None
        said = _naming(ways, self._said)
        return asked or (said if len(said) <= FEW else None)


def stems(text: str) -> frozenset[str]:
    """The words of a text that say something, without their endings (Porter 2001)."""
    words = (word for word in normalise(text).split() if word not in _EMPTY)
    return frozenset(_stemmer.stemWords(words))


def _naming(ways: Sequence[frozenset[str]], texts: Sequence[frozenset[str]]) -> list[int]:
    return [n for n, its in enumerate(texts) if any(words and words <= its for words in ways)]
