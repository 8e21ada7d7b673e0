"""The FAISS index of an FAQ: build, save, open, search.

Rows are the stored questions, each with its answer and alone, small talk, and all phrasings;
unanswerable phrasings are rows too, of no entry. A manifest names the files and what they were
built from, and is moved into place last, so a crash leaves the old index whole.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from chatbot import manifest as manifest_file
from chatbot import nearest, small_talk
from chatbot.encoder import Encoder, Vectors
from chatbot.errors import StaleIndexError
from chatbot.faq import ENTRIES_FILE, GLOSSARY_FILE, PHRASINGS_FILE, Faq
from chatbot.files import replace, sha256
from chatbot.manifest import MANIFEST, Manifest, Stated
from chatbot.processors import available
from chatbot.text import normalise

KEPT = (".faiss", ".rows", ".words")
LEANS = 0.4
LEAVES = 0.2


@dataclass(frozen=True)
class Row:
    """A text to embed and the positions of the entries it asks for.

    Below zero they are kinds of small talk, see `small_talk.kind_of`.
    """

    text: str
    of: tuple[int, ...]
    after: str = ""  # the text that it leans on


@dataclass(frozen=True)
class Neighbours:
    """The nearest rows of one question: similarities, best first, and each row's entries."""

    scores: npt.NDArray[np.float32]
    of: list[tuple[int, ...]]
    all: bool = False  # there are no others


def fingerprint(folder: Path) -> str:
    """A short name of the content of an FAQ folder: the start of a SHA-256 over its files."""
    digest = hashlib.sha256()
    for name in (ENTRIES_FILE, PHRASINGS_FILE, GLOSSARY_FILE):
        path = folder / name
        digest.update(path.read_bytes() if path.is_file() else b"")
        digest.update(b"\0")
    digest.update(small_talk.FILE.read_bytes())
    return digest.hexdigest()[:16]


def rows_of(faq: Faq) -> list[Row]:
    """The rows of an FAQ: stored questions, small talk, then phrasings."""
    place = {entry.id: n for n, entry in enumerate(faq.entries)}
    rows = []
    for n, entry in enumerate(faq.entries):
        parts = entry.questions if len(entry.questions) > 1 else ()
        texts = (entry.question, *parts, f"{entry.question} {entry.answer}")
        rows += [Row(normalise(text), (n,)) for text in texts]
    rows += [Row(normalise(one.text), one.of) for one in small_talk.examples()]
    rows += [
        Row(normalise(one.text), tuple(place[of] for of in one.of), normalise(one.after))
        for one in faq.phrasings
    ]
    return rows


def embed(rows: Sequence[Row], encoder: Encoder) -> Vectors:
    """The vectors of rows, those that lean on another text read after it."""
    vectors = encoder.encode([row.text for row in rows])
    leaning = [n for n, row in enumerate(rows) if row.after]
    before = encoder.encode([rows[n].after for n in leaning])
    both = encoder.encode([f"{rows[n].after} {rows[n].text}" for n in leaning])
    vectors[leaning] = read_after(before, vectors[leaning], both)
    return vectors


def read_after(before: Vectors, alone: Vectors, both: Vectors) -> Vectors:
    """Unit vectors of texts read after other texts, from those of each and of both in one.

    A follow-up is what it says together with the text before it, more of itself and less of that
    text: of 59 follow-ups on which the encoder was not trained, but by which the two weights were
    chosen, the right entry came first for 56 so, for 45 without.
    """
    vectors = both + LEANS * alone - LEAVES * before
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


