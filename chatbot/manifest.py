"""The manifest of an index: what it was built from, and how often its answers are right."""

import datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from chatbot.errors import StaleIndexError

MANIFEST = "manifest.json"
Share = tuple[float, float, float]  # value, lower and upper end of its 95% interval


class Measured(BaseModel):
    """What held-out phrasings showed at the threshold.

    None where there was nothing to share.
    """

    date: str
    questions: int
    answerable: int
    precision: Share
    coverage: Share | None
    false_answers: Share | None

    def in_words(self) -> str:
        """The precision as a sentence for people."""
        day = datetime.date.fromisoformat(self.date)
        return (
            f"Right in {self.precision[0] * 100:.0f} of 100 answers it gives, measured on "
            f"{self.questions:,} questions it had never seen, on {day.day} {day:%B %Y}."
        )


class Stated(BaseModel):
    """The precision asked for and the threshold that gave it on held-out phrasings.

    `measured` is None where there are too few phrasings to measure anything.
    """

    precision: float
    threshold: float
    measured: Measured | None


class Manifest(BaseModel):
    """What an index was built from; when one of the hashes changes it is stale."""

    faq_version: str
    encoder: str
    encoder_sha256: str
    dimension: int
    entries: int
    phrasings: int
    rows: int
    built: str
    stated: Stated
    files: dict[str, str]  # name -> SHA-256


def read(folder: Path) -> Manifest:
    """The manifest in `folder`; `StaleIndexError` where there is none or it cannot be read."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise StaleIndexError(f"{path}: no index has been built") from None
    except ValidationError:
        raise StaleIndexError(f"{path}: not a manifest of this version") from None
