"""Questions looked up: embedded, searched, ranked, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot import building
from chatbot import index as index_files
from chatbot.cache import Cache
from chatbot.confidence import Calibration
from chatbot.encoder import Encoder, Vectors
from chatbot.faq import Faq
from chatbot.index import Index
from chatbot.nearest import NEIGHBOURS
from chatbot.ranking import Ranking, rank
from chatbot.small_talk import Kind, kind_of
from chatbot.spelling import Speller
from chatbot.text import MAX_CHARACTERS, Expander, normalise
from chatbot.vocabulary import Vocabulary

REMEMBERED = 4_096  # texts whose rankings are kept, some 3 kB each
# Small talk is told by its similarity to examples of it. A cry for help is worth a false alarm.
TALK = 0.83
RISK = 0.7
RISK_MARGIN = 0.06
STORED = 0.99  # the confidence in the answer to a question that is stored in the same words


@dataclass(frozen=True)
class Judged:
    """A question and what the index makes of it.

    `ranking` is None where nothing of the question is left to look up.
    """

    question: str
    read_as: str  # the question with the text before it that it leans on, if any
    words: int
    vector: Vectors
    ranking: Ranking | None
    confidence: float
    group_vector: Vectors | None = None  # where questions are to be grouped

    @property
    def first(self) -> int:
        """The position of the entry that came first, -1 where none did."""
        return self.ranking.answers[0] if self.ranking and self.ranking.answers else -1

    @property
    def talk(self) -> Kind | None:
        """The kind of small talk that it is, None where it asks something."""
        ranking = self.ranking
        if ranking is None or ranking.talk is None:
            return None
        row, score = ranking.talk
        others = max([*ranking.scores[:1], ranking.unanswerable])
        kind = kind_of(row)
        if kind == Kind.RISK:
            return kind if score >= max(RISK, others - RISK_MARGIN) else None
        return kind if score >= max(TALK, others) else None


class Lookup:
    """Looks questions up in one index; safe to share between threads."""

    def __init__(
        self,
        faq: Faq,
        encoder: Encoder,
        index: Index,
        calibration: Calibration,
        vocabulary: Vocabulary,
    ) -> None:
        self.calibration = calibration
        self._cache: Cache[Judged] = Cache(REMEMBERED)
        self.encoder = encoder
        self._index = index
        self._mend = Speller(vocabulary.counts)
        self._expand = Expander(faq.glossary, vocabulary.terms)
        self._answer_of = building.answer_positions(faq)
        self._stored = self._stored_questions(faq)

    def judge(self, questions: Sequence[str], *, to_group: bool = False) -> list[Judged]:
        """What the index makes of each cleaned question, in order; each text is embedded once.

        Those that are `to_group` get a vector for that as well; what is known without is embedded
        again.
        """
        texts = [self.plain(question) for question in questions]
        found = {
            text: known
            for text in texts
            if (known := self._cache.get(text)) is not None
            and not (to_group and known.group_vector is None)
        }
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            for text, judged in zip(new, self._embedded(new, to_group), strict=True):
                found[text] = judged
                # What is kept has no text in it.
                self._cache.put(text, replace(judged, question="", read_as=""))
        return [
            replace(found[text], question=question, read_as=question)
            for question, text in zip(questions, texts, strict=True)
        ]

    def judge_after(self, before: str, alone: Judged) -> Judged:
        """What the index makes of a question read after the text `before`."""
        together = f"{before} {alone.question}"[-MAX_CHARACTERS:]
        (first,) = self.judge([before])  # it has been asked, and is mostly known
        texts = [self.plain(together)]
        both = self.encoder.encode(texts)
        vectors = index_files.read_after(first.vector[None], alone.vector[None], both)
        (judged,) = self._judged(texts, vectors)
        return replace(judged, question=alone.question, read_as=together)

    def plain(self, question: str) -> str:
        """A question as the encoder reads it: slips mended, unknown local terms written out."""
        return self._expand(self._mend(normalise(question)))

    def _embedded(self, texts: Sequence[str], to_group: bool) -> list[Judged]:
        if not to_group:
            return self._judged(texts, self.encoder.encode(texts))
        vectors, others = self.encoder.encode_to_group(texts)
        return [
            replace(judged, group_vector=other)
            for judged, other in zip(self._judged(texts, vectors), others, strict=True)
        ]

    def _stored_questions(self, faq: Faq) -> dict[str, int]:
        """The position of the entry of each stored question; of those with one answer only."""
        entries: dict[str, list[int]] = {}
        for place, entry in enumerate(faq.entries):
            entries.setdefault(self.plain(entry.question), []).append(place)
        return {
            text: places[0]
            for text, places in entries.items()
            if len({self._answer_of[place] for place in places}) == 1
        }

    def _judged(self, texts: Sequence[str], vectors: Vectors) -> list[Judged]:
        found = self._index.search(vectors, NEIGHBOURS)
        judged = []
        for text, vector, near in zip(texts, vectors, found, strict=True):
            words = len(text.split())
            # Nothing but signs and smileys is left of some: there is nothing to look up.
            ranking = rank(near, self._answer_of, words) if text else None
            sure = 0.0
            if ranking is not None and ranking.answers:
                sure = round(self.calibration.confidence(ranking.figures), 4)
            # A stored question word for word is answered, however few phrasings it has yet.
            if ranking is not None and text in self._stored:
                place = self._stored[text]
                ranking, sure = ranking.led_by(place, self._answer_of), max(sure, STORED)
            judged.append(Judged(text, text, words, vector, ranking, sure))
        return judged
