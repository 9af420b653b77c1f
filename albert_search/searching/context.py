"""Sentences in their context: what stands around a sentence helps to tell what it is about.

A sentence alone has often lost its subject. So one whose neighbours are nearer to the question than itself is lifted
by a share of the difference. Their vectors are in the index already; a text that stands alone keeps its score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from albert_search.arrays import Vectors
from albert_search.storage.catalog import Reading
from albert_search.storage.vectors.space import Space

WIDTH = 3
"""Sentences on each side that count."""

SHARE = 0.6
"""Share of the difference by which a sentence is lifted. By meaning alone, with 0, .5 and .75, nDCG@10 is .298, .311
and .319 for documents of `cranfield`, and .835, .848 and .847 for sentences of `xquad-en-sent` in their paragraphs."""


def lifted(score: float, context: float) -> float:
    """Return a cosine as raised by that of its context, if that is higher.

    >>> round(lifted(0.5, 0.7), 6), lifted(0.5, 0.4)
    (0.62, 0.5)
    """
    return score + SHARE * max(0.0, context - score)


def context_cosines(text_ids: Sequence[int], question: Vectors, view: Reading, space: Space) -> dict[int, float]:
    """Return the cosine of a question with the mean of each text and its neighbours, for those that have any.

    Args:
        text_ids: Numbers of texts; of one that stands in several places the first counts.
        question: float32 (dim,), L2-normalised, as texts are compared with it.
        view: The state of the index.
        space: Where the vectors are compared.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for text_id, neighbour in view.neighbours(text_ids, WIDTH):
        groups[text_id].append(neighbour)
    known = view.readable(sorted({neighbour for group in groups.values() for neighbour in group}))
    rows = {text_id: row for row, text_id in enumerate(known)}
    vectors = space.texts(known)
    cosines = {}
    for text_id, group in groups.items():
        around = [rows[neighbour] for neighbour in group if neighbour in rows]
        if len(around) > 1:
            total = vectors[around].sum(axis=0)
            cosines[text_id] = float(total @ question) / max(float(np.linalg.norm(total)), 1e-9)
    return cosines
