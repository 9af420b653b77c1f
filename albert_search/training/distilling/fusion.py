"""Several teachers as one: vectors as wide as the first one's, whose cosines are nearly a mean of all teachers'."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def shares_of_cosines(teachers: Sequence[Floats], weights: Sequence[float]) -> tuple[float, ...]:
    """Return what each teacher's cosines count in the fused ones, so that each has the weight it should.

    The cosines of some teachers differ less from text to text than those of others; these are scaled up.

    Args:
        teachers: Each teacher's vectors of the same texts, in no order, float32 (texts, dim), of length 1.
        weights: How much each teacher is to decide.

    Returns:
        Each weight divided by the standard deviation of that teacher's cosines of texts that are drawn at random.
    """
    deviations = [float((vectors[:-1] * vectors[1:]).sum(axis=1).std()) for vectors in teachers]
    return tuple(weight / deviation for weight, deviation in zip(weights, deviations, strict=True))


def fit_fusion(teachers: Sequence[Floats], shares: Sequence[float] | None = None) -> Floats:
    """Find the map from all teachers' vectors, side by side, to fused ones.

    Side by side, the vectors have the mean of all cosines. They are projected onto as many principal directions as the
    first teacher's vectors have dimensions, and turned so as to lie as near to these as they can: a student of the
    first teacher then has little to learn anew.

    Source: Schönemann: A generalized solution of the orthogonal Procrustes problem, Psychometrika 31, 1966.

    Args:
        teachers: Each teacher's vectors of the same texts, float32 (texts, dim), the dim of each its own.
        shares: What each teacher's cosines count; None for all alike.

    Returns:
        float32 (sum of the dims, dim of the first).
    """
    scales = np.sqrt(shares or [1.0] * len(teachers))
    scaled = np.hstack([vectors * scale for vectors, scale in zip(teachers, scales, strict=True)]).astype(np.float64)
    first = teachers[0]
    _, directions = np.linalg.eigh(scaled.T @ scaled)
    principal = directions[:, -first.shape[1] :]
    left, _, right = np.linalg.svd((scaled @ principal).T @ first)
    by_row = np.concatenate([np.full(vectors.shape[1], scale) for vectors, scale in zip(teachers, scales, strict=True)])
    return np.asarray(by_row[:, None] * (principal @ left @ right), np.float32)


def fuse(fusion: Floats, teachers: Sequence[Floats]) -> Floats:
    """Return fused vectors, float32 (texts, dim), of length 1, by the map of ``fit_fusion``."""
    fused = np.hstack(list(teachers)) @ fusion
    return np.asarray(fused / np.linalg.norm(fused, axis=1, keepdims=True), np.float32)


def centred(vectors: Floats, centre: Floats) -> Floats:
    """Return vectors without what all texts' have in common, float32 (texts, dim), of length 1.

    Args:
        vectors: A teacher's, float32 (texts, dim).
        centre: Mean of its vectors of passages, float32 (dim,).
    """
    moved = vectors - centre
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)
