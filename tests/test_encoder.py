import json
from pathlib import Path

import numpy as np
import pytest

from chatbot.encoder import GROUPING, Encoder, open_encoder
from chatbot.errors import EncoderError

ROOT = Path(__file__).parent.parent
REFERENCE = json.loads((ROOT / "tests/data/encoder_reference.json").read_text())


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder(ROOT / "index/encoder")


def test_vectors_are_those_of_sentence_transformers_up_to_quantisation(encoder: Encoder) -> None:
    vectors = encoder.encode(REFERENCE["texts"])
    cosines = (vectors * np.array(REFERENCE["vectors"])).sum(axis=1)
    assert cosines.min() > 0.97


def test_vectors_are_unit_float32_rows_in_order(encoder: Encoder) -> None:
    texts = ["who pays", "will training go on and where will it be", "", "who pays"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[0], vectors[3], atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_company_changes_no_vector(encoder: Encoder) -> None:
    texts = REFERENCE["texts"]
    single = np.vstack([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(encoder.encode(texts), single, atol=1e-5)


def test_a_very_long_text_is_cut_and_not_refused(encoder: Encoder) -> None:
    assert encoder.encode(["who pays " * 2000]).shape == (1, 384)


def test_a_folder_without_a_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"holds neither model\.onnx nor"):
        open_encoder(tmp_path)


def test_a_damaged_model_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(EncoderError, match="the encoder cannot be opened"):
        open_encoder(tmp_path)


def test_texts_to_be_grouped_get_other_vectors_beside_their_own(encoder: Encoder) -> None:
    texts = ["who pays", "where do we send the bill", "who pays"]
    vectors, others = encoder.encode_to_group(texts)
    np.testing.assert_array_equal(vectors, encoder.encode(texts))
    assert not np.array_equal(others, vectors)
    np.testing.assert_allclose(np.linalg.norm(others, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(others[0], others[2])
    assert not np.array_equal(others[0], others[1])
    assert encoder.sha256_to_group != encoder.sha256
    assert [one.shape for one in encoder.encode_to_group([])] == [(0, 384)] * 2


def encoder_folder(folder: Path) -> Path:
    for name in ("model.onnx", "tokenizer.json", "config.json"):
        (folder / name).symlink_to(ROOT / "index/encoder" / name)
    return folder


def test_without_layers_for_it_the_same_vectors_group(tmp_path: Path) -> None:
    encoder = open_encoder(encoder_folder(tmp_path))
    vectors, others = encoder.encode_to_group(["who pays"])
    np.testing.assert_array_equal(vectors, others)
    assert encoder.sha256_to_group == encoder.sha256


def test_layers_that_go_on_from_another_encoder_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = open_encoder(encoder_folder(tmp_path))
    (tmp_path / GROUPING).symlink_to(ROOT / "index/encoder" / GROUPING)
    monkeypatch.setitem(vars(encoder), "sha256", "of another")
    with pytest.raises(EncoderError, match=r"grouping\.onnx: was trained on another encoder"):
        encoder.encode_to_group(["who pays"])


def test_damaged_layers_for_it_are_one_sentence(tmp_path: Path) -> None:
    encoder = open_encoder(encoder_folder(tmp_path))
    (tmp_path / GROUPING).write_bytes(b"not a model")
    with pytest.raises(EncoderError, match=r"grouping\.onnx: the encoder cannot be opened"):
        encoder.encode_to_group(["who pays"])
