import json
from pathlib import Path

import numpy as np
import pytest

from chatbot.encoder import Encoder, open_encoder
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
