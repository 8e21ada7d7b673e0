"""A message to the stretches of text that may each be a question of their own.

Each word begins a question (B), goes on with one (I), or is background (O): a conditional random
field (Lafferty, McCallum and Pereira, 2001) over the words around it and their kinds. It is fitted
by `scripts/fit_reading.py` and knows nothing of any FAQ; what the index makes of the stretches is
weighed later.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import Lock

import pycrfsuite

FILE = Path(__file__).with_suffix(".crfsuite")
BEGINS, GOES_ON, BACKGROUND = "B", "I", "O"
LIKELY = 0.07  # probability of beginning a question from which a word is looked at
LINE = "¶"  # how line breaks read in features
CLOSE = 3  # words within which no two questions begin
MOST = 12  # stretches; what is beyond stays with the last

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|\n+|[^\w\s]")
_WORD = re.compile(r"\w")
_NUMBER = re.compile(r"\d+$")
_MARK = re.compile(r"(?:\d{1,2}|[a-h]|[ivx]{1,3})$")
_CLOSED = {
    "WH": "who whos who's whose whom what whats what's when whens where wheres where's why how "
    "hows how's which",
    "AUX": "will wont won't would can cant can't could do does doesnt doesn't did is isnt isn't "
    "are arent aren't am was were should shall has have may must",
    "PRON": "i we you they he she it there this that these those",
    "CON": "and or but also plus then so n &",
    "DET": "the a an my our your their his her any every each all",
}
_KINDS = {word: kind for kind, words in _CLOSED.items() for word in words.split()}
_SUFFIXES = ("ing", "ed", "ly", "s")
_ENDS = frozenset(".?!;")
# What stands before a question without being part of it.
_LEAD = re.compile(
    r"^(?:\W*\b(?:\d{1,2}|[a-h]|[ivx]{1,3})[.):]\s+|[-*•–—·>,&]\s*"
    r"|(?:and also|and then|and finally|and another (?:thing|question)|also|plus|oh and|oh also"
    r"|another (?:thing|question)|one (?:more|other|last) (?:thing|question)|(?:and )?additionally"
    r"|secondly|lastly|finally|on top of that|and)\b[,:\s-]+)+",
    re.IGNORECASE,
)
_NEXT_MARK = re.compile(r"\s*\n\W*(?:\d{1,2}|[a-h])?[^\w\n]*$")  # of a list that goes on


@dataclass(frozen=True)
class Token:
    """A word, a sign or line breaks, and where they stand in the message."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Segment:
    """A stretch that may be a question, without list mark or joining words."""

    text: str
    background: str  # what stands between it and the stretch before
    probability: float  # that a question begins here


def tokens(message: str) -> list[Token]:
    """The words, signs and line breaks of a message, in order."""
    return [Token(one.group(), *one.span()) for one in _TOKEN.finditer(message)]


def sentence_starts(found: Sequence[Token]) -> list[int]:
    """For each token, the position of the first token of its sentence or line."""
    starts = [0] * len(found)
    for n in range(1, len(found)):
        before, here = found[n - 1], found[n]
        apart = here.start > before.end or before.text in "?!"
        ended = before.text in _ENDS and here.text not in _ENDS and apart
        starts[n] = n if ended or before.text[0] == "\n" else starts[n - 1]
    return starts


def features(found: Sequence[Token]) -> list[list[str]]:
    """What the model sees of each token: words and kinds around it, and where it stands."""
    words = [one.text.lower().replace("’", "'") if one.text[0] != "\n" else LINE for one in found]
    kinds = [_kind(word) for word in words]
    shapes = [_shape(word) for word in words]
    marks = min(sum(word in _ENDS or word == LINE for word in words[:-1]), 2)
    asked_later = _asked_later(words)
    w, k = _padded(words, 4), _padded(kinds, 4)
    rows = []
    since = asked = 0
    for n, word in enumerate(words):
        i = n + 4
        if n and (words[n - 1] in _ENDS or words[n - 1] == LINE):
            since = asked = 0
        row = [f"w{d}={w[i + d]}" for d in range(-3, 5)]
        row += [
            "bias",
            f"shape={shapes[n]}",
            f"w-1,0={w[i - 1]}|{word}",
            f"w0,1={word}|{w[i + 1]}",
            f"w-2,-1={w[i - 2]}|{w[i - 1]}",
            f"w1,2={w[i + 1]}|{w[i + 2]}",
            f"w0..2={word}|{w[i + 1]}|{w[i + 2]}",
            f"w-1..1={w[i - 1]}|{word}|{w[i + 1]}",
            f"k-1..1={'|'.join(k[i - 1 : i + 2])}",
            f"k-1..2={'|'.join(k[i - 1 : i + 3])}",
            f"k0..3={'|'.join(k[i : i + 4])}",
            f"k-2..0={'|'.join(k[i - 2 : i + 1])}",
            f"since={min(since, 12) // 2}",
            f"asked={min(asked, 2)}",
            f"asked,k={bool(asked)}|{'|'.join(k[i - 1 : i + 2])}",
            f"asked,w={bool(asked)}|{word}",
            f"later={asked_later[n]}",
            f"later,k={asked_later[n]}|{k[i - 1]}|{k[i]}",
            f"marks,k={marks}|{k[i - 1]}|{k[i]}",
            f"place={min(n, 5)}",
        ]
        if n == 0 or words[n - 1] == LINE:
            row += ["line", f"line,k={k[i]}|{k[i + 1]}"]
        if _listed(words, n):
            row.append("item")
        rows.append(row)
        since += 1
        asked += kinds[n] in ("WH", "AUX")
    return rows


