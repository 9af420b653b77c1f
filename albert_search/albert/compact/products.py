"""Matrix products and table look-ups of the compact graph: in float32, or with eight-bit integers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from albert_search.albert.compact.activations import Activations
from albert_search.albert.compact.graph_writer import GraphWriter
from albert_search.albert.compact.quantization import Quantized, quantize_matrix, quantize_table
from albert_search.albert.compact.smoothing import smoothing_scales

Precision: TypeAlias = Literal["int8", "float32"]
FloatArray: TypeAlias = npt.NDArray[np.float32]

CENTRE = 128
NEAR_ZERO = 16


class Products(Protocol):
    """The part of a graph that differs between the precisions."""

    def look_up(self, name: str, table: FloatArray, ids: str) -> str:
        """Add nodes that fetch the rows of a (rows, width) table."""
        ...

    def multiply(self, value: str, name: str, matrix: FloatArray, *, one_sided: bool = False) -> str:
        """Add nodes that multiply a (tokens, inputs) value with an (inputs, outputs) matrix.

        Args:
            value: The left factor.
            name: Name of the matrix; the same name means the same matrix.
            matrix: The right factor.
            one_sided: Whether the value reaches far above zero but only a little below, as after an activation.
        """
        ...


class FloatProducts:
    """Float32 throughout.

    Attributes:
        factors: The left factors that each matrix, by its name, is multiplied with.
    """

    def __init__(self, graph: GraphWriter) -> None:
        self._graph = graph
        self.factors: dict[str, list[str]] = {}

    def look_up(self, name: str, table: FloatArray, ids: str) -> str:
        """Add nodes that fetch the rows of a table."""
        return self._graph.node("Gather", self._graph.constant(name, table), ids)

    def multiply(self, value: str, name: str, matrix: FloatArray, *, one_sided: bool = False) -> str:  # noqa: ARG002
        """Add nodes that multiply with a matrix."""
        self.factors.setdefault(name, []).append(value)
        return self._graph.node("MatMul", value, self._graph.constant(name, matrix))


class Int8Products:
    """Matrices and tables as int8; activations are rounded to eight bits, each token by itself.

    ONNX Runtime's own dynamic quantization takes one scale for the whole batch, so that a vector depends on the texts
    beside it: with the starting weights the cosine between a sentence alone and the same in a batch falls to 0.983.
    Here every token has a scale of its own: a vector is the same in every batch, and nearer to float32 (``smoothing``
    and ``quantization`` have the rest of it). Measured on 600 sentences as cosine to float32, smallest and mean:
    0.9860 and 0.9938 there, 0.9976 and 0.9988 here, at the same speed. ``MatMulNBits`` with eight bits and blocks of 32
    is nearer still (0.9988 and 0.9994) but takes two and a half times as long.
    """

    def __init__(self, graph: GraphWriter, activations: Mapping[str, Activations]) -> None:
        """Write into a graph.

        Args:
            graph: The graph.
            activations: What each matrix, by its name, is multiplied with.
        """
        self._graph = graph
        self._activations = activations
        self._matrices: dict[str, tuple[Quantized, FloatArray | None]] = {}

    def look_up(self, name: str, table: FloatArray, ids: str) -> str:
        """Add nodes that fetch the rows of a table."""
        graph, quantized = self._graph, quantize_table(table)
        rows = graph.node("Gather", graph.constant(name, quantized.values), ids)
        scales = graph.node("Gather", graph.constant(f"{name}.scales", quantized.scales), ids)
        return graph.node("Mul", graph.node("Cast", rows, to=TensorProto.FLOAT), scales)

    def multiply(self, value: str, name: str, matrix: FloatArray, *, one_sided: bool = False) -> str:
        """Add nodes that multiply with a matrix."""
        graph = self._graph
        if name not in self._matrices:  # Layers that share weights ask for the same matrix many times.
            self._matrices[name] = self._round(name, matrix, smooth=not one_sided)
        quantized, scales = self._matrices[name]
        if scales is not None:
            value = graph.node("Mul", value, graph.constant(f"{name}.smoothing", 1 / scales))
        step = self._one_sided_step(value) if one_sided else self._step(value)
        zero = (
            graph.constant("near_zero", np.uint8(NEAR_ZERO))
            if one_sided
            else graph.constant("centre", np.uint8(CENTRE))
        )
        integers = graph.node(
            "QuantizeLinear", value, step, graph.node("Expand", zero, graph.node("Shape", step)), axis=0
        )
        product = graph.fused(
            "MatMulIntegerToFloat",
            integers,
            graph.constant(name, quantized.values),
            graph.constant("one", np.float32(1)),
            graph.constant(f"{name}.scales", quantized.scales),
            zero,
        )
        return graph.node("Mul", product, graph.node("Unsqueeze", step, graph.integers(1)))

    def _round(self, name: str, matrix: FloatArray, *, smooth: bool) -> tuple[Quantized, FloatArray | None]:
        """Return a matrix rounded, and the SmoothQuant scales of its left factor; None for none."""
        seen = self._activations[name]
        if not smooth:
            return quantize_matrix(matrix, seen.moments, seen.damping), None
        scales = smoothing_scales(seen.largest, matrix)
        moments = seen.moments / np.outer(scales, scales)
        return quantize_matrix(matrix * scales[:, None], moments, seen.damping), scales

    def _step(self, value: str) -> str:
        """Add nodes for the value of one integer step, (tokens,), where zero is in the middle of the integers."""
        largest = self._graph.node("ReduceMax", self._graph.node("Abs", value), self._graph.integers(1), keepdims=0)
        return self._above_zero(self._times(largest, 1 / (255 - CENTRE)))

    def _one_sided_step(self, value: str) -> str:
        """The same where zero is near the lower end, which leaves almost twice as many integers to the upper side."""
        largest = self._graph.node("ReduceMax", value, self._graph.integers(1), keepdims=0)
        smallest = self._graph.node("ReduceMin", value, self._graph.integers(1), keepdims=0)
        upper, lower = self._times(largest, 1 / (255 - NEAR_ZERO)), self._times(smallest, -1 / NEAR_ZERO)
        return self._above_zero(self._graph.node("Max", upper, lower))

    def _times(self, value: str, factor: float) -> str:
        return self._graph.node("Mul", value, self._graph.constant(f"times_{factor:.6f}", np.float32(factor)))

    def _above_zero(self, value: str) -> str:
        return self._graph.node("Max", value, self._graph.constant("smallest_step", np.float32(1e-12)))
