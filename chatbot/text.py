"""Messages made comparable: cleaned, stripped of courtesies, local terms expanded.

What the encoder sees has no case, no punctuation, no greeting and no thanks, so that none of these
changes an answer.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from chatbot.errors import MessageError
from chatbot.faq import Term

MAX_CHARACTERS = 2000
SIGNED = 80  # characters of the longest line of a signature

# After these words "hi" is a greeting; before other words it may be a local term.
_OPENERS = (
    "i|im|ive|id|we|weve|were|our|my|you|your|can|could|please|just|is|are|am|was|will|would|should|"
    "may|do|does|did|has|have|who|what|whats|when|where|which|how|hows|why|there|all|team|everyone|"
    "the|a|if|so|it|its|this|these|any|not|quick|hope|as|at|in|hello|to|"
    "everybody|both|folks"
)
_GREETING = re.compile(
    r"^(?:(?:hello|hiya|hey|dear|good (?:morning|afternoon|evening|day)|greetings"
    rf"|hi(?= (?:{_OPENERS})\b))"
    r"(?: (?:there|all|team|everyone|everybody|both|sir or madam|sir|madam|folks)\b)*+) (?=\S+ \S)"
)
_THANKS = re.compile(
    r"(?<=\S)(?<!^(?:many|with|kind|best|warm))(?<!^and) "
    r"(?:(?:many |with |and )?(?:thanks|thank you|thankyou|thx|cheers|ty)"
    r"(?: (?:very much|so much|a lot|in advance|again|a million|all|everyone|you"
    r"|for (?:your|any|the) (?:help|time|advice|support)))*"
    r"|(?:kind|best|warm) (?:regards|wishes)|regards)$"
)
_CLOSING = re.compile(
    r"^\W*(?:(?:many |kind |with |best |warm )*(?:thanks|thank you|regards|wishes)|yours|cheers|ta"
    r"|sincerely|--+)\b[\w ]{0,25}\W*$|^--+$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^>|^On .{5,80} wrote:$")
_SENTENCES = re.compile(r"(?<=[.?!;])\s+|\n")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<!--.{0,500}?-->", re.DOTALL)


def clean(message: str) -> str:
    """The message as it can be shown and stored: valid text, tags gone, white space single.

    Raises `MessageError` where nothing is left or it is longer than `MAX_CHARACTERS`.
    """
    if len(message) > MAX_CHARACTERS:
        raise MessageError(
            f"the message has {len(message):,} characters; the most is {MAX_CHARACTERS:,}"
        )
    message = unicodedata.normalize("NFC", _TAG.sub(" ", message))
    # Control characters, lone surrogates and unassigned code points are not text.
    kept = (
        " " if unicodedata.category(one) in ("Cc", "Cs", "Cn", "Zl", "Zp") else one
        for one in message
    )
    cleaned = " ".join("".join(kept).split())
    if all(unicodedata.category(one) == "Cf" for one in cleaned.replace(" ", "")):
        raise MessageError("the message is empty; type a question")
    return cleaned


def clean_lines(message: str) -> str:
    """The message as `clean` leaves it, line by line; lines of which nothing is left are gone."""
    lines = []
    for line in _TAG.sub(" ", message).splitlines():
        try:
            lines.append(clean(line))
        except MessageError:
            continue
    return "\n".join(lines)


def without_signature(lines: str) -> str:
    """A message without what stands after its closing line, and without quoted lines."""
    kept: list[str] = []
    read = [line for line in lines.split("\n") if not _QUOTED.match(line)]
    for n, line in enumerate(read):
        rest = read[n + 1 :]
        closes = n > 0 and _CLOSING.match(line)
        if closes and all(len(one) < SIGNED and "?" not in one for one in rest):
            break
        kept.append(line)
    return "\n".join(kept)


def sentences(message: str) -> list[str]:
    """The sentences and lines of a message, in order."""
    return [one for one in _SENTENCES.split(message) if one.strip()]


def normalise(text: str) -> str:
    """The text as the encoder and the word index see it; may be empty."""
    text = unicodedata.normalize("NFKC", text.replace("´", "'")).casefold()
    # Apostrophes, and what is copied along without being seen, part no words.
    text = re.sub(r"[’‘'`ʼ\u00ad\u200b\u2060\ufeff]", "", text)
    text = " ".join(re.sub(r"[^\w£%&+]|_", " ", text).split())
    before = None
    while before != text:
        before = text
        text = _THANKS.sub("", _GREETING.sub("", text, count=1), count=1)
    return text


class Expander:
    """Writes out terms of a glossary that the index does not know by name.

    A term that stored questions or phrasings use needs no explanation: writing it out in the
    question alone would only move the question away from them.
    """

    def __init__(self, glossary: Sequence[Term], known: Iterable[str]) -> None:
        text = f" {' | '.join(known)} "
        # A term of one to three letters may be an ordinary word ("hi", "la") once case is gone.
        self._meaning = {
            name: normalise(term.expansions[0])
            for term in glossary
            if term.sure and len(name := normalise(term.term)) > 3 and f" {name} " not in text
        }
        self._terms = _any_of(self._meaning)

    def __call__(self, normalised: str) -> str:
        """`normalised` with the meaning of each such term behind it, unless it is there already."""
        if self._terms is None:
            return normalised

        there: set[str] = set()

        def expanded(found: re.Match[str]) -> str:
            meaning = self._meaning[found[0]]
            if meaning in normalised or meaning in there:
                return found[0]
            there.add(meaning)
            return f"{found[0]} {meaning}"

        return self._terms.sub(expanded, normalised)


def _any_of(terms: Iterable[str]) -> re.Pattern[str] | None:
    if not (longest_first := sorted(terms, key=len, reverse=True)):
        return None
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
