"""Measures of a ranking, by the conventions of trec_eval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

METRICS = ("nDCG@10", "MRR@10", "recall@10", "recall@100", "MAP")
"""Measures of each ranking; each in [0, 1], higher is better."""


def rank(scores: Mapping[str, float]) -> list[str]:
    """Order documents by score.

    Equal scores, compared as float32, are ordered by descending id: a ranking must not gain from the order in which
    its documents were found.

    Args:
        scores: Document id to score; higher is better.

    Returns:
        Document ids, best first.

    Source: trec_eval 9, ``form_res_rels.c``.
    """
    return sorted(scores, key=lambda document: (np.float32(scores[document]), document), reverse=True)


def measure(ranking: Sequence[str], gains: Mapping[str, int]) -> tuple[float, ...]:
    """Measure one ranking.

    Args:
        ranking: Document ids, best first, each once.
        gains: Document id to gain; below 1 is not relevant.

    Returns:
        The values of `METRICS`, in their order; MAP's is the average precision down to the ranking's end.

    >>> [round(value, 2) for value in measure(["b", "a"], {"a": 1})]
    [0.63, 0.5, 1.0, 1.0, 0.5]
    """
    relevant = sorted((gain for gain in gains.values() if gain > 0), reverse=True)
    if not relevant:
        return (0.0,) * len(METRICS)
    ranked = [max(gains.get(document, 0), 0) for document in ranking]
    ranks = [place for place, gain in enumerate(ranked, start=1) if gain]
    return (
        discounted_gain(ranked[:10]) / discounted_gain(relevant[:10]),
        1 / ranks[0] if ranks and ranks[0] <= 10 else 0.0,
        sum(place <= 10 for place in ranks) / len(relevant),
        sum(place <= 100 for place in ranks) / len(relevant),
        sum(count / place for count, place in enumerate(ranks, start=1)) / len(relevant),
    )


def discounted_gain(gains: Sequence[int]) -> float:
    """Return the sum of the gains, each divided by the binary logarithm of its place plus one.

    Source: Järvelin and Kekäläinen 2002, with the discount of Burges et al. 2005; linear gains, as trec_eval has them.
    """
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, start=1))
