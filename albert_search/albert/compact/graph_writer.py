"""Writes an ONNX graph node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

FUSED = "com.microsoft"
OPSET = 20
IR_VERSION = 9


class GraphWriter:
    """Collects nodes and constants; every method returns the name of what it adds."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: npt.ArrayLike) -> str:
        """Store an array under a name; a name that is there already keeps what it has."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def integers(self, *values: int) -> str:
        """Store a vector of integers, as axes and shapes are given."""
        return self.constant("integers_" + "_".join(map(str, values)), np.array(values, np.int64))

    def integer(self, value: int) -> str:
        """Store one integer."""
        return self.constant(f"integer_{value}", np.array(value, np.int64))

    def node(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add an ONNX operator with one output, named ``output`` if that is given."""
        return self._add(operator, inputs, "", output, attributes)

    def fused(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add one of ONNX Runtime's own operators."""
        return self._add(operator, inputs, FUSED, "", attributes)

    def split(self, value: str, parts: int, *, axis: int) -> list[str]:
        """Cut a value into equal parts."""
        outputs = [f"split_{len(self._nodes)}_{part}" for part in range(parts)]
        self._nodes.append(helper.make_node("Split", [value], outputs, axis=axis, num_outputs=parts))
        return outputs

    def model(self, inputs: Mapping[str, Sequence[str]], outputs: Mapping[str, Sequence[str | int]]) -> bytes:
        """Return the finished graph.

        Args:
            inputs: The axes of each int32 input by its name.
            outputs: The axes of each float32 output by its name.
        """
        graph = helper.make_graph(
            self._nodes,
            "albert",
            [helper.make_tensor_value_info(name, TensorProto.INT32, axes) for name, axes in inputs.items()],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, axes) for name, axes in outputs.items()],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="albert-search")
        return bytes(model.SerializeToString())

    def _add(
        self, operator: str, inputs: Sequence[str], domain: str, output: str, attributes: Mapping[str, Any]
    ) -> str:
        output = output or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output
