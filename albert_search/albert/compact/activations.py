"""Activations: the left factors of a model's matrices, measured on texts. GPTQ and SmoothQuant go by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from albert_search.albert.runtime import load_graph

DAMPING = 0.03
DAMPING_OF_AN_INPUT = 0.1


class Activations:
    """The left factors of one matrix, as far as they have been seen.

    Attributes:
        rows: How many.
        largest: float32 (inputs,), at least 0: the largest magnitude of each channel.
        moments: float64 (inputs, inputs): sum of the outer products.
    """

    def __init__(self, inputs: int) -> None:
        """Begin without any.

        Args:
            inputs: How many channels there are.
        """
        self.rows = 0
        self.largest = np.zeros(inputs, np.float32)
        self.moments = np.zeros((inputs, inputs))

    def see(self, rows: npt.NDArray[np.float32]) -> None:
        """Take in more of them, float32 (rows, inputs)."""
        self.rows += len(rows)
        np.maximum(self.largest, np.abs(rows).max(axis=0), out=self.largest)
        exact = rows.astype(np.float64)
        self.moments += exact.T @ exact

    @property
    def damping(self) -> float:
        """GPTQ's damping, as a share of the moments' mean size: the fewer rows were seen, the more."""
        return max(DAMPING, DAMPING_OF_AN_INPUT * len(self.largest) / max(self.rows, 1))


def measure(
    graph: bytes, factors: Mapping[str, Sequence[str]], texts: Iterable[Sequence[int]]
) -> dict[str, Activations]:
    """Run texts through a graph and look at what its matrices are multiplied with.

    Args:
        graph: A float graph that has every factor among its outputs.
        factors: Names of the values that a matrix is multiplied with, by the name of the matrix.
        texts: Ids of each text's tokens; at least one text.

    Returns:
        What was seen, by the name of the matrix.
    """
    session = load_graph(graph)
    names = sorted({value for values in factors.values() for value in values})
    seen: dict[str, Activations] = {}
    for text in texts:
        ids = np.array([text], np.int32)
        feeds = {"input_word_ids": ids, "input_mask": np.ones_like(ids), "input_type_ids": np.zeros_like(ids)}
        values = dict(zip(names, session.run(names, feeds), strict=True))
        for name, inputs in factors.items():
            rows = np.vstack([values[value].reshape(-1, values[value].shape[-1]) for value in inputs])
            seen.setdefault(name, Activations(rows.shape[1])).see(rows)
    return seen
