"""The original that an imported model is compared with, run by code that is not ours wherever there is such code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Inputs: TypeAlias = Mapping[str, npt.NDArray[np.int32]]
"""``input_word_ids``, ``input_mask`` and ``input_type_ids``, each int32 (batch, tokens)."""

LARGEST_DIFFERENCE = 1e-4
"""Between two outputs that are the same but for rounding, in any of their numbers."""


class Outputs(NamedTuple):
    """Both outputs of an ALBERT.

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
        """The program that computes the outputs."""

    def run(self, inputs: Inputs) -> Outputs:
        """Run the model."""
