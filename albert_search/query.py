"""Questions in, hits out: from nearest texts to sentences with their surroundings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from albert_search.albert import Encoder
from albert_search.catalog import Catalog, Filter, Reading
from albert_search.errors import UsageError
from albert_search.readers import from_text
from albert_search.sentences import Splitter
from albert_search.types import Hit
from albert_search.vector_store import VectorStore
from albert_search.vectors import Ids, Vectors

Ranking: TypeAlias = list[tuple[int, float]]
"""Text numbers and their scores, best first."""

Ranker: TypeAlias = Callable[[int], Ranking]
"""Ranks the best so many texts."""


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How hits are chosen and shown.

    Attributes:
        k: How many hits; fewer only where fewer match.
        min_score: Leave out what scores lower; cosine in [-1, 1].
        where: Only sentences of documents that match; they are chosen before the nearest are.
        context: How many neighbouring sentences to show before and after.
        merge: Whether neighbouring hits of one document become one.
        every_copy: Whether each place of the same text is a hit of its own.
    """

    k: int = 10
    min_score: float = -1.0
    where: Filter | None = None
    context: int = 0
    merge: bool = False
    every_copy: bool = False

    def __post_init__(self) -> None:
        if self.k < 1:
            raise UsageError(f"k must be at least 1, not {self.k}")
        if self.context < 0:
            raise UsageError(f"context must be 0 or more, not {self.context}")


def question_vectors(encoder: Encoder, questions: Sequence[str]) -> Vectors:
    """Encode questions; one that is longer than the model reads is encoded in parts, which are averaged.

    Args:
        encoder: The model that made the index.
        questions: The questions.

    Returns:
        float32 (n, dim), L2-normalised.
    """
    splitter = Splitter(encoder.tokenizer.count, max_tokens=encoder.max_seq_length - 2, unit="document")
    parts = [[part.text for part in splitter.split(from_text(text, "question"))] or [text] for text in questions]
    vectors = encoder.encode([text for group in parts for text in group])
    ends = np.cumsum([len(group) for group in parts])
    means = np.stack([group.mean(axis=0) for group in np.split(vectors, ends[:-1])])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)


class Searcher:
    """Finds the sentences of an index that are nearest to given vectors.

    Args:
        catalog: The index's catalog.
        store: Its vectors.
    """

    def __init__(self, catalog: Catalog, store: VectorStore) -> None:
        self._catalog = catalog
        self._store = store

    def search(self, questions: Vectors, options: SearchOptions) -> list[list[Hit]]:
        """Find the hits of each question.

        Args:
            questions: float32 (n, dim), L2-normalised.
            options: How to choose and show them.

        Returns:
            For each question its hits, best first.
        """
        with self._catalog.reading() as view:
            only = view.text_ids(options.where) if options.where is not None else None
            # One pass for all questions; only a question that comes out short is asked again for more.
            ids, scores = self._store.nearest(view, questions, options.k, only)
            return [
                _collect(view, _ranking(ids[n], scores[n]), self._ranker(view, questions[n : n + 1], only), options)
                for n in range(len(questions))
            ]

    def similar(self, text_id: int, options: SearchOptions) -> list[Hit]:
        """Find the hits nearest to a text that is indexed, itself left out; needs no model.

        Args:
            text_id: Number of the text.
            options: How to choose and show them.

        Returns:
            Hits, best first.
        """
        with self._catalog.reading() as view:
            vector = view.vector(text_id)
            if vector is None:
                return []
            question = (vector / np.linalg.norm(vector)).reshape(1, -1)
            only = view.text_ids(options.where) if options.where is not None else None
            ranker = self._ranker(view, question, only)

            def others(width: int) -> Ranking:
                return [(other, score) for other, score in ranker(width + 1) if other != text_id]

            return _collect(view, others(options.k), others, options)

    def _ranker(self, view: Reading, question: Vectors, only: Ids | None) -> Ranker:
        def rank(width: int) -> Ranking:
            ids, scores = self._store.nearest(view, question, width, only)
            return _ranking(ids[0], scores[0])

        return rank


def _ranking(ids: Ids, scores: Vectors) -> Ranking:
    # float16 vectors are a hair off unit length; a cosine never is.
    pairs = zip(ids.tolist(), np.clip(scores, -1.0, 1.0).tolist(), strict=True)
    return [(text_id, score) for text_id, score in pairs if text_id >= 0]


def _collect(view: Reading, ranking: Ranking, ranker: Ranker, options: SearchOptions) -> list[Hit]:
    """Turn a ranking into k hits, asking for a longer one while texts without a place or merged hits leave fewer."""
    width = options.k
    while True:
        hits = _hits(view, ranking, options)
        exhausted = len(ranking) < width or (bool(ranking) and ranking[-1][1] < options.min_score)
        if len(hits) >= options.k or exhausted:
            return [_with_context(view, hit, options.context) for hit in hits[: options.k]]
        width *= 4
        ranking = ranker(width)


def _hits(view: Reading, ranking: Ranking, options: SearchOptions) -> list[Hit]:
    hits: list[Hit] = []
    for text_id, score in ranking:
        if score < options.min_score or (len(hits) >= options.k and not options.merge):
            break
        found = view.hits(text_id, score, where=options.where, limit=options.k if options.every_copy else 1)
        if found and not options.every_copy:
            found = [replace(found[0], copies=view.places(text_id, options.where) - 1)]
        hits.extend(found)
    return _merged(hits) if options.merge else hits


def _merged(hits: Sequence[Hit]) -> list[Hit]:
    """Make one hit of those that stand side by side in a document; it takes the place and score of its best."""
    runs: list[list[Hit]] = []
    for hit in sorted(hits, key=lambda hit: (hit.document_id, hit.ordinal)):
        last = runs[-1][-1] if runs else None
        if last is not None and (hit.document_id, hit.ordinal - 1) == (last.document_id, last.ordinal):
            runs[-1].append(hit)
        else:
            runs.append([hit])
    return sorted(map(_as_one, runs), key=lambda hit: (-hit.score, hit.text_id))


def _as_one(run: Sequence[Hit]) -> Hit:
    if len(run) == 1:
        return run[0]
    best = max(run, key=lambda hit: hit.score)
    return replace(run[0], text=" ".join(hit.text for hit in run), end=run[-1].end, score=best.score,
                   last_ordinal=run[-1].ordinal, copies=0)  # fmt: skip


def _with_context(view: Reading, hit: Hit, context: int) -> Hit:
    if not context:
        return hit
    before = view.sentences(hit.document_id, hit.ordinal - context, hit.ordinal - 1)
    after = view.sentences(hit.document_id, hit.last_ordinal + 1, hit.last_ordinal + context)
    return replace(hit, before=tuple(s.text for s in before), after=tuple(s.text for s in after))
