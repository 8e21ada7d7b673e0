"""A changed FAQ tried before it is written: checked and built in a temporary folder, and asked."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from chatbot import building, faq
from chatbot import index as index_files
from chatbot.answering import Answerer
from chatbot.confidence import CALIBRATION, Calibration
from chatbot.encoder import Encoder, Vectors, open_encoder
from chatbot.errors import AdoptionError
from chatbot.faq import Entry, Faq
from chatbot.index import Index
from chatbot.proposal import Files
from chatbot.settings import Settings
from chatbot.text import normalise
from chatbot.vocabulary import Vocabulary

NEIGHBOURS = 100


class Remembering:
    """An encoder that encodes no text twice."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.dimension, self.sha256 = encoder.name, encoder.dimension, encoder.sha256
        self.sha256_to_group = encoder.sha256_to_group
        self._known: dict[str, Vectors] = {}

    def learn(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Remember the vectors (rows, dimension) of texts."""
        self._known.update(zip(texts, vectors, strict=True))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of unit length for each text, in order."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self.learn(new, self._encoder.encode(new))
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([self._known[text] for text in texts])

    def encode_to_group(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """What the encoder gives; nothing of it is remembered."""
        return self._encoder.encode_to_group(texts)


class Current:
    """The FAQ in use, its index fresh, with an encoder that knows the vectors of its rows."""

    def __init__(self, settings: Settings) -> None:
        Answerer.open(settings)  # builds the index where it is stale
        self.settings = settings
        self.version = index_files.fingerprint(settings.home)
        self.content = faq.load(settings.home)
        self.files = Files.read(settings.home)
        self.encoder = Remembering(open_encoder(settings.encoder_place, settings.threads))
        rows = index_files.rows_of(self.content)
        self._index = Index.open(settings.index)[0]
        # A row that leans on another has a vector of both.
        alone = [n for n, row in enumerate(rows) if not row.after]
        self.encoder.learn([rows[n].text for n in alone], self._index.vectors()[alone])
        self.answerer = _answerer(self.content, self.encoder, settings.index, settings)

    def nearest(self, question: str) -> list[Entry]:
        """The entries near to a question, nearest first."""
        (found,) = self._index.search(self.encoder.encode([normalise(question)]), NEIGHBOURS)
        places = dict.fromkeys(place for of in found.of for place in of if place >= 0)
        return [self.content.entries[place] for place in places]


class Trial:
    """The changed `files` of `current`, in `folder`."""

    def __init__(self, current: Current, files: Files, folder: Path) -> None:
        self._current, self._files, self._folder = current, files, folder
        files.write(folder)
        self.content: Faq
        self.content, self.faults = faq.inspect(folder)  # as `chatbot check`

    def build(self) -> Answerer:
        """The answerer of the changed FAQ; `PrecisionError` where it would be wrong too often."""
        settings, index = self._current.settings, self._folder / "index"
        index.mkdir()
        shutil.copy(settings.index / CALIBRATION, index)
        version = index_files.fingerprint(self._folder)
        encoder = self._current.encoder
        building.build(self.content, version, encoder, index, settings.precision)
        return _answerer(self.content, encoder, index, settings)

    def adopt(self) -> None:
        """Put files and index in the place of the current ones."""
        settings = self._current.settings
        if index_files.fingerprint(settings.home) != self._current.version:
            raise AdoptionError(
                "the FAQ has been changed meanwhile, so nothing is written; run anew"
            )
        self._files.write(settings.home, self._current.files)
        index, manifest = Index.open(self._folder / "index")
        words = index_files.read_words(self._folder / "index", manifest)
        Calibration.open(self._folder / "index").save(settings.index)
        index.save(
            settings.index,
            self.content,
            manifest.faq_version,
            self._current.encoder,
            manifest.stated,
            words,
        )


def _answerer(content: Faq, encoder: Encoder, folder: Path, settings: Settings) -> Answerer:
    index, manifest = Index.open(folder)
    words = Vocabulary.model_validate_json(index_files.read_words(folder, manifest))
    calibration = Calibration.open(folder)
    return Answerer(content, encoder, index, manifest, calibration, words, settings)
