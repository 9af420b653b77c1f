"""``/embed``, ``/similarity`` and ``/v1/embeddings`` give what the encoder gives."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from albert_search.albert import Encoder

TEXTS = ["How old are you?", "what is your age?", "I like my phone"]


@pytest.fixture(scope="module")
def vectors(tiny_model: Path) -> Any:
    return Encoder.load(tiny_model, threads=1).encode(TEXTS)


def test_embed(reading: Any, vectors: Any) -> None:
    answer = reading.post("/embed", json={"texts": TEXTS}).json()
    assert answer["dim"] == vectors.shape[1]
    np.testing.assert_allclose(answer["vectors"], vectors, atol=1e-5)


def test_similarity_is_the_cosine_of_each_with_each(reading: Any, vectors: Any) -> None:
    scores = np.array(reading.post("/similarity", json={"texts": TEXTS}).json()["scores"])
    lengths = np.linalg.norm(vectors, axis=1)
    np.testing.assert_allclose(scores, vectors @ vectors.T / np.outer(lengths, lengths), atol=1e-5)
    assert scores.max() <= 1


def test_openai_floats_and_base64_agree(reading: Any, vectors: Any) -> None:
    request = {"input": TEXTS, "model": "text-embedding-3-small"}
    floats = reading.post("/v1/embeddings", json=request).json()
    packed = reading.post("/v1/embeddings", json={**request, "encoding_format": "base64"}).json()
    assert [item["index"] for item in floats["data"]] == [0, 1, 2]
    for plain, coded, vector in zip(floats["data"], packed["data"], vectors, strict=True):
        np.testing.assert_allclose(plain["embedding"], vector, atol=1e-5)
        np.testing.assert_array_equal(
            np.frombuffer(base64.b64decode(coded["embedding"]), "<f4"), np.float32(plain["embedding"])
        )


def test_openai_says_which_model_answered_and_counts_tokens(reading: Any, tiny_model: Path) -> None:
    encoder = Encoder.load(tiny_model, threads=1)
    answer = reading.post("/v1/embeddings", json={"input": TEXTS[0], "model": "any"}).json()
    assert (answer["object"], answer["model"], len(answer["data"])) == ("list", encoder.name, 1)
    assert answer["usage"]["prompt_tokens"] == encoder.tokenizer.count(TEXTS[:1])[0]


@pytest.mark.parametrize(
    ("path", "wrong", "status"),
    [
        ("/embed", {"texts": []}, 422),
        ("/embed", {"texts": ["x"] * 257}, 422),
        ("/embed", {"texts": ["x" * 100_001]}, 422),
        ("/similarity", {"texts": ["x"] * 101}, 422),
        ("/v1/embeddings", {"input": [[1, 2, 3]]}, 422),
        ("/v1/embeddings", {"input": "x", "dimensions": 7}, 400),
        ("/v1/embeddings", {"input": "x", "encoding_format": "int8"}, 422),
    ],
)
def test_out_of_bounds(reading: Any, path: str, wrong: dict[str, Any], status: int) -> None:
    answer = reading.post(path, json=wrong)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message"}