class Index:
    """Vectors of an FAQ's rows, searched by inner product."""

    def __init__(
        self, vectors: faiss.Index, of: Sequence[tuple[int, ...]], threads: int = 0
    ) -> None:
        self._vectors = vectors
        self._of = list(of)
        self._threads = available(threads)

    @classmethod
    def of_vectors(cls, vectors: Vectors, of: Sequence[tuple[int, ...]]) -> "Index":
        """An index over `vectors` (rows, dimension), kept in half precision."""
        return cls(nearest.store(vectors), of)

    def __len__(self) -> int:
        return int(self._vectors.ntotal)

    def search(self, vectors: Vectors, limit: int) -> list[Neighbours]:
        """The `limit` nearest rows of each vector, by cosine similarity."""
        # One vector is too little to share out: threads waiting for each other cost more.
        faiss.omp_set_num_threads(1 if len(vectors) == 1 else self._threads)
        scores, rows = self._vectors.search(vectors, min(limit, len(self)))
        return [
            # In cells that hold too few, the places after them are -1.
            Neighbours(line[: len(found)], [self._of[n] for n in found], len(found) == len(self))
            for line, found in zip(scores, map(_found, rows.tolist()), strict=True)
        ]

    def vectors(self) -> Vectors:
        """The vectors of all rows, as they are kept."""
        kept: Vectors = self._vectors.reconstruct_n(0, len(self))
        return kept

    def save(
        self, folder: Path, faq: Faq, version: str, encoder: Encoder, stated: Stated, words: bytes
    ) -> Manifest:
        """Write the index and then its manifest to `folder`; older files go last.

        `words` are kept beside it, as `read_words` gives them back.
        """
        folder.mkdir(parents=True, exist_ok=True)
        lengths = np.array([len(of) for of in self._of], np.int32)
        flat = np.array([n for of in self._of for n in of], np.int32)
        names = {
            f"{version}.faiss": faiss.serialize_index(self._vectors).tobytes(),
            f"{version}.rows": np.concatenate([lengths, flat]).astype("<i4").tobytes(),
            f"{version}.words": words,
        }
        for name, content in names.items():
            replace(folder / name, content)
        manifest = Manifest(
            faq_version=version,
            encoder=encoder.name,
            encoder_sha256=encoder.sha256,
            dimension=encoder.dimension,
            entries=len(faq.entries),
            phrasings=len(faq.phrasings),
            rows=len(self),
            built=datetime.now(UTC).date().isoformat(),
            stated=stated,
            files={name: hashlib.sha256(content).hexdigest() for name, content in names.items()},
        )
        replace(folder / MANIFEST, (manifest.model_dump_json(indent=2) + "\n").encode())
        for old in [path for suffix in KEPT for path in folder.glob(f"*{suffix}")]:
            if old.name not in names:
                old.unlink()
        return manifest

    @classmethod
    def open(cls, folder: Path, threads: int = 0) -> tuple["Index", Manifest]:
        """The index in `folder` and its manifest; `StaleIndexError` where it is not whole.

        `threads` bounds the processors that a search may use; 0 means all.
        """
        manifest = manifest_file.read(folder)
        paths = {Path(name).suffix: folder / name for name in manifest.files}
        for path in paths.values():
            _check(path, manifest)
        if set(paths) != set(KEPT):
            raise StaleIndexError(f"{folder}: the index is of another version")
        numbers = np.fromfile(paths[".rows"], "<i4")
        lengths, flat = numbers[: manifest.rows], numbers[manifest.rows :].tolist()
        ends = np.cumsum(lengths).tolist()
        starts = [0, *ends[:-1]]
        of = [tuple(flat[start:end]) for start, end in zip(starts, ends, strict=True)]
        # Mapped, so that the processes of a machine share it; a file is only ever replaced whole.
        vectors = faiss.read_index(str(paths[".faiss"]), faiss.IO_FLAG_MMAP_IFC)
        return cls(vectors, of, threads), manifest


def read_words(folder: Path, manifest: Manifest) -> bytes:
    """What `Index.save` kept beside the index."""
    (name,) = (name for name in manifest.files if name.endswith(".words"))
    _check(folder / name, manifest)
    return (folder / name).read_bytes()


def _found(rows: list[int]) -> list[int]:
    return rows[: rows.index(-1)] if -1 in rows else rows


def _check(path: Path, manifest: Manifest) -> None:
    """Raise `StaleIndexError` where a file is not the one that the manifest names."""
    if not path.is_file():
        raise StaleIndexError(f"{path}: missing; the index is not whole")
    if sha256(path) != manifest.files[path.name]:
        raise StaleIndexError(f"{path}: damaged; its hash is not that of the manifest")
