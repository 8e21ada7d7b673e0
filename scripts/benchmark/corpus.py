"""What every system answers from and is asked: rows, their vectors, and questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chatbot import evaluation, faq, index, settings
from chatbot.encoder import Encoder, Vectors, open_encoder
from chatbot.evaluation import Question
from chatbot.faq import Faq
from chatbot.index import Index

ROOT = Path(__file__).resolve().parent.parent.parent
QUESTIONS = ROOT / "tests/questions"
WARM_UP = 30


@dataclass(frozen=True)
class Corpus:
    """An FAQ's rows with the vectors that the served encoder gave them, as the index holds them."""

    faq: Faq
    texts: list[str]
    of: list[tuple[int, ...]]  # positions of the entries that each row asks for
    index: Index

    @classmethod
    def open(cls) -> "Corpus":
        """The corpus of the FAQ in this checkout, whose index must be fresh."""
        content = faq.load(ROOT)
        rows = index.rows_of(content)
        found, manifest = Index.open(settings.read(ROOT).index)
        if len(rows) != len(found) or manifest.faq_version != index.fingerprint(ROOT):
            raise SystemExit("the index is of another FAQ: run scripts/build_index first")
        texts = [f"{row.after} {row.text}".strip() for row in rows]
        return cls(content, texts, [row.of for row in rows], found)

    @cached_property
    def vectors(self) -> Vectors:
        """One unit vector for each row."""
        return self.index.vectors()

    def is_right(self, question: Question, found: Sequence[int]) -> bool:
        """Whether one of the entries at the positions `found` gives an answer of the labels."""
        right = {self.faq.answer_of[one] for one in question.of}
        entries = [self.faq.entries[place].id for place in found if place >= 0]
        return any(self.faq.answer_of[one] in right for one in entries)


def answerable() -> list[Question]:
    """The labelled questions that some entry answers."""
    return [one for one in evaluation.read(QUESTIONS / "questions.jsonl") if one.of]


def warming() -> list[str]:
    """Other questions, to warm up with."""
    return [one.text for one in evaluation.read(QUESTIONS / "later.jsonl")][:WARM_UP]


def served(threads: int = 0) -> Encoder:
    """The encoder that the chatbot serves."""
    return open_encoder(ROOT / "index" / "encoder", threads)
