"""Typing slips mended before a question is looked up, by the words that the index knows."""

from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 5  # shorter words have too many neighbours to tell which one was meant
LONG = 9  # words this long may hold two slips
# A word that only one text uses may itself be a slip.
OFTEN = 3
REMEMBERED = 4_096


class Speller:
    """Replaces words that the index does not know by the nearest that it knows well.

    `counts` says how often each known word is used.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._known = frozenset(counts)
        # Often used words first: of equally near ones the search returns the first.
        self._targets = [
            word
            for word, count in sorted(counts.items(), key=lambda one: -one[1])
            if count >= OFTEN and len(word) >= SHORTEST - 1 and word.isalpha()
        ]
        self._nearest = lru_cache(REMEMBERED)(self._search)

    def __call__(self, normalised: str) -> str:
        """`normalised` with its unknown words mended; the same text where all are known."""
        return " ".join(
            word if word in self._known or len(word) < SHORTEST else self._nearest(word)
            for word in normalised.split()
        )

    def _search(self, word: str) -> str:
        if not word.isalpha():
            return word
        most = 2 if len(word) >= LONG else 1
        found = process.extractOne(word, self._targets, scorer=OSA.distance, score_cutoff=most)
        return found[0] if found else word
