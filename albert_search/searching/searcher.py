"""Questions in, hits out: from nearest texts to sentences with their surroundings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from albert_search.searching.options import SearchOptions
from albert_search.searching.questions import Question
from albert_search.searching.ranking import Ranked, Ranker
from albert_search.searching.relevance import NullDistribution, null_distribution
from albert_search.searching.widening import widening
from albert_search.storage.catalog import Reading
from albert_search.storage.store import Store
from albert_search.types import Hit


class Searcher:
    """Finds the sentences of an index that answer a question.

    Args:
        store: The index.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def search(self, questions: Sequence[Question], options: SearchOptions) -> list[list[Hit]]:
        """Find the hits of each question.

        Args:
            questions: The questions.
            options: How to choose and show them.

        Returns:
            For each question its hits, best first.
        """
        with self._store.reading() as view:
            ranker = Ranker(self._store, view, options.where, options.mode)
            null = null_distribution(view)
            return [_collect(view, partial(ranker.best, question), options, null) for question in questions]

    def similar(self, text_id: int, options: SearchOptions) -> list[Hit]:
        """Find the hits nearest to a text that is indexed, itself left out; needs no model.

        Args:
            text_id: Number of the text.
            options: How to choose and show them.

        Returns:
            Hits, best first.
        """
        with self._store.reading() as view:
            vector = view.vectors_of([text_id])
            if not len(vector):
                return []
            ranker = Ranker(self._store, view, options.where, "semantic")
            question = Question(vector / np.linalg.norm(vector))

            def others(width: int) -> list[Ranked]:
                return [ranked for ranked in ranker.best(question, width + 1) if ranked.text_id != text_id]

            return _collect(view, others, options, null_distribution(view))


def _collect(
    view: Reading, best: Callable[[int], list[Ranked]], options: SearchOptions, null: NullDistribution | None
) -> list[Hit]:
    """Turn a ranking into k hits, asking for a longer one while low scores, copies or merged hits leave fewer."""
    hits: list[Hit] = []
    for ranking in widening(best, options.k):
        hits = _hits(view, ranking, options, null)
        if len(hits) >= options.k or not ranking or _too_low(ranking[-1], options, null):
            break
    return [_with_context(view, hit, options.context) for hit in hits[: options.k]]


def _too_low(last: Ranked, options: SearchOptions, null: NullDistribution | None) -> bool:
    """Tell whether nothing that comes after the last of a ranking can score as high as was asked for."""
    if options.mode == "keyword":
        return False  # whatever its score, every text that shares a word is ranked, and they are not many
    highest = last.score if last.fused is None else last.fused  # what fuses to less has a lower cosine, too
    unlike = null is not None and null.relevance(highest) < options.min_relevance
    return unlike or highest < options.min_score


def _hits(view: Reading, ranking: Sequence[Ranked], options: SearchOptions, null: NullDistribution | None) -> list[Hit]:
    hits: list[Hit] = []
    for ranked in ranking:
        relevance = null.relevance(ranked.score) if null else None
        if ranked.score < options.min_score or (relevance is not None and relevance < options.min_relevance):
            continue
        if len(hits) >= options.k and not options.merge:
            break
        places = view.places(ranked.text_id, where=options.where, limit=options.k if options.every_copy else 1)
        copies = 0 if options.every_copy else view.count_places(ranked.text_id, options.where) - 1
        hits.extend(
            Hit.at(
                place,
                ranked.score,
                keyword=ranked.keyword,
                fused=ranked.fused,
                rank=len(hits) + n,
                relevance=relevance,
                copies=copies,
            )
            for n, place in enumerate(places)
        )
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
    return sorted(map(_as_one, runs), key=lambda hit: hit.rank)


def _as_one(run: Sequence[Hit]) -> Hit:
    first, last = run[0], run[-1]
    best = min(run, key=lambda hit: hit.rank)
    text = " ".join(hit.text for hit in run)
    return replace(best, text=text, start=first.start, end=last.end, line=first.line, page=first.page,
                   ordinal=first.ordinal, last_ordinal=last.ordinal)  # fmt: skip


def _with_context(view: Reading, hit: Hit, context: int) -> Hit:
    if not context:
        return hit
    before = view.sentences(hit.document_id, hit.ordinal - context, hit.ordinal - 1)
    after = view.sentences(hit.document_id, hit.last_ordinal + 1, hit.last_ordinal + context)
    return replace(hit, before=tuple(s.text for s in before), after=tuple(s.text for s in after))
