"""Two teachers as one: vectors, as wide as the first teacher's, whose cosines are nearly the mean of both teachers'."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def fit_fusion(first: Floats, second: Floats) -> Floats:
    """Find the map from both teachers' vectors, side by side, to fused ones.

    Side by side, the vectors have the mean of both cosines. They are projected onto as many principal directions as the
    first teacher's vectors have dimensions, and turned so as to lie as near to these as they can: a student of the
    first teacher then has little to learn anew.

    Source: Schönemann: A generalized solution of the orthogonal Procrustes problem, Psychometrika 31, 1966.

    Args:
        first: The first teacher's vectors of some texts, float32 (texts, dim).
        second: The second teacher's, float32 (texts, other dim).

    Returns:
        float32 (dim + other dim, dim).
    """
    both = np.hstack([first, second]).astype(np.float64)
    _, directions = np.linalg.eigh(both.T @ both)
    principal = directions[:, -first.shape[1] :]
    left, _, right = np.linalg.svd((both @ principal).T @ first)
    return np.asarray(principal @ left @ right, np.float32)


def fuse(fusion: Floats, first: Floats, second: Floats) -> Floats:
    """Return fused vectors, float32 (texts, dim), of length 1, by the map of ``fit_fusion``."""
    fused = np.hstack([first, second]) @ fusion
    return np.asarray(fused / np.linalg.norm(fused, axis=1, keepdims=True), np.float32)
