"""A message to the stretches of text that may each be a question of their own."""

import re
from dataclasses import dataclass

from chatbot.text import normalise

SIGNED = 80  # characters of the longest line of a signature
MOST = 12  # stretches; what is beyond stays with the last

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
# Words that lead into the question word after them: "do you know who", "not sure if".
_LEADING = (
    r"i|you|we|they|he|she|it|know|knows|about|of|on|for|to|from|with|in|at|by|and|or|but|so|see"
    r"|wonder|wondering|ask|asking"
    r"|tell|me|us|if|whether|sure|idea|explain|understand|confirm|clarify|that|than|as|then|just|hear"
    r"|find|out|choose|check|say|said|told|if so|if not|who|what|when|where|why|how|which|decide"
    r"|decides|depending|like|matter|is|are|was|it"
)
_JOINER = (
    r"(?:and also|and another (?:thing|question)?|also|plus|oh and|oh also|and then|and finally"
    r"|(?:and )?additionally"
    r"|another (?:thing|question)|one (?:more|other|last) (?:thing|question)?|secondly|lastly"
    r"|finally|on top of that|and)"
)
_ABBREVIATED = "".join(
    rf"(?<!\b{one}\.)" for one in (r"e\.g", r"i\.e", "Mr", "Mrs", "Ms", "Dr", "St")
)
_ITEM = re.compile(
    r"^\s*(?:\(?\d{1,2}[.)](?:\s+|(?=[A-Za-z]))|\d{1,2}[:/]\s+"
    r"|\(?(?:[a-hA-H]|[ivx]{1,4})[.)]\s+|[-*•–—·>]\s*)(?=\S)"
)
_CLOSING = re.compile(
    r"^\W*(?:(?:many |kind |with |best |warm )*(?:thanks|thank you|regards|wishes)|yours|cheers|ta"
    r"|sincerely|--+)\b[\w ]{0,25}\W*$|^--+$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2}")
