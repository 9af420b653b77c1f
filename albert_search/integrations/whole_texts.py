"""Whole texts, as the frameworks know them: found once, however many vectors a long one has."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from albert_search.index.index import Index
from albert_search.storage.catalog import Where
from albert_search.types import DocumentSummary, Hit, Mode


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
    mode: Mode = "semantic",
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

    def ask(width: int) -> list[Hit]:
        if isinstance(question, str):
            return index.search(question, width, where=where, every_copy=True, mode=mode)
        return index.search_vector(question, width, where=where, every_copy=True)

    return _first_of_each(ask, k)


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
    hits = nearest_documents(index, question, max(k, pool), where=where)
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


def rank_score(hit: Hit) -> float:
    """Return what a hit was ranked by; higher is better, and the range is that of the mode."""
    if hit.fused is not None:
        return hit.fused
    return hit.keyword if hit.keyword is not None else hit.score


def _first_of_each(ask: Callable[[int], list[Hit]], k: int) -> list[Hit]:
    """Keep the first hit of each document, asking for more while several of one leave fewer than k."""
    width = k
    while k > 0:
        hits = ask(width)
        first: dict[str, Hit] = {}
        for hit in hits:
            first.setdefault(hit.uri, hit)
        if len(first) >= k or len(hits) < width:
            return list(first.values())[:k]
        width *= 4
    return []
