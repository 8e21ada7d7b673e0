"""A message to its replies: the one pipeline that every way in uses."""

import sys
from collections.abc import Sequence

from chatbot import building
from chatbot import faq as faq_files
from chatbot import index as index_files
from chatbot.asking import asks, has_question_word
from chatbot.audience import Audiences
from chatbot.confidence import CHOICES, Calibration
from chatbot.encoder import Encoder, open_encoder
from chatbot.errors import ChatbotError, MessageError, StaleIndexError
from chatbot.faq import Faq
from chatbot.index import Index
from chatbot.lookup import Judged, Lookup
from chatbot.manifest import Manifest
from chatbot.message import Message
from chatbot.privacy import Finder
from chatbot.reading import Reader, Turn, parts_of, stored
from chatbot.reply import Alternative, Answered, Match, Note, NoteKind, Outcome, Reason, Reply
from chatbot.settings import Settings
from chatbot.small_talk import Kind
from chatbot.text import clean, sentences
from chatbot.topics import Topics, stems
from chatbot.vocabulary import Vocabulary

ALTERNATIVES = 3
RANKED = 20  # entries that are looked at to offer any
LONG = 8  # words, from which a question is never vague
VAGUE = 2  # so few words that say something name a topic rather than ask about it


class Answerer:
    """Answers messages from one FAQ; safe to share between threads."""

    def __init__(
        self,
        faq: Faq,
        encoder: Encoder,
        index: Index,
        manifest: Manifest,
        calibration: Calibration,
        vocabulary: Vocabulary,
        settings: Settings,
    ) -> None:
        self.faq = faq
        self.version = manifest.faq_version
        self.stated = manifest.stated
        self.settings = settings
        self.calibration = calibration
        self.vocabulary = vocabulary
        self.lookup = Lookup(faq, encoder, index, calibration, vocabulary)
        self._reader = Reader(self.lookup, faq)
        self._topics = Topics(faq)
        self._audiences = Audiences(settings.audiences)
        self.personal = Finder(vocabulary.small, [settings.contact])

    @classmethod
    def open(cls, settings: Settings) -> "Answerer":
        """The answerer of the FAQ in `settings.home`; a stale index is built anew first.

        `ChatbotError` says in a sentence what is wrong where neither can be done.
        """
        version = index_files.fingerprint(settings.home)
        try:
            encoder = open_encoder(settings.encoder_place, settings.threads)
        except ChatbotError as error:
            raise StaleIndexError(f"nothing can be answered without the encoder: {error}") from None
        try:
            index, manifest = Index.open(settings.index, settings.threads)
            calibration = Calibration.open(settings.index)
            stale = (
                manifest.faq_version != version
                or manifest.stated.precision != settings.precision
                or {manifest.encoder_sha256, calibration.encoder_sha256} != {encoder.sha256}
            )
        except StaleIndexError:
            stale = True
        if stale:
            faq = faq_files.load(settings.home)
            print("the index is of another FAQ, encoder or precision: building", file=sys.stderr)
            building.build(faq, version, encoder, settings.index, settings.precision)
            index, manifest = Index.open(settings.index, settings.threads)
            calibration = Calibration.open(settings.index)
        # The phrasings of a fresh index were checked when it was built.
        faq = faq_files.load_entries(settings.home)
        words = index_files.read_words(settings.index, manifest)
        vocabulary = Vocabulary.model_validate_json(words)
        return cls(faq, encoder, index, manifest, calibration, vocabulary, settings)

    def ask(
        self,
        message: str,
        history: Sequence[Turn] = (),
        audience: str | None = None,
        limit: int = ALTERNATIVES,
    ) -> Answered:
        """A reply for each question of the message, in order, and what is to be said before.

        `history` holds the conversation's turns before it, oldest first; `audience` says who asks,
        where the message does not; `limit` bounds what is named beside an answer or a fallback,
        while there are two to four choices.
        """
        return self._ask(Message.of(message), history, audience, limit)

    def _ask(
        self, message: Message, history: Sequence[Turn], audience: str | None, limit: int
    ) -> Answered:
        text = message.text
        whole = self.lookup.judge([message.whole])[0]
        notes = self._notes(text, whole)
        kind = whole.talk
        if kind is not None and kind != Kind.RISK and not (history and asks(text)):
            return Answered(notes=notes, replies=(self._small_talk(text, kind),))
        said = [self._audiences.said(one) for one in (*(turn.message for turn in history), text)]
        who = next((one for one in reversed(said) if one), audience)
        read = self._reader.read(message, whole, history)
        replies = [self._reply(one, who, limit) for one in read]
        if kind == Kind.RISK:  # whoever writes this is not asked to write more
            replies = [self._not_vague(reply) for reply in replies]
        return Answered(notes=notes, replies=tuple(replies))

    def ask_many(self, messages: Sequence[str]) -> list[Answered | MessageError]:
        """What `ask` gives for each message, or the error it raises, in a fraction of the time.

        What is looked up for all of them is embedded together, and remembered; so many at once
        should be a few hundred.
        """
        read: list[Message | MessageError] = []
        for message in messages:
            try:
                read.append(Message.of(message))
            except MessageError as error:
                read.append(error)
        self._look_up([one for one in read if isinstance(one, Message)])
        return [
            self._ask(one, (), None, ALTERNATIVES) if isinstance(one, Message) else one
            for one in read
        ]

    def _look_up(self, messages: Sequence[Message]) -> None:
        wholes = self.lookup.judge([one.whole for one in messages], to_group=True)
        parts = [
            part
            for one, whole in zip(messages, wholes, strict=True)
            if not stored(whole)
            for part in parts_of(one)
        ]
        self.lookup.judge(parts)  # of few messages; those that are questions are embedded again

    def ask_each(self, questions: Sequence[str], limit: int = ALTERNATIVES) -> list[Reply]:
        """A reply for each of many texts, in order, each taken as one question."""
        cleaned = [clean(question) for question in questions]
        return [self._reply(one, None, limit) for one in self.lookup.judge(cleaned)]

    def _not_vague(self, reply: Reply) -> Reply:
        if reply.reason != Reason.TOO_VAGUE:
            return reply
        text = self.settings.sentences.not_covered or None
        return reply.model_copy(update={"reason": Reason.NOT_COVERED, "text": text})

    def _notes(self, text: str, whole: Judged) -> tuple[Note, ...]:
        sentences = self.settings.sentences
        notes = []
        if sentences.safeguarding and self._reads_as_risk(text, whole):
            notes.append(Note(kind=NoteKind.SAFEGUARDING, text=sentences.safeguarding))
        if sentences.personal_data and self.personal.find(text):
            notes.append(Note(kind=NoteKind.PERSONAL_DATA, text=sentences.personal_data))
        return tuple(notes)

    def _reads_as_risk(self, text: str, whole: Judged) -> bool:
        """Whether the message, or one sentence of it among others, is like a cry for help."""
        pieces = sentences(text)
        judged = [whole, *(self.lookup.judge(pieces) if len(pieces) > 1 else ())]
        return any(one.talk == Kind.RISK for one in judged)

    def _small_talk(self, text: str, kind: Kind) -> Reply:
        return Reply(
            question=text,
            read_as=text,
            outcome=Outcome.FALLBACK,
            confidence=0,
            reason=Reason.SMALL_TALK,
            text=getattr(self.settings.sentences, kind.value) or None,
        )

    def _reply(self, judged: Judged, audience: str | None, limit: int) -> Reply:
        ranking = judged.ranking
        # Stems take time; a long question says enough without them.
        content = judged.words if judged.words > LONG else len(stems(judged.read_as))
        if ranking is None or not ranking.answers:
            # Nothing to look up, or nothing but unanswerable phrasings anywhere near.
            reason = Reason.NOT_COVERED if content else Reason.TOO_VAGUE
            return self._unanswered(judged, reason)
        vague = content <= VAGUE and not has_question_word(judged.read_as)
        topic = self._of_topic(judged, audience) if vague else ()
        sure = judged.confidence >= self.stated.threshold and len(topic) < 2
        if sure and self._audiences.withheld(self.faq.entries[judged.first], audience):
            return self._for_audience(judged, audience or "", limit)
        near = self._near(judged, audience)
        if sure and (others := self._reader.also_asked(judged)):
            choices = {one.entry_id: one for one in near[:1]}
            for other in others:
                choices |= {one.entry_id: one for one in self._near(other, audience)[:1]}
            if len(choices) > 1:
                offered = tuple(choices.values())[:CHOICES]
                return self._unanswered(judged, Reason.TIE, offered, Outcome.CLARIFY)
        if sure:
            return self._answered(judged, judged, near[1 : limit + 1])
        if vague:
            # One thing alone is no choice.
            if len(topic) == 1:
                topic += tuple(one for one in near if one.entry_id != topic[0].entry_id)[:1]
            outcome = Outcome.CLARIFY if len(topic) > 1 else Outcome.FALLBACK
            return self._unanswered(judged, Reason.TOO_VAGUE, topic, outcome)
        if len(near) > 1 and self.calibration.offers(ranking.figures):
            return self._unanswered(judged, Reason.TIE, near[:CHOICES], Outcome.CLARIFY)
        return self._unanswered(judged, Reason.NOT_COVERED, near[:limit])

    def _of_topic(self, judged: Judged, audience: str | None) -> tuple[Alternative, ...]:
        """The entries that a few words name, the nearest first."""
        places = self._topics.named(judged.read_as)
        near = self._near(judged, audience)
        if places is None:
            return ()
        if not places:
            likely = judged.ranking and self.calibration.offers(judged.ranking.figures)
            return near[:CHOICES] if likely else ()
        shares = {one.entry_id: one.confidence for one in near}
        named = [self.faq.entries[place] for place in places]
        return tuple(
            Alternative(
                entry_id=entry.id, question=entry.question, confidence=shares.get(entry.id, 0.0)
            )
            for entry in sorted(named, key=lambda entry: -shares.get(entry.id, 0.0))[:CHOICES]
        )

    def _for_audience(self, judged: Judged, audience: str, limit: int) -> Reply:
        """The reply where the first answer is for others: what the FAQ says to the asker's kind."""
        question = f"{judged.read_as} ({self._audiences.named(audience)})"
        again = self.lookup.judge([question])[0]
        sure = again.confidence >= self.stated.threshold
        if sure and not self._audiences.withheld(self.faq.entries[again.first], audience):
            near = self._near(again, audience)
            return self._answered(judged, again, near[1 : limit + 1])
        near = self._near(judged, audience)[:limit]
        return self._unanswered(judged, Reason.OTHER_AUDIENCE, near)

    def _answered(
        self, asked: Judged, found: Judged, alternatives: tuple[Alternative, ...]
    ) -> Reply:
        return Reply(
            question=asked.question,
            read_as=asked.read_as,
            outcome=Outcome.ANSWER,
            confidence=found.confidence,
            match=Match.of(self.faq.entries[found.first], found.confidence),
            alternatives=alternatives,
        )

    def _unanswered(
        self,
        judged: Judged,
        reason: Reason,
        alternatives: tuple[Alternative, ...] = (),
        outcome: Outcome = Outcome.FALLBACK,
    ) -> Reply:
        sentences = self.settings.sentences
        text = sentences.tie if outcome == Outcome.CLARIFY else getattr(sentences, reason.value)
        return Reply(
            question=judged.question,
            read_as=judged.read_as,
            outcome=outcome,
            confidence=judged.confidence,
            reason=reason,
            text=text or None,
            alternatives=alternatives,
        )

    def _near(self, judged: Judged, audience: str | None) -> tuple[Alternative, ...]:
        """The ranked entries that are for the asker, with an estimate for each."""
        ranking = judged.ranking
        assert ranking is not None
        return tuple(
            Alternative(
                entry_id=self.faq.entries[place].id,
                question=self.faq.entries[place].question,
                confidence=round(share, 4),
            )
            for place, share in zip(
                ranking.answers[:RANKED], ranking.shares(judged.confidence), strict=False
            )
            if not self._audiences.withheld(self.faq.entries[place], audience)
        )
