"""Rocchio's relevance feedback: a question moves towards what was liked and away from what was not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

LIKED_WEIGHT = 0.75
UNLIKED_WEIGHT = 0.15
"""Weights of what was liked and unliked, beside 1 for the question: what is liked says more."""


def rocchio(question: Vectors, liked: Vectors, unliked: Vectors) -> Vectors:
    """Move the vector of a question by a person's judgements.

    Args:
        question: float32 (dim,), of length 1.
        liked: float32 (n, dim), vectors of the hits that were liked; n may be 0.
        unliked: float32 (m, dim), vectors of those that were not; m may be 0.

    Returns:
        float32 (dim,), of length 1.

    Source: Rocchio, Relevance Feedback in Information Retrieval, in Salton (ed.), The SMART Retrieval System, 1971,
        pages 313-323; with the weights of Manning, Raghavan and Schütze, Introduction to Information Retrieval, 9.1.1.
    """
    moved = question.copy()
    for vectors, weight in ((liked, LIKED_WEIGHT), (unliked, -UNLIKED_WEIGHT)):
        if len(vectors):
            moved += weight * vectors.mean(axis=0)
    unit: Vectors = moved / np.linalg.norm(moved)
    return unit
