"""Arrays that many parts share, and what is computed with them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from albert_search.errors import UsageError

Ids = npt.NDArray[np.int64]


Vectors = npt.NDArray[np.float32]

UNIT_TOLERANCE = 2e-3
"""By how much the length of a unit vector may differ from 1: float16 keeps eleven bits of each number."""


def normalize_rows(matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Scale each row of a (n, dim) matrix to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: npt.NDArray[np.float32] = np.divide(matrix, lengths, out=np.zeros_like(matrix), where=lengths > 0)
    return scaled


def are_unit_rows(matrix: Vectors) -> bool:
    """Return whether each row of a (n, dim) matrix is of length 1, to three digits; NaN is of no length.

    >>> are_unit_rows(np.array([[0.6, 0.8]])), are_unit_rows(np.array([[0.0, 0.0]]))
    (True, False)
    """
    return bool((np.abs(np.linalg.norm(matrix, axis=1) - 1) < UNIT_TOLERANCE).all())


def similarity_matrix(vectors: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return the cosine of every vector with every other.

    Args:
        vectors: (n, dim); they need not be of length 1.

    Returns:
        float32, (n, n), symmetric: cosines in [-1, 1], 1 for the same direction, and 0 with a vector of
        zeros.

    Raises:
        UsageError: The vectors are no table of numbers.
    """
    table = np.asarray(vectors, np.float64)
    if table.ndim != 2:
        raise UsageError(f"vectors must be a table of shape (n, dim), not of shape {table.shape}")
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    unit = np.divide(table, lengths, out=np.zeros_like(table), where=lengths > 0)
    cosines: npt.NDArray[np.float32] = np.clip(unit @ unit.T, -1, 1).astype(np.float32)
    return cosines
