"""Whole texts, as the frameworks know them: found once, however many vectors a long one has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from albert_search.index.index import Index
from albert_search.searching.widening import widening
from albert_search.storage.catalog import Where
from albert_search.types import DEFAULT_MODE, DocumentSummary, Hit, Mode


def documents_of(index: Index, where: Where = None) -> list[DocumentSummary]:
    """Return the documents that match a filter, in the order in which they were added."""
    return sorted(index.documents(where), key=lambda document: document.id)


def joined_text(index: Index, uri: str) -> str:
    """Return the text of a document that was indexed elsewhere, as far as the index knows it: its sentences, joined."""
    return " ".join(sentence.text for sentence in index.get(uri))


def nearest_documents(
    index: Index,
    question: str | Sequence[float],
    k: int,
    *,
    where: Where = None,
    mode: Mode = DEFAULT_MODE,
) -> list[Hit]:
    """Find the documents that answer a question best.

    Args:
        index: Where to look.
        question: The question, or its vector, float (dim,).
        k: How many documents; 0 gives none.
        where: Only documents that match; they are chosen before the nearest are.
        mode: Whether to rank by meaning, by words, or by both; a vector ranks by meaning.

    Returns:
        The best hit of each document, best first; fewer than k only where there are no more.
    """
    if k < 1:
        return []

    def ask(width: int) -> list[Hit]:
        if isinstance(question, str):
            return index.search(question, width, where=where, every_copy=True, mode=mode)
        return index.search_vector(question, width, where=where, every_copy=True)

    best: dict[str, Hit] = {}
    for hits in widening(ask, k):
        best = {}
        for hit in hits:
            best.setdefault(hit.uri, hit)
        if len(best) >= k:
            break
    return list(best.values())[:k]


def diverse_documents(
    index: Index,
    question: str | Sequence[float],
    k: int,
    *,
    pool: int,
    relevance: float,
    where: Where = None,
) -> list[Hit]:
    """Find documents that answer a question and differ from each other, by maximal marginal relevance.

    Args:
        index: Where to look.
        question: The question, or its vector, float (dim,).
        k: How many documents.
        pool: How many of the nearest to choose from.
        relevance: Weight of nearness to the question, in [0, 1]; the rest is the weight of difference.
        where: Only documents that match.

    Returns:
        The best hit of each document, in the order in which they were chosen.

    Source: Carbonell, Goldstein: The Use of MMR, Diversity-Based Reranking, SIGIR 1998.
    """
    # Nearness and difference are weighed against each other: both are cosines.
    hits = nearest_documents(index, question, max(k, pool), where=where, mode="semantic")
    if not hits:
        return []
    vectors = index.vectors(hits)
    near = np.array([hit.score for hit in hits], dtype=np.float32)
    chosen, alike = [0], vectors @ vectors[0]
    while len(chosen) < min(k, len(hits)):
        gain = relevance * near - (1 - relevance) * alike
        gain[chosen] = -np.inf
        chosen.append(int(np.argmax(gain)))
        alike = np.maximum(alike, vectors @ vectors[chosen[-1]])
    return [hits[number] for number in chosen[:k]]
