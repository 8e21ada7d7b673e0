"""Question to reply: the one pipeline that every way in uses."""

import sys
from collections.abc import Sequence

from chatbot import building
from chatbot import faq as faq_files
from chatbot import index as index_files
from chatbot.confidence import Calibration
from chatbot.encoder import Encoder, open_encoder
from chatbot.errors import ChatbotError, StaleIndexError
from chatbot.faq import Faq
from chatbot.index import Index
from chatbot.manifest import Manifest
from chatbot.ranking import NEIGHBOURS, Ranking, rank
from chatbot.reply import Alternative, Match, Outcome, Reason, Reply
from chatbot.settings import Settings
from chatbot.spelling import Speller
from chatbot.text import Expander, clean, normalise

ALTERNATIVES = 3


class Answerer:
    """Answers questions from one FAQ; safe to share between threads."""

    def __init__(
        self,
        faq: Faq,
        encoder: Encoder,
        index: Index,
        manifest: Manifest,
        calibration: Calibration,
    ) -> None:
        self.faq = faq
        self.version = manifest.faq_version
        self.stated = manifest.stated
        self.calibration = calibration
        self._encoder = encoder
        self._index = index
        known = [row.text for row in index_files.rows_of(faq)]
        self._mend = Speller([*known, *(normalise(one.term) for one in faq.glossary)])
        self._expand = Expander(faq.glossary, known)
        self._answer_of = building.answer_positions(faq)

    @classmethod
    def open(cls, settings: Settings) -> "Answerer":
        """The answerer of the FAQ in `settings.home`; a stale index is built anew first.

        `ChatbotError` says in a sentence what is wrong where neither can be done.
        """
        faq = faq_files.load(settings.home)
        version = index_files.fingerprint(settings.home)
        try:
            encoder = open_encoder(settings.encoder_place, settings.threads)
        except ChatbotError as error:
            raise StaleIndexError(f"nothing can be answered without the encoder: {error}") from None
        try:
            index, manifest = Index.open(settings.index)
            calibration = Calibration.open(settings.index)
            stale = (
                manifest.faq_version != version
                or manifest.stated.precision != settings.precision
                or {manifest.encoder_sha256, calibration.encoder_sha256} != {encoder.sha256}
            )
        except StaleIndexError:
            stale = True
        if stale:
            print("the index is of another FAQ, encoder or precision: building", file=sys.stderr)
            building.build(faq, version, encoder, settings.index, settings.precision)
            index, manifest = Index.open(settings.index)
            calibration = Calibration.open(settings.index)
        return cls(faq, encoder, index, manifest, calibration)

    def ask(self, message: str, limit: int = ALTERNATIVES, audience: str | None = None) -> Reply:
        """The reply to one message; `limit` bounds its alternatives.

        An answer that holds only for others than the `audience` named is not given.
        """
        return self.ask_many([message], limit, audience)[0]

    def ask_many(
        self, messages: Sequence[str], limit: int = ALTERNATIVES, audience: str | None = None
    ) -> list[Reply]:
        """The reply to each message, in order; `MessageError` where one is no text."""
        questions = [clean(message) for message in messages]
        texts = [self._expand(self._mend(normalise(question))) for question in questions]
        # Nothing but signs and smileys is left of some messages: there is nothing to look up.
        places = [n for n, text in enumerate(texts) if text]
        vectors = self._encoder.encode([texts[n] for n in places])
        rankings = {
            n: rank(found, self._answer_of, len(texts[n].split()))
            for n, found in zip(places, self._index.search(vectors, NEIGHBOURS), strict=True)
        }
        return [
            self._reply(question, rankings.get(n), limit, audience)
            for n, question in enumerate(questions)
        ]

    def _reply(
        self, question: str, ranking: Ranking | None, limit: int, audience: str | None
    ) -> Reply:
        if ranking is None or not ranking.answers:
            # Nothing to look up, or nothing but unanswerable phrasings anywhere near.
            reason = Reason.TOO_VAGUE if ranking is None else Reason.NOT_COVERED
            return Reply(question=question, outcome=Outcome.FALLBACK, confidence=0, reason=reason)
        confidence = round(self.calibration.confidence(ranking.figures), 4)
        first = self.faq.entries[ranking.answers[0]]
        sure = confidence >= self.stated.threshold
        elsewhere = bool(audience and first.audience and audience not in first.audience)
        answered = sure and not elsewhere
        reason = Reason.OTHER_AUDIENCE if sure else Reason.NOT_COVERED
        shares = ranking.shares(confidence)
        near = [
            Alternative(
                entry_id=self.faq.entries[place].id,
                question=self.faq.entries[place].question,
                confidence=round(share, 4),
            )
            for place, share in zip(ranking.answers[: limit + 1], shares, strict=False)
        ]
        return Reply(
            question=question,
            outcome=Outcome.ANSWER if answered else Outcome.FALLBACK,
            confidence=confidence,
            reason=None if answered else reason,
            match=Match.of(first, confidence) if answered else None,
            alternatives=tuple(near[1:] if answered else near[:limit]),
        )
