"""The Keras network computes what the ONNX graph, built from the same weights, computes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from keras import ops
from safetensors.numpy import load_file

from albert_search.albert.checkpoint import read_checkpoint, write_checkpoint
from albert_search.albert.compact.graph import build_graph
from albert_search.albert.network import AlbertNetwork
from albert_search.albert.runtime import load_graph
from albert_search.errors import ModelError
from tests.support.networks import architecture, random_weights
from tests.support.paths import SHIPPED_FLOAT

IDS = np.array([[2, 7, 9, 4, 3], [2, 5, 3, 0, 0]], np.int32)
INPUTS = {
    "input_word_ids": IDS,
    "input_mask": np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], np.int32),
    "input_type_ids": np.array([[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]], np.int32),
}


@pytest.mark.parametrize("activation", ["gelu_new", "gelu", "relu"])
@pytest.mark.parametrize("groups", [1, 2, 3])
def test_outputs_are_those_of_the_graph(groups: int, activation: str) -> None:
    sizes = architecture(groups, activation)
    weights = random_weights(sizes)
    network = AlbertNetwork(sizes)
    network.assign_tensors(weights)
    outputs = network({name: ops.convert_to_tensor(array) for name, array in INPUTS.items()})
    session = load_graph(build_graph(sizes, weights))
    pooled, sequence = session.run(["pooled_output", "sequence_output"], INPUTS)
    visible = INPUTS["input_mask"].astype(bool)
    np.testing.assert_allclose(ops.convert_to_numpy(outputs["pooled_output"]), pooled, atol=2e-4)
    np.testing.assert_allclose(ops.convert_to_numpy(outputs["sequence_output"])[visible], sequence[visible], atol=2e-4)


def test_a_checkpoint_comes_back_as_it_was_written(tmp_path: Path) -> None:
    sizes = architecture(2)
    weights = random_weights(sizes)
    write_checkpoint(tmp_path, sizes, weights, vocabulary=b"")
    written = AlbertNetwork.load(tmp_path)
    write_checkpoint(tmp_path / "again", sizes, written.tensors(), vocabulary=b"")
    for name, tensor in read_checkpoint(tmp_path / "again")[1].items():
        np.testing.assert_array_equal(tensor, weights[name], err_msg=name)


def test_a_clone_trains_on_from_the_float_weights_of_the_model_that_ships() -> None:
    kept = load_file(SHIPPED_FLOAT / "model.safetensors")
    weights = AlbertNetwork.load("albert-search-small", trainable=False).tensors()
    assert {name.removeprefix("albert.") for name in weights} == kept.keys()
    for name, tensor in weights.items():
        np.testing.assert_array_equal(tensor, kept[name.removeprefix("albert.")].astype(np.float32), err_msg=name)


def test_some_layers_and_then_the_others_are_all_layers() -> None:
    network = AlbertNetwork(architecture(2))
    states = ops.convert_to_tensor(np.random.default_rng(1).normal(size=(2, 5, 16)).astype(np.float32))
    mask = ops.convert_to_tensor(INPUTS["input_mask"])
    lower = network.transform(states, mask, end=2)
    np.testing.assert_allclose(
        ops.convert_to_numpy(network.transform(lower, mask, first=2)),
        ops.convert_to_numpy(network.transform(states, mask)),
        atol=1e-5,
    )


def test_a_network_that_is_not_to_be_trained_has_nothing_to_train() -> None:
    assert AlbertNetwork(architecture(2), trainable=False).trainable_variables == []
    assert len(AlbertNetwork(architecture(2)).trainable_variables) == len(architecture(2).shapes())


def test_weights_of_another_size_are_refused() -> None:
    with pytest.raises(ModelError, match=r"shape"):
        AlbertNetwork(architecture(2)).assign_tensors(
            random_weights(architecture(2)) | {"albert.pooler.bias": np.zeros(3, np.float32)}
        )


def test_segments_go_by_either_name() -> None:
    network = AlbertNetwork(architecture(1))
    renamed = {name.replace("input_type_ids", "segment_ids"): array for name, array in INPUTS.items()}
    np.testing.assert_array_equal(
        ops.convert_to_numpy(network(INPUTS)["pooled_output"]), ops.convert_to_numpy(network(renamed)["pooled_output"])
    )


def test_dropout_is_for_training_alone() -> None:
    network = AlbertNetwork(architecture(1), dropout=0.5)
    twice = [ops.convert_to_numpy(network(INPUTS, training=True)["pooled_output"]) for _ in range(2)]
    assert np.abs(twice[0] - twice[1]).max() > 1e-3
    plain = AlbertNetwork(architecture(1))
    plain.assign_tensors(network.tensors())
    np.testing.assert_array_equal(
        ops.convert_to_numpy(network(INPUTS)["sequence_output"]), ops.convert_to_numpy(plain(INPUTS)["sequence_output"])
    )


FROZEN = """
from albert_search.albert.published.quiet_tensorflow import loading_tensorflow
with loading_tensorflow():
    from albert_search.albert.network import AlbertNetwork
for trainable in (False, True):
    network = AlbertNetwork.load({folder!r}, trainable=trainable)
    print(sum(variable.trainable for variable in network.variables))
network.trainable = False
print(sum(variable.trainable for variable in network.variables))
"""


@pytest.mark.parametrize("backend", ["tensorflow", "torch"])
def test_a_frozen_network_has_no_weights_that_a_model_around_it_would_train(tmp_path: Path, backend: str) -> None:
    sizes = architecture(1)
    write_checkpoint(tmp_path, sizes, random_weights(sizes), vocabulary=b"")
    code = FROZEN.format(folder=str(tmp_path))
    environment = {**os.environ, "KERAS_BACKEND": backend}
    done = subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["0", "25", "0"]
