"""Eight-bit matrices: near the original, and never beyond what sixteen bits hold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from onnx import TensorProto, helper

from albert_search.albert.compact.activations import DAMPING
from albert_search.albert.compact.quantization import Quantized, quantize_matrix, quantize_table
from albert_search.albert.runtime import load_graph

matrices = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 9), st.integers(1, 4)),
    elements=st.floats(-1e3, 1e3, width=32, allow_subnormal=False),
)


def related(seed: int, *, inputs: int) -> npt.NDArray[np.float64]:
    """Inputs of a matrix that hang together, as activations do: (texts, inputs)."""
    random = np.random.default_rng(seed)
    causes = max(1, inputs // 4)
    return random.standard_normal((4 * inputs, causes)) @ random.standard_normal((causes, inputs))


def rounded(matrix: npt.NDArray[np.float32]) -> Quantized:
    """Round each weight by itself, as inputs that have nothing to do with each other make it."""
    return quantize_matrix(matrix, np.eye(len(matrix)), DAMPING)


def moments_of(inputs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return inputs.T @ inputs


@given(matrices, st.integers(0, 9))
def test_neighbouring_products_fit_sixteen_bits(matrix: npt.NDArray[np.float32], seed: int) -> None:
    moments = moments_of(related(seed, inputs=len(matrix)))
    values = quantize_matrix(matrix, moments, DAMPING).values.astype(np.int64)
    even = values[: len(values) // 2 * 2]
    assert (np.abs(even[0::2] + even[1::2]) * 255 <= np.iinfo(np.int16).max).all()


@given(matrices)
def test_no_weight_is_off_by_more_than_half_a_step(matrix: npt.NDArray[np.float32]) -> None:
    quantized = rounded(matrix)
    error = np.abs(quantized.values * quantized.scales - matrix)
    assert (error <= quantized.scales * 0.5001).all()
    assert (quantized.scales <= np.maximum(np.abs(matrix).max(axis=0) / 63, 1)).all()


@pytest.mark.parametrize("count", [96, 128, 131, 300])
def test_products_with_what_was_measured_lose_less(count: int) -> None:
    inputs = related(0, inputs=count)
    matrix = np.random.default_rng(1).standard_normal((count, 20)).astype(np.float32)

    def lost(quantized: Quantized) -> float:
        return float(np.linalg.norm(inputs @ (quantized.values * quantized.scales - matrix)))

    assert lost(quantize_matrix(matrix, moments_of(inputs), DAMPING)) < 0.6 * lost(rounded(matrix))


def test_inputs_that_are_always_zero_do_no_harm() -> None:
    matrix = np.random.default_rng(1).standard_normal((6, 3)).astype(np.float32)
    found = quantize_matrix(matrix, np.zeros((6, 6)), DAMPING)
    assert (found.values == rounded(matrix).values).all()


@given(matrices)
def test_table_rows_keep_their_largest_value(table: npt.NDArray[np.float32]) -> None:
    quantized = quantize_table(table)
    largest = np.abs(table).max(axis=1)
    assert np.allclose(np.abs(quantized.values * quantized.scales).max(axis=1), largest, rtol=1e-5)


def test_products_are_exact_on_this_processor() -> None:
    """The worst activations against weights that would saturate if neighbours were not held together."""
    random = np.random.default_rng(0)
    weights = rounded(random.choice([-1, 1, 1, 1], (384, 64)).astype(np.float32)).values
    activations = np.full((8, 384), 255, np.uint8)
    node = helper.make_node("MatMulInteger", ["a", "b"], ["y"])
    graph = helper.make_graph(
        [node],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [8, 384])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [8, 64])],
        [helper.make_tensor("b", TensorProto.INT8, [384, 64], weights.tobytes(), raw=True)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    session = load_graph(model.SerializeToString())
    (product,) = session.run(None, {"a": activations})
    assert (product == activations.astype(np.int64) @ weights.astype(np.int64)).all()