_QUOTED = re.compile(r"^>|^On .{5,80} wrote:$")
_LINES = re.compile(r"\s*\n\s*")
_INLINE_ITEMS = re.compile(r"(?:(?<=\s)|^)(?=\(?(?:\d{1,2}[.)]|[a-h]\))\s*[^\s\d])")
_SENTENCES = re.compile(rf"(?<=[.?!]){_ABBREVIATED}[\"')\]]*\s+|(?<=[?!])(?=\w)|;\s+|\s+[-–—]\s+")
# Asked and not told: "when do they come", but not "when they come"; "is it", but not "is leaving".
_ASKED = (
    r"(?:(?:who|when|where|why|(?:what|how|which)(?:\s+\S+){0,2}?)\s+(?:is|are|was|were|do|does|did|will"
    r"|would|can|could|should|has|have|happens|about)\b(?!\s*[.?!]*$)"
    r"|(?:whos|whats|whens|wheres|hows|whys|who's|what's|when's|where's|how's)\b"
    r"|(?:is|are|do|does|did|will|would|can|could|should)\s+(?:i|we|you|he|she|it|they|there"
    r"|this|that|these|those|the|a|an|any|anyone|anybody|some|someone|somebody|every|each|all|our|my"
    r"|your|their|his|her|schools?|parents?|children|kids)\b)"
)
# After "and" or a comma more may begin a question: "and who pays", "and is AET on offer".
_NEXT = (
    rf"(?:{_ASKED}|who\s+\w+s\b|(?:is|are|will|can|do|does|did|should)\s+(?!\w+ing\b)(?!(?:a|already|an"
    r"|at|be|due|get|have|help|in|just|need|not|now|on|really|so|still|to|too|very)\b)\w+)"
)
_LEAD_INS = re.compile(rf"(?<=:)\s+(?={_ASKED})", re.IGNORECASE)
# "could you also tell me" is one question.
_JOINERS = re.compile(
    rf"(?<!you)(?<!please)[,\s]\s*(?={_JOINER}[,:\s-]+(?:{_NEXT}|(?:{_WANTING})\b))"
    r"|[,\s]\s*(?=(?:and also|plus|oh and|oh also|(?:and )?additionally|another thing)\b)"
    rf"|,\s*(?!(?:who|which) (?:is|are|was|were|has|have)\b)(?={_NEXT})",
    re.IGNORECASE,
)
_RUN = re.compile(
    rf"(?<=\w)\s+(?!(?:who|which) (?:is|are|was|were|has|have)\b)(?={_ASKED})", re.IGNORECASE
)
# A question that is whole: its verb is there, and more.
_WHOLE = re.compile(
    r"(?:(?:who|what|when|where|why|how|which)\b.*\s)?"
    r"(?:will|can|do|does|is|are|has|have|should|happens|s)\s+\S+\s+\S+"
    r"|(?:whats|whos|hows|wheres)\s+\S+\s+\S+|(?:who\s+\w+s|what\s+(?:happens|about))\s+\S+",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"(?:is|are|do|does|did|will|can|could|would|should|has|have)(?:\s+\S+){1,3}\s*$", re.IGNORECASE
)
_LED = re.compile(rf"(?:^|\s)(?:{_LEADING})$", re.IGNORECASE)
_ASKS = re.compile(
    rf"^(?:{_JOINER}[,:\s-]+|(?:so|ok|okay|well|but|hi|hello|right|please)[,\s]+)*"
    rf"(?:(?:{_ASKING})\b|{_WANTING})",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"\b(?:who|what|when|where|why|how|which)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"^(?:when|where|which|who|how to)\b")
_INVERTED = re.compile(rf"^(?:{_ASKED}|who \S+|which \S+ \S+$)", re.IGNORECASE)
_ASKS_LATER = re.compile(rf"\b(?!\w+['’]?s\b){_ASKED}", re.IGNORECASE)
_JOINED = re.compile(rf"^{_JOINER}[,:\s-]+", re.IGNORECASE)
_MERELY_JOINED = re.compile(
    r"^and(?! also| then| finally| another| additionally)[,:\s-]+", re.IGNORECASE
)


@dataclass(frozen=True)
class Stretch:
    """A piece of a message, without list mark or joining words, and how it was set apart."""

    text: str
    asks: bool  # by its mark or its first words
    item: bool  # of a list
    joined: bool  # begins with "and also", "plus"
    weak: bool  # after a comma, an "and" or nothing, where a clause may go on


def stretches(message: str) -> list[Stretch]:
    """The message cut wherever another question might begin; at least one piece."""
    unmarked = not re.search(r"[.?!;\n]\s*\S", message.strip())
    pieces = [part for line in _LINES.split(message.strip()) for part in _line(line, unmarked)]
    found: list[Stretch] = []
    for piece, item, within in pieces:
        joined = _JOINED.match(piece)
        text = piece[joined.end() :] if joined else piece
        if not _WORD.search(re.sub(r"\S+@\S+", "", text)) or _JOINED.match(f"{text} "):
            continue  # no word but an address, or a joiner of a joiner
        # "while I'm here, how much is it" asks further on; so may what has no marks.
        asking = asks(text) or bool((joined or unmarked) and _ASKS_LATER.search(text))
        more = bool(joined and not _MERELY_JOINED.match(piece))
        found.append(Stretch(text, asking, item, more, within and not more))
    if len(found) > MOST:
        rest = " ".join(one.text for one in found[MOST - 1 :])
        found = [*found[: MOST - 1], Stretch(rest, True, False, False, False)]
    return found


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


def _line(line: str, unmarked: bool) -> list[tuple[str, bool, bool]]:
    """The pieces of one line: whether a list mark stood before each, whether a sentence goes on."""
    numbered = _INLINE_ITEMS.split(line)
    if not re.search(r"(?:^|\s)\(?(?:1[.)].*\s\(?2[.)]|a\).*\s\(?b\))", line):
        numbered = [line]
    pieces = []
    for part in numbered:
        mark = _ITEM.match(part)
        body = part[mark.end() :] if mark else part
        sentences = [one for part in _SENTENCES.split(body) for one in _LEAD_INS.split(part)]
        for n, sentence in enumerate(sentences):
            cut = [
                piece.strip()
                for joined in _JOINERS.split(sentence)
                for piece in (_runs(joined) if unmarked else [joined])
            ]
            pieces += [
                (piece, bool(mark) and n == 0 and k == 0, k > 0)
                for k, piece in enumerate(cut)
                if piece
            ]
    return pieces


def _runs(text: str) -> list[str]:
    """Questions that follow each other without a mark between them."""
    pieces, start = [], 0
    for gap in _RUN.finditer(text):
        before = text[start : gap.start()]
        if _WHOLE.match(before) and not _LED.search(before) and not _BEGUN.match(before):
            pieces.append(before)
            start = gap.end()
    return [*pieces, text[start:]]
