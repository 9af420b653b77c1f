"""Spreads vectors that a raw ALBERT crowds into one narrow cone, so that their cosines tell texts apart.

The vectors of an index are moved so that their mean is zero, and stretched so that they vary alike in all directions.

Source: Su et al., "Whitening Sentence Representations for Better Semantics and Faster Retrieval", arXiv:2103.15316;
Mu & Viswanath, "All-but-the-Top", arXiv:1702.01417.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from albert_search.errors import UsageError

Vectors = npt.NDArray[np.float32]

FEWEST_TEXTS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Whitening:
    """A transform of vectors.

    Attributes:
        mean: float32 (dim,): what is taken from each vector.
        matrix: float32 (dim, dim), symmetric: what each is then multiplied with.
    """

    mean: Vectors
    matrix: Vectors

    @classmethod
    def fit(cls, batches: Iterable[Vectors]) -> Whitening:
        """Learn the transform from vectors.

        Few vectors say little about most directions. So the measured covariance is mixed with one that is the same in
        all of them; with n vectors of width dim, that has the share dim / (n + dim).

        Args:
            batches: float32 (n, dim) each, L2-normalised.

        Raises:
            UsageError: They are too few, or all the same.
        """
        count, total, products = 0, np.float64(0), np.float64(0)
        for batch in batches:
            exact = batch.astype(np.float64)
            count, total, products = count + len(exact), total + exact.sum(0), products + exact.T @ exact
        if count < FEWEST_TEXTS:
            raise UsageError(f"{count} texts are too few to whiten vectors by: at least {FEWEST_TEXTS} are needed")
        mean = total / count
        covariance = products / count - np.outer(mean, mean)
        even = np.trace(covariance) / len(mean)
        if even < np.finfo(np.float32).eps:
            raise UsageError("all texts have the same vector: there is nothing to whiten vectors by")
        share = len(mean) / (count + len(mean))
        variances, directions = np.linalg.eigh((1 - share) * covariance + share * even * np.eye(len(mean)))
        matrix = (directions / np.sqrt(variances)) @ directions.T
        return cls(mean.astype(np.float32), matrix.astype(np.float32))

    def apply(self, vectors: Vectors) -> Vectors:
        """Transform vectors, float32 (n, dim); what comes out has length 1, and a vector that is the mean is zero."""
        moved = (vectors - self.mean) @ self.matrix
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        spread: Vectors = np.divide(moved, lengths, out=np.zeros_like(moved), where=lengths > 0)
        return spread

    def to_bytes(self) -> tuple[bytes, bytes]:
        """Return the mean and the matrix as bytes, float32, little endian."""
        return self.mean.astype("<f4").tobytes(), self.matrix.astype("<f4").tobytes()

    @classmethod
    def from_bytes(cls, mean: bytes, matrix: bytes) -> Whitening:
        """Make the transform anew from what `to_bytes` returned."""
        centre = np.frombuffer(mean, "<f4").astype(np.float32)
        return cls(centre, np.frombuffer(matrix, "<f4").astype(np.float32).reshape(len(centre), len(centre)))
