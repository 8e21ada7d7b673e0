import shutil
from pathlib import Path

import numpy as np
import pytest

from chatbot import faq as faq_files
from chatbot import manifest as manifest_file
from chatbot import nearest
from chatbot.encoder import Encoder, open_encoder
from chatbot.errors import StaleIndexError
from chatbot.faq import Entry, Faq, Phrasing, Source
from chatbot.index import Index, fingerprint, rows_of
from chatbot.manifest import Stated
from chatbot.small_talk import Kind, examples, kind_of
from chatbot.text import normalise

ROOT = Path(__file__).parent.parent
STATED = Stated(precision=0.95, threshold=0.9, measured=None)
SOURCE = Source(document="Parks", as_of="2026-01")
FAQ = Faq(
    entries=(
        Entry(
            id="p-1", number="1", question="Are dogs allowed?", answer="On a lead.", source=SOURCE
        ),
        Entry(
            id="p-2",
            number="2",
            question="When do you open? When do you close?",
            questions=("When do you open?", "When do you close?"),
            answer="At eight, and at dusk.",
            source=SOURCE,
        ),
    ),
    phrasings=(
        Phrasing(text="may I bring my puppy", of=("p-1",)),
        Phrasing(text="where is the car park", of=()),
    ),
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder(ROOT / "index/encoder")


def build(faq: Faq, encoder: Encoder) -> Index:
    rows = rows_of(faq)
    return Index.of_vectors(encoder.encode([row.text for row in rows]), [row.of for row in rows])


TALK = len(examples())  # rows of small talk, which every index holds


def test_rows_are_questions_with_their_parts_and_answers_then_small_talk_then_phrasings() -> None:
    rows = [(row.text, row.of) for row in rows_of(FAQ)]
    assert rows[:6] + rows[6 + TALK :] == [
        ("are dogs allowed", (0,)),
        ("are dogs allowed on a lead", (0,)),
        ("when do you open when do you close", (1,)),
        ("when do you open", (1,)),
        ("when do you close", (1,)),
        ("when do you open when do you close at eight and at dusk", (1,)),
        ("may i bring my puppy", (0,)),
        ("where is the car park", ()),
    ]
    assert [(text, of) for text, of in rows[6 : 6 + TALK]] == [
        (normalise(one.text), one.of) for one in examples()
    ]


def test_a_row_of_small_talk_tells_its_kind_and_is_of_no_entry() -> None:
    for row, example in zip(rows_of(FAQ)[6 : 6 + TALK], examples(), strict=True):
        if example.kind in (Kind.INJECTION, Kind.GIBBERISH):
            assert row.of == ()
        else:
            (number,) = row.of
            assert number < 0
            assert kind_of(number) == example.kind


def test_a_row_is_its_own_nearest(encoder: Encoder) -> None:
    index = build(FAQ, encoder)
    found = index.search(encoder.encode(["where is the car park", "are dogs allowed"]), 3)
    assert found[0].of[0] == ()
    assert found[1].of[0] == (0,)
    assert found[1].scores[0] == pytest.approx(1, abs=0.01)
    assert len(found[0].scores) == 3


def test_half_precision_search_agrees_with_exact_search() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(2000, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    questions = vectors[:50] + 0.05 * rng.normal(size=(50, 384)).astype(np.float32)
    index = Index.of_vectors(vectors, [(n,) for n in range(2000)])
    exact = np.argsort(-(questions @ vectors.T), axis=1)[:, :10]
    found = index.search(questions, 10)
    shared = [len({n for (n,) in one.of} & set(row)) for one, row in zip(found, exact, strict=True)]
    assert np.mean(shared) > 9.8


def test_a_large_index_in_cells_is_saved_mapped_and_searched(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "EXACT", 1_000)
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(10, 384)).repeat(200, 0) + rng.normal(size=(2000, 384))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    index = Index.of_vectors(vectors, [(n,) for n in range(2000)])
    index.save(tmp_path, FAQ, "abc", encoder, STATED, b"{}")
    opened, _ = Index.open(tmp_path)
    assert np.allclose(opened.vectors(), vectors, atol=1e-3)
    cells = opened._vectors
    for probes in (cells.nlist, 1):  # all, and too few for so many neighbours
        cells.nprobe = probes
        found = opened.search(vectors[:20], 300)
        assert [one.of[0] for one in found] == [(n,) for n in range(20)]
        assert all(len(one.of) == len(one.scores) > 0 for one in found)
        assert all(np.isfinite(one.scores).all() and not one.all for one in found)
    assert min(len(one.of) for one in found) < 300


def test_saved_and_opened_it_is_the_same(tmp_path: Path, encoder: Encoder) -> None:
    index = build(FAQ, encoder)
    manifest = index.save(tmp_path, FAQ, "abc", encoder, STATED, b"{}")
    opened, read = Index.open(tmp_path)
    assert read == manifest
    assert (read.rows, read.entries, read.phrasings, read.dimension) == (8 + TALK, 2, 2, 384)
    questions = encoder.encode(["puppies", "hello"])
    for after, before in zip(
        opened.search(questions, 8 + TALK), index.search(questions, 8 + TALK), strict=True
    ):
        assert after.of == before.of


def test_saving_anew_leaves_only_the_new_files(tmp_path: Path, encoder: Encoder) -> None:
    index = build(FAQ, encoder)
    index.save(tmp_path, FAQ, "old", encoder, STATED, b"{}")
    index.save(tmp_path, FAQ, "new", encoder, STATED, b"{}")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "manifest.json",
        "new.faiss",
        "new.rows",
        "new.words",
    ]


def test_a_crash_before_the_manifest_leaves_the_old_index_whole(
    tmp_path: Path, encoder: Encoder
) -> None:
    build(FAQ, encoder).save(tmp_path, FAQ, "old", encoder, STATED, b"{}")
    (tmp_path / "new.faiss").write_bytes(b"half a fi")
    (tmp_path / "manifest.json.new").write_bytes(b"{")
    _, manifest = Index.open(tmp_path)
    assert manifest.faq_version == "old"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: (folder / "v.faiss").unlink(), "missing"),
        (lambda folder: (folder / "v.rows").write_bytes(b"1234"), "damaged"),
        (lambda folder: (folder / "manifest.json").unlink(), "no index has been built"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "not a manifest"),
    ],
)
def test_an_index_that_is_not_whole_is_refused(
    tmp_path: Path, encoder: Encoder, spoil, sentence: str
) -> None:
    build(FAQ, encoder).save(tmp_path, FAQ, "v", encoder, STATED, b"{}")
    spoil(tmp_path)
    with pytest.raises(StaleIndexError, match=sentence):
        Index.open(tmp_path)


def test_the_fingerprint_changes_with_each_file(tmp_path: Path) -> None:
    names = (faq_files.ENTRIES_FILE, faq_files.PHRASINGS_FILE, faq_files.GLOSSARY_FILE)
    for name in names:
        shutil.copy(ROOT / name, tmp_path)
    seen = {fingerprint(tmp_path)}
    for name in names:
        with (tmp_path / name).open("a") as file:
            file.write("\n")
        seen.add(fingerprint(tmp_path))
    assert len(seen) == 4


def test_the_committed_index_belongs_to_the_committed_files() -> None:
    manifest = manifest_file.read(ROOT / "index")
    assert manifest.faq_version == fingerprint(ROOT)
    assert manifest.encoder_sha256 == open_encoder(ROOT / "index/encoder").sha256
