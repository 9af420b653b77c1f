"""Learning from pairs alone: a text shall be nearer to its partner than to every other text of the batch.

Where the partner is the text itself, dropout makes the two different, and no labels are needed.

Source: Henderson et al., "Efficient Natural Language Response Suggestion for Smart Reply", arXiv:1705.00652 (in-batch
negatives); Gao, Yao & Chen, "SimCSE", arXiv:2104.08821 (a text and itself, and the temperature 0.05).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from albert_search.albert.network import AlbertNetwork
from albert_search.albert.pooling import Pooling
from albert_search.training.batches import TokenIds, pad
from albert_search.training.objective import encode, text_vectors
from albert_search.training.tuning.examples import Pair

INVERSE_TEMPERATURE = 20.0


@dataclass(frozen=True, slots=True)
class PartnerFigures:
    """Retrieval figures of pairs: each first text looks for its partner among all second texts.

    Attributes:
        accuracy: Share of the texts whose partner comes first, in [0, 1].
        mrr: Mean of one over the partner's rank, in (0, 1]; higher is better.
    """

    accuracy: float
    mrr: float


def contrast(
    student: AlbertNetwork, pooling: Pooling, rows: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> torch.Tensor:
    """Return the cross entropy of choosing each text's partner among those of the batch.

    Args:
        student: What is trained; its dropout is at work.
        pooling: How its outputs become a vector.
        rows: Token ids of both texts of each pair. Where a text occurs twice in a batch, the other's partner is no
            wrong choice and is left out.
    """
    first, second = [pair[0] for pair in rows], [pair[1] for pair in rows]
    inputs = pad([*first, *second])
    vectors = text_vectors(student(inputs, training=True), inputs["input_mask"], pooling)
    scores = INVERSE_TEMPERATURE * vectors[: len(rows)] @ vectors[len(rows) :].T
    doubtful = torch.from_numpy(_same(first) | _same(second)).fill_diagonal_(False)
    scores = scores.masked_fill(doubtful.to(scores.device), -torch.inf)
    return functional.cross_entropy(scores, torch.arange(len(rows), device=scores.device))


def find_partners(
    first: npt.NDArray[np.float32], second: npt.NDArray[np.float32], pairs: Sequence[Pair]
) -> PartnerFigures:
    """Look for each pair's second text among all second texts.

    Args:
        first: Vectors of the first texts, float32 (pairs, dim), of length 1.
        second: Vectors of the second texts, likewise.
        pairs: The texts: a partner of an equal first text is as good, and an equal second text is the partner.
    """
    scores = (first @ second.T).astype(np.float64)
    known = set(pairs)
    right = np.array([[(a, b) in known for _, b in pairs] for a, _ in pairs])
    best = np.where(right, scores, -np.inf).max(1, keepdims=True)
    distinct = ~np.triu(_same([b for _, b in pairs]), 1).any(0)  # equal texts take one place in a ranking
    ranks = 1 + ((scores >= best) & ~right & distinct).sum(1)
    return PartnerFigures(float((ranks == 1).mean()), float((1 / ranks).mean()))


def evaluate(
    network: AlbertNetwork, pooling: Pooling, rows: Sequence[TokenIds], pairs: Sequence[Pair]
) -> PartnerFigures:
    """Look for partners with a network; ``rows`` are the token ids of the first texts, and of the second ones."""
    first, second = (encode(network, side, pooling) for side in rows)
    return find_partners(first, second, pairs)


def _same(texts: Sequence[object]) -> npt.NDArray[np.bool_]:
    """Return which texts are equal, bool (texts, texts)."""
    return np.array([[one == other for other in texts] for one in texts])
