"""The compact graph against Hugging Face's ALBERT; see golden/make.py for how the expected values were made."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import onnx
import pytest

from albert_search.albert.architecture import Architecture
from albert_search.albert.compact.graph import build_graph
from albert_search.albert.runtime import load_graph
from tests.support.golden.cases import BASE, CASES, FILE, inputs, random_weights

Arrays = Mapping[str, npt.NDArray[np.float32]]


def run(graph: bytes, feeds: Mapping[str, npt.NDArray[np.int32]]) -> dict[str, npt.NDArray[np.float32]]:
    session = load_graph(graph)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds), strict=True))


def cosines(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return (a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)


def texts() -> list[list[int]]:
    """Random pieces to round by."""
    return np.random.default_rng(0).integers(0, BASE["vocab_size"], (20, 8)).tolist()


@pytest.fixture(scope="module")
def golden() -> Arrays:
    return np.load(FILE)


@pytest.mark.parametrize("case", CASES)
def test_float_graph_agrees_with_hugging_face(case: str, golden: Arrays) -> None:
    architecture = Architecture.from_json(CASES[case])
    weights = random_weights(architecture.shapes())

    outputs = run(build_graph(architecture, weights), inputs())

    real = inputs()["input_mask"] == 1
    sequence = golden[f"{case}/sequence_output"]
    assert np.abs(outputs["sequence_output"] - sequence)[real].max() < 1e-5
    assert np.abs(outputs["pooled_output"] - golden[f"{case}/pooled_output"]).max() < 1e-5
    assert np.abs(outputs["cls_output"] - sequence[:, 0]).max() < 1e-5
    means = [row[mask].mean(axis=0) for row, mask in zip(sequence, real, strict=True)]
    assert np.abs(outputs["mean_output"] - np.array(means)).max() < 1e-5


@pytest.mark.parametrize("case", CASES)
def test_int8_graph_stays_near_hugging_face(case: str, golden: Arrays) -> None:
    architecture = Architecture.from_json(CASES[case])
    weights = random_weights(architecture.shapes())

    outputs = run(build_graph(architecture, weights, texts()), inputs())

    real = inputs()["input_mask"] == 1
    assert cosines(outputs["sequence_output"], golden[f"{case}/sequence_output"])[real].min() > 0.99
    assert cosines(outputs["pooled_output"], golden[f"{case}/pooled_output"]).min() > 0.99


def test_shared_layers_are_stored_once() -> None:
    sizes = {}
    for layers in (2, 12):
        architecture = Architecture.from_json(BASE | {"num_hidden_layers": layers})
        weights = random_weights(architecture.shapes())
        graph = onnx.load_from_string(build_graph(architecture, weights))
        sizes[layers] = sum(np.prod(constant.dims) for constant in graph.graph.initializer)
    assert sizes[2] == sizes[12]


def test_smoothing_helps_where_channels_stick_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few channels thirty times as large as the rest and read with small weights, as training leaves them."""
    architecture = Architecture.from_json(BASE | {"hidden_size": 96, "intermediate_size": 192})
    weights = random_weights(architecture.shapes())
    for name in weights:
        if name.endswith("full_layer_layer_norm.weight"):
            weights[name][:3] *= 30
        if name.endswith(("query.weight", "key.weight", "value.weight")):
            weights[name][:, :3] /= 30
    exact = run(build_graph(architecture, weights), inputs())["sequence_output"][..., 3:]

    def error() -> float:
        rounded = run(build_graph(architecture, weights, texts()), inputs())["sequence_output"][..., 3:]
        return float(np.median(1 - cosines(exact, rounded)[inputs()["input_mask"] == 1]))

    smoothed = error()
    monkeypatch.setattr(
        "albert_search.albert.compact.products.smoothing_scales", lambda activations, _: np.ones_like(activations)
    )
    assert smoothed < error() / 3


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_a_text_has_the_same_vector_in_every_batch(precision: str) -> None:
    architecture = Architecture.from_json(BASE)
    graph = build_graph(architecture, random_weights(architecture.shapes()), texts() if precision == "int8" else None)
    together = run(graph, inputs())
    for row, length in enumerate((10, 7, 4)):
        alone = run(graph, {name: value[row : row + 1, :length] for name, value in inputs().items()})
        assert cosines(alone["mean_output"][0], together["mean_output"][row]) > 0.99999
        assert np.allclose(alone["pooled_output"][0], together["pooled_output"][row], atol=1e-3)
