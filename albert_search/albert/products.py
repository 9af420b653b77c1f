"""How the compact graph multiplies and looks up: in float32, or with eight-bit integers."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from albert_search.albert.graph_writer import GraphWriter
from albert_search.albert.quantization import Quantized, quantize_matrix, quantize_table

Precision: TypeAlias = Literal["int8", "float32"]

ZERO_POINT = 128
LARGEST_ACTIVATION = 127


class Products(Protocol):
    """What differs between the precisions."""

    def look_up(self, name: str, table: npt.NDArray[np.float32], ids: str) -> str:
        """Add nodes that fetch the rows of a (rows, width) table."""
        ...

    def multiply(self, value: str, name: str, matrix: npt.NDArray[np.float32]) -> str:
        """Add nodes that multiply a (tokens, inputs) value with an (inputs, outputs) matrix."""
        ...


class FloatProducts:
    """Float32 throughout."""

    def __init__(self, graph: GraphWriter) -> None:
        self._graph = graph

    def look_up(self, name: str, table: npt.NDArray[np.float32], ids: str) -> str:
        """Add nodes that fetch the rows of a table."""
        return self._graph.node("Gather", self._graph.constant(name, table), ids)

    def multiply(self, value: str, name: str, matrix: npt.NDArray[np.float32]) -> str:
        """Add nodes that multiply with a matrix."""
        return self._graph.node("MatMul", value, self._graph.constant(name, matrix))


class Int8Products:
    """Matrices and tables as int8; activations are rounded to eight bits, each token by itself.

    ONNX Runtime's own dynamic quantization takes one scale for the whole batch, so a vector depends on the texts beside
    it (cosine down to 0.983 between a sentence alone and the same in a batch). Here every token has a scale of its own:
    a vector is the same in every batch, and nearer to float32.
    """

    def __init__(self, graph: GraphWriter) -> None:
        self._graph = graph
        self._matrices: dict[str, Quantized] = {}

    def look_up(self, name: str, table: npt.NDArray[np.float32], ids: str) -> str:
        """Add nodes that fetch the rows of a table."""
        graph, quantized = self._graph, quantize_table(table)
        rows = graph.node("Gather", graph.constant(name, quantized.values), ids)
        scales = graph.node("Gather", graph.constant(f"{name}.scales", quantized.scales), ids)
        return graph.node("Mul", graph.node("Cast", rows, to=TensorProto.FLOAT), scales)

    def multiply(self, value: str, name: str, matrix: npt.NDArray[np.float32]) -> str:
        """Add nodes that multiply with a matrix."""
        graph = self._graph
        if name not in self._matrices:  # Layers that share weights ask for the same matrix many times.
            self._matrices[name] = quantize_matrix(matrix)
        quantized = self._matrices[name]
        integers, scales = self._round(value)
        product = graph.fused(
            "MatMulIntegerToFloat",
            integers,
            graph.constant(name, quantized.values),
            graph.constant("one", np.float32(1)),
            graph.constant(f"{name}.scales", quantized.scales),
            graph.constant("zero_point", np.uint8(ZERO_POINT)),
        )
        return graph.node("Mul", product, graph.node("Unsqueeze", scales, graph.integers(1)))

    def _round(self, value: str) -> tuple[str, str]:
        """Add nodes that turn (tokens, width) into uint8 and a scale (tokens,)."""
        graph = self._graph
        largest = graph.node("ReduceMax", graph.node("Abs", value), graph.integers(1), keepdims=0)
        above_zero = graph.node("Max", largest, graph.constant("smallest", np.float32(1e-9)))
        scales = graph.node("Mul", above_zero, graph.constant("step", np.float32(1 / LARGEST_ACTIVATION)))
        zero_point = graph.constant("zero_point", np.uint8(ZERO_POINT))
        zero_points = graph.node("Expand", zero_point, graph.node("Shape", scales))
        return graph.node("QuantizeLinear", value, scales, zero_points, axis=0), scales


def products(precision: Precision, graph: GraphWriter) -> Products:
    """Return the products of a precision."""
    return Int8Products(graph) if precision == "int8" else FloatProducts(graph)
