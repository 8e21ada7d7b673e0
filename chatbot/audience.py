"""Who is asking, as far as a message says it of itself."""

import re
from collections.abc import Mapping

from chatbot.faq import Entry
from chatbot.settings import Audience

# What comes before the place where someone works or which they speak for.
_OF = (
    r"(?:(?:i am|im|i'm|we are|we're|were|as|for|run|runs|running|own|manage|lead"
    r"|work (?:in|at|for)|here at|our|my|us|speaking for|on behalf of|head of|owner of"
    r"|manager of|deputy of|bursar of|what about|senco (?:in|at|of)|teach (?:in|at))"
    r"\s+(?:a |an |the )?(?:\w+ ){0,3}?)"
)
_ROLE = (
    r"(?:manager|owner|leader|lead|head|deputy|senco|teacher|bursar|governor|school|setting|staff)"
)

_DENIED = re.compile(r"\b(?:not|isn't|isnt|aren't|arent) (?:an? )?\w+", re.IGNORECASE)


class Audiences:
    """The groups of askers that are told apart, by the name that entries give them."""

    def __init__(self, groups: Mapping[str, Audience]) -> None:
        self._groups = groups
        self._words = {
            name: [one.casefold() for one in group.words] for name, group in groups.items()
        }
        self._said = {
            name: re.compile(
                rf"\b{_OF}(?:{words})\b|^\W*(?:(?:hi|hello)\W+)?(?:{words})\s+{_ROLE}\b"
                rf"|\b(?:{words})\s+{_ROLE}\s+here\b|^\W*(?:{words})\s*[:,-]",
                re.IGNORECASE,
            )
            for name, group in groups.items()
            if (words := "|".join(map(re.escape, group.words)))
        }

    def said(self, message: str) -> str | None:
        """The one group that the message says its writer is of; None for none or several."""
        message = _DENIED.sub(" ", message).casefold()
        called = {
            name: max((one for one in self._words[name] if one in message), key=len, default="")
            for name, pattern in self._said.items()
            if pattern.search(message)
        }
        # An "independent nursery" is what the longer name says, and not what is called "nursery".
        found = [
            name
            for name, words in called.items()
            if not any(words in other and words != other for other in called.values())
        ]
        return found[0] if len(found) == 1 else None

    def withheld(self, entry: Entry, audience: str | None) -> bool:
        """Whether the entry's answer holds for other groups only."""
        return bool(audience in self._groups and entry.audience and audience not in entry.audience)

    def named(self, audience: str) -> str:
        """What people call the group."""
        return self._groups[audience].name
