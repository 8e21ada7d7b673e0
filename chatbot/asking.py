"""Whether a text asks something, as far as its words say."""

import re

from chatbot.text import normalise

_ASKING = (
    r"who|whos|whose|whom|what|whats|when|whens|where|wheres|why|how|hows|which|will|wont|would|can"
    r"|cant|could|do|does|doesnt|did|is|isnt|are|arent|am|was|were|should|shall|has|have|may|must"
)
_WANTING = (
    r"any (?:news|idea|word|update)|anyone (?:know|got)|tell me|let me know|wondering"
    r"|please (?:can|could|also )?(?:tell|confirm|advise|provide|state|say|explain|send)"
    r"|(?:i|we|i'm|im)(?: was| am| also| just| would)* (?:wonder|ask)(?:ing)?\b"
    r"|(?:i|we)(?: also| just| would)* (?:want|need|like) to (?:know|ask|check|find out|hear|see)\b"
    r"|(?:i|we)'?d (?:also |just )?(?:like|love) to (?:know|ask|check|find out|hear|see)\b"
    r"|(?:\w+ ){1,2}would (?:also )?like to (?:know|ask)"
)
_JOINER = (
    r"(?:and also|and another (?:thing|question)?|also|plus|oh and|oh also|and then|and finally"
    r"|(?:and )?additionally"
    r"|another (?:thing|question)|one (?:more|other|last) (?:thing|question)?|secondly|lastly"
    r"|finally|on top of that|and)"
)
# Asked and not told: "when do they come", but not "when they come"; "is it", but not "is leaving".
_ASKED = (
    r"(?:(?:who|when|where|why|(?:what|how|which)(?:\s+\S+){0,2}?)\s+(?:is|are|was|were|do|does|did|will"
    r"|would|can|could|should|has|have|happens|about)\b(?!\s*[.?!]*$)"
    r"|(?:whos|whats|whens|wheres|hows|whys|who's|what's|when's|where's|how's)\b"
    r"|(?:is|are|do|does|did|will|would|can|could|should)\s+(?:i|we|you|he|she|it|they|there"
    r"|this|that|these|those|the|a|an|any|anyone|anybody|some|someone|somebody|every|each|all|our|my"
    r"|your|their|his|her|schools?|parents?|children|kids)\b)"
)
_ASKS = re.compile(
    rf"^(?:{_JOINER}[,:\s-]+|(?:so|ok|okay|well|but|hi|hello|right|please)[,\s]+)*"
    rf"(?:(?:{_ASKING})\b|{_WANTING})",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"\b(?:who|what|when|where|why|how|which)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"^(?:when|where|which|who|how to)\b")
_INVERTED = re.compile(rf"^(?:{_ASKED}|who \S+|which \S+ \S+$)", re.IGNORECASE)


def asks(text: str) -> bool:
    """Whether a text asks something, by its mark or its first words; what leads in does not."""
    if text.rstrip().endswith(":"):
        return False
    return text.rstrip("\"') ").endswith("?") or begins_asking(text)


def has_question_word(text: str) -> bool:
    """Whether a text says what it wants to know of its topic."""
    return begins_asking(text) or bool(_QUESTION_WORD.search(text))


def begins_asking(text: str) -> bool:
    """Whether the first words of a text, after any courtesies, ask something.

    "When they come" does not, "when do they come" does.
    """
    plain = normalise(re.sub(r"\b(we|you|they)['’]re\b", r"\1 are", text, flags=re.IGNORECASE))
    return bool(_ASKS.match(plain)) and not (_CLAUSE.match(plain) and not _INVERTED.match(plain))
