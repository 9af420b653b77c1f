"""What an imported model is compared with: the original, run by code that is not ours wherever there is such code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from albert_search.albert.weights import Weights
from albert_search.errors import ModelError

if TYPE_CHECKING:
    from albert_search.albert.hub import HubModule

Inputs: TypeAlias = Mapping[str, npt.NDArray[np.int32]]
"""``input_word_ids``, ``input_mask`` and ``input_type_ids``, each int32 (batch, tokens)."""

LARGEST_DIFFERENCE = 1e-4
"""Between two outputs that are the same but for rounding, in any of their numbers."""


class Outputs(NamedTuple):
    """What an ALBERT returns.

    Attributes:
        pooled: float32 (batch, hidden).
        sequence: float32 (batch, tokens, hidden).
    """

    pooled: npt.NDArray[np.float32]
    sequence: npt.NDArray[np.float32]


class Original(Protocol):
    """A model in the form that it was published in."""

    @property
    def runner(self) -> str:
        """Who computes the outputs."""

    def run(self, inputs: Inputs) -> Outputs:
        """Run the model."""


class HubOriginal:
    """A TensorFlow Hub module whose outputs are known apart by what they hold, not by name or place."""

    def __init__(self, module: HubModule, weights: Weights) -> None:
        self._module = module
        self._weights = weights
        self._places: tuple[int, int] | None = None

    @property
    def runner(self) -> str:
        """Who computes the outputs."""
        return self._module.runner

    def run(self, inputs: Inputs) -> Outputs:
        """Run the module.

        Raises:
            ModelError: Its outputs are not those of an ALBERT with its variables.
        """
        outputs = self._module.outputs(inputs)
        if self._places is None:
            self._places = self._find(outputs)
        pooled, sequence = self._places
        return Outputs(outputs[pooled], outputs[sequence])

    def _find(self, outputs: list[npt.NDArray[np.float32]]) -> tuple[int, int]:
        """Find the pair of outputs of which the second, put through the pooler's weights, gives the first."""
        weight, bias = self._weights["albert.pooler.weight"], self._weights["albert.pooler.bias"]
        for place, sequence in enumerate(outputs):
            if sequence.ndim != 3 or sequence.shape[-1] != len(bias):
                continue
            expected = np.tanh(sequence[:, 0] @ weight.T + bias)
            for other, pooled in enumerate(outputs):
                if pooled.shape == expected.shape and np.abs(pooled - expected).max() < LARGEST_DIFFERENCE:
                    return other, place
        raise ModelError("this is not an ALBERT: no two of its outputs are a pooled and a sequence output")
