"""The float weights of a model come back: from its checkpoint, or out of either kind of graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from albert_search.albert import Encoder
from albert_search.albert.checkpoint import read_checkpoint, write_checkpoint
from albert_search.albert.compact.building import build_model
from albert_search.albert.float_weights import float_weights
from albert_search.albert.published.samples import sample_sentences
from albert_search.arrays import normalize_rows
from albert_search.errors import ModelError


def test_a_float_graph_holds_exactly_the_weights(checkpoint: Path, tmp_path: Path) -> None:
    build_model(checkpoint, tmp_path / "model", precision="float32")
    architecture, found = float_weights(tmp_path / "model")
    expected_architecture, expected = read_checkpoint(checkpoint)
    assert architecture == expected_architecture
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        np.testing.assert_array_equal(found[name], tensor, err_msg=name)


def test_an_int8_graph_holds_weights_with_which_vectors_are_the_same(small_model: Path, tmp_path: Path) -> None:
    architecture, weights = float_weights(small_model)
    encoder = Encoder.load(small_model, threads=1)
    write_checkpoint(
        tmp_path / "again", architecture, weights, vocabulary=(small_model / "spiece.model").read_bytes(),
        extra={"max_seq_length": encoder.max_seq_length},
    )  # fmt: skip
    build_model(tmp_path / "again", tmp_path / "float", precision="float32")
    texts = sample_sentences()[:20]
    cosines = (encoder.encode(texts) * Encoder.load(tmp_path / "float", threads=1).encode(texts)).sum(1)
    assert cosines.min() > 0.98, "as near as an int8 graph has to be to float weights"


def test_integers_are_within_half_a_step_of_the_weights(small_model: Path, checkpoint: Path) -> None:
    name = "albert.embeddings.word_embeddings.weight"
    found, expected = float_weights(small_model)[1][name], read_checkpoint(checkpoint)[1][name]
    steps = np.abs(expected).max(axis=1, keepdims=True) / 127
    assert (np.abs(found - expected) <= steps * 0.501).all()
    matrix = "albert.encoder.albert_layer_groups.0.albert_layers.0.attention.key.weight"
    rows = (float_weights(small_model)[1][matrix], read_checkpoint(checkpoint)[1][matrix])
    near = (normalize_rows(rows[0]) * normalize_rows(rows[1])).sum(1)
    assert near.min() > 0.999


def test_the_checkpoint_comes_before_the_graph(small_model: Path, checkpoint: Path, tmp_path: Path) -> None:
    architecture, weights = read_checkpoint(checkpoint)
    folder = tmp_path / "model"
    build_model(checkpoint, folder)
    moved = {name: tensor + 1 for name, tensor in weights.items()}
    write_checkpoint(folder / "checkpoint", architecture, moved, vocabulary=b"")
    np.testing.assert_array_equal(float_weights(folder)[1]["albert.pooler.bias"], moved["albert.pooler.bias"])


def test_no_such_model() -> None:
    with pytest.raises(ModelError, match="no model 'albertine'"):
        float_weights("albertine")
