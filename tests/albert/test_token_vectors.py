"""The rerank head is a linear map of each token's state, and changes nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from albert_search.albert import Encoder
from albert_search.albert.architecture import RERANK_HEAD, Architecture
from albert_search.albert.checkpoint import read_checkpoint, write_checkpoint
from albert_search.albert.compact.building import build_model
from albert_search.albert.compact.products import Precision
from albert_search.albert.float_weights import float_weights
from albert_search.albert.network import AlbertNetwork
from albert_search.errors import ModelError, UsageError

TEXTS = ["the cat sat on the mat", "in may 1990", "the naive dog said 7, 8, 9", ""]
WIDTH = 8


@pytest.fixture(scope="module")
def with_head(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small checkpoint with a random head."""
    folder = tmp_path_factory.mktemp("head")
    sizes, weights = read_checkpoint(checkpoint)
    head = np.random.default_rng(4).normal(size=(WIDTH, sizes.hidden_size)).astype(np.float32)
    write_checkpoint(
        folder, replace(sizes, token_vector_size=WIDTH), {**weights, f"{RERANK_HEAD}.weight": head},
        vocabulary=(checkpoint / "spiece.model").read_bytes(), extra={"max_seq_length": 32},
    )  # fmt: skip
    return folder


def built(checkpoint: Path, folder: Path, precision: Precision = "int8") -> Encoder:
    build_model(checkpoint, folder, precision=precision)
    return Encoder.load(folder, threads=1)


@pytest.mark.parametrize("precision", ["int8", "float32"])
def test_they_are_the_states_times_the_head_at_length_one(
    precision: Precision, with_head: Path, tmp_path: Path
) -> None:
    encoder = built(with_head, tmp_path / "model", precision)
    head = read_checkpoint(with_head)[1][f"{RERANK_HEAD}.weight"]
    for found, states in zip(encoder.token_vectors(TEXTS), encoder.encode_tokens(TEXTS), strict=True):
        expected = states.sequence_output @ head.T
        assert found.shape == (len(states.pieces), WIDTH)
        np.testing.assert_allclose(found, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-5)


def test_the_network_has_the_same(with_head: Path, tmp_path: Path) -> None:
    encoder = built(with_head, tmp_path / "model", "float32")
    batch = encoder.tokenizer.encode(TEXTS, max_tokens=32)
    outputs = AlbertNetwork.load(with_head)(encoder.tokenizer.pad(batch))["token_vectors"].detach().numpy()
    for row, found in enumerate(encoder.token_vectors(TEXTS)):
        np.testing.assert_allclose(outputs[row, : len(found)], found, atol=2e-4)


def test_the_vectors_of_texts_stay_what_they_were(small_model: Path, with_head: Path, tmp_path: Path) -> None:
    encoder = built(with_head, tmp_path / "model")
    np.testing.assert_array_equal(encoder.encode(TEXTS), Encoder.load(small_model, threads=1).encode(TEXTS))


def test_without_a_head_they_are_the_states_at_length_one(encoder: Encoder) -> None:
    for found, states in zip(encoder.token_vectors(TEXTS), encoder.encode_tokens(TEXTS), strict=True):
        expected = states.sequence_output / np.linalg.norm(states.sequence_output, axis=1, keepdims=True)
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_one_text_is_not_taken_for_a_list_of_letters(encoder: Encoder) -> None:
    with pytest.raises(UsageError, match="list of texts"):
        encoder.token_vectors("How old are you?")


def test_the_head_comes_back_out_of_a_graph(with_head: Path, tmp_path: Path) -> None:
    built(with_head, tmp_path / "model")
    sizes, weights = float_weights(tmp_path / "model")
    assert sizes.token_vector_size == WIDTH
    expected = read_checkpoint(with_head)[1][f"{RERANK_HEAD}.weight"]
    np.testing.assert_array_equal(weights[f"{RERANK_HEAD}.weight"], expected)


def test_a_head_of_no_width_is_refused(with_head: Path) -> None:
    sizes = read_checkpoint(with_head)[0]
    with pytest.raises(ModelError, match="token_vector_size must be a whole number above 0"):
        Architecture(**{name: getattr(sizes, name) for name in sizes.__slots__} | {"token_vector_size": 0})