class Segmenter:
    """Finds the stretches of messages; safe to share between threads."""

    def __init__(self, file: Path = FILE) -> None:
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open(str(file))
        self._lock = Lock()  # the tagger holds one message at a time

    def segments(self, message: str) -> list[Segment]:
        """The stretches of a cleaned message that may be questions, in order; often none or one."""
        found = tokens(message)
        if not any(_WORD.match(one.text) for one in found):
            return []
        begins, background = self._probabilities(found)
        sentence = sentence_starts(found)
        opening = {sentence[n] for n, one in enumerate(found) if one.text == "?"}
        starts: list[int] = []
        for n in [n for n, one in enumerate(begins) if one >= LIKELY or n in opening]:
            if starts and n - starts[-1] < CLOSE and sentence[n] <= starts[-1]:
                begins[starts[-1]] += begins[n]  # one question, of which the first word is unsure
            elif len(starts) < MOST:
                starts.append(n)
        segments, before = [], 0
        for start, end in pairwise([*starts, len(found)]):
            while sentence[end - 1] > start and min(background[sentence[end - 1] : end]) > 0.5:
                end = sentence[end - 1]  # the sentence after the question is background
            first, last = found[start].start, found[end - 1].end
            text = stripped(message[first:last])
            if _WORD.search(text):
                segments.append(
                    Segment(text, message[before:first].strip(), min(begins[start], 1.0))
                )
                before = last
        return segments

    def _probabilities(self, found: Sequence[Token]) -> tuple[list[float], list[float]]:
        """That each token begins a question, and that it is background."""
        with self._lock:
            self._tagger.set(pycrfsuite.ItemSequence(features(found)))
            places = range(len(found))
            return (
                [self._tagger.marginal(BEGINS, n) for n in places],
                [self._tagger.marginal(BACKGROUND, n) for n in places],
            )


@cache
def segmenter() -> Segmenter:
    """The fitted segmenter."""
    return Segmenter()


def stripped(text: str) -> str:
    """A stretch without its list mark and without the words that only join it to another."""
    return _LEAD.sub("", _NEXT_MARK.sub("", text.strip()), count=1).strip()


def _kind(word: str) -> str:
    if word in _KINDS:
        return _KINDS[word]
    if _NUMBER.match(word):
        return "NUM"
    return "X" if _WORD.match(word) else word[0]


def _shape(word: str) -> str:
    if _NUMBER.match(word):
        return "number"
    return next((suffix for suffix in _SUFFIXES if word.endswith(suffix)), "")


def _padded(items: Sequence[str], by: int) -> list[str]:
    return [*["^"] * by, *items, *["$"] * by]


def _asked_later(words: Sequence[str]) -> list[bool]:
    """For each word, whether its sentence ends with a question mark."""
    later, asks = [False] * len(words), False
    for n in range(len(words) - 1, -1, -1):
        if words[n] in (".", "!", LINE, "?"):
            asks = words[n] == "?"
        later[n] = asks
    return later


def _listed(words: Sequence[str], n: int) -> bool:
    """Whether the mark of a list stands right before the word at `n`."""
    mark = words[n - 1] if n else ""
    if mark in ("-", "*", "•", "–"):
        return n == 1 or words[n - 2] == LINE
    if mark not in (".", ")", ":") or n < 2 or not _MARK.match(words[n - 2]):
        return False
    return n == 2 or not _WORD.match(words[n - 3])
