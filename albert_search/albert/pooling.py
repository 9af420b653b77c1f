"""From the outputs of the graph to one vector for each text."""

from __future__ import annotations

from enum import Enum

from albert_search.errors import ModelError


class Pooling(str, Enum):
    """The output of the graph, (batch, hidden), that becomes the vector."""

    POOLED = "pooled"
    """The pooler's output: a dense layer with tanh over the first token, what ALBERT was trained with."""
    MEAN = "mean"
    """The mean of the sequence output over all tokens that are not padding."""
    CLS = "cls"
    """The sequence output of the first token."""

    @classmethod
    def parse(cls, value: object) -> Pooling:
        """Return the pooling with this name.

        Raises:
            ModelError: There is none.
        """
        for pooling in cls:
            if pooling.value == value:
                return pooling
        raise ModelError(f"the pooling {value!r} is not known; one of {', '.join(cls)} is")

    @property
    def output(self) -> str:
        """Name of the graph's output."""
        return f"{self.value}_output"
