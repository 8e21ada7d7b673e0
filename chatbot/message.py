"""A message as it is read: its text, its lines, and the stretches that may be questions."""

from dataclasses import dataclass
from functools import cached_property

from chatbot.segmenting import Segment, segmenter
from chatbot.text import clean, clean_lines, without_signature


@dataclass(frozen=True)
class Message:
    """What a person typed, cleaned; without a signature where it is read line by line."""

    text: str
    lines: str

    @classmethod
    def of(cls, typed: str) -> "Message":
        """The message in what was typed; `MessageError` says why there is none."""
        text = clean(typed)
        return cls(text, without_signature(clean_lines(typed)) or text)

    @property
    def whole(self) -> str:
        """The message as one question."""
        return " ".join(self.lines.split())

    @cached_property
    def segments(self) -> list[Segment]:
        """The stretches that may each be a question, in order; often none or one."""
        return segmenter().segments(self.lines)
