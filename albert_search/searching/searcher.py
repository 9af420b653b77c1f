"""Questions in, hits out: from nearest texts to sentences with their surroundings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate

import numpy as np

from albert_search.searching.options import SearchOptions
from albert_search.searching.questions import Question
from albert_search.searching.ranking import Ranked, Ranker
from albert_search.searching.relevance import NullDistribution, fit, null_distribution
from albert_search.searching.reranking import CANDIDATES, Reranker
from albert_search.searching.widening import widening
from albert_search.storage.catalog import AllOf, Filter, Reading
from albert_search.storage.store import Store
from albert_search.types import Hit, Place


class Searcher:
    """Finds the sentences of an index that answer a question.

    Args:
        store: The index.
        unrelated: Returns the unrelated questions; called where relevance is asked for before it was measured, as when
            the first run was killed.
    """

    def __init__(self, store: Store, unrelated: Callable[[], Sequence[Question]]) -> None:
        self._store = store
        self._unrelated = unrelated

    def search(
        self, questions: Sequence[Question], options: SearchOptions, reranker: Reranker | None = None
    ) -> list[list[Hit]]:
        """Find the hits of each question.

        Args:
            questions: The questions.
            options: How to choose and show them.
            reranker: Puts the first candidates in order anew.

        Returns:
            For each question its hits, best first.
        """
        with self._store.reading() as view:
            null = null_distribution(view)
            if null is None and options.min_relevance > 0:
                null = fit(self._store, view, self._unrelated())
            ranker = Ranker(self._store, view, options.where, options.mode)
            hits = []
            for question in questions:
                narrowed, ranking = options, ranker
                if question.where is not None:
                    narrowed = replace(options, where=_both(options.where, question.where))
                    ranking = Ranker(self._store, view, narrowed.where, options.mode)
                hits.append(
                    _collect(view, _best(view, ranking, question, reranker), _Judge(view, question, null), narrowed)
                )
            return hits

    def similar(self, text_id: int, options: SearchOptions) -> list[Hit]:
        """Find the hits nearest to a text that is indexed, itself left out; needs no model.

        Args:
            text_id: Number of the text.
            options: How to choose and show them.

        Returns:
            Hits, best first; none for a text that the model cannot read.
        """
        with self._store.reading() as view:
            vector = view.vectors_of([text_id])
            if not len(vector):
                return []
            ranker = Ranker(self._store, view, options.where, "semantic")
            question = Question(vector / np.linalg.norm(vector))

            def others(width: int) -> list[Ranked]:
                return [ranked for ranked in ranker.best(question, width + 1) if ranked.text_id != text_id]

            return _collect(view, others, _Judge(view, question, null_distribution(view)), options)


def _both(first: Filter | None, second: Filter) -> Filter:
    return second if first is None else AllOf((first, second))


class _Judge:
    """Says how relevant hits are to one question, where that is known.

    Args:
        view: The state of the index.
        question: The question.
        null: What unrelated questions score in the index.
    """

    def __init__(self, view: Reading, question: Question, null: NullDistribution | None) -> None:
        self._view = view
        self._question = question
        self._null = null if question.understood else None

    def relevance(self, ranked: Ranked, place: Place) -> float | None:
        """Return the relevance of a hit; None where its text or its language says nothing to the model.

        What holds a phrase, or a rare string, letter by letter is what was asked for, whatever the model makes of it.
        """
        if self._null is None:
            return None
        if self._question.phrases or ranked.literal >= 1:
            return 1.0
        if math.isnan(ranked.score):
            return None
        related = self._question.relates_to(self._view.words.language_of(place.document_id))
        return self._null.relevance(ranked.score) if related else None

    def relevance_at_most(self, score: float) -> float:
        """Return the highest relevance that a score may have."""
        return self._null.relevance(score) if self._null is not None else 1.0


def _best(
    view: Reading, ranker: Ranker, question: Question, reranker: Reranker | None
) -> Callable[[int], list[Ranked]]:
    """Return what ranks the best so many texts of a question, or some more where candidates are read again."""
    if reranker is None or not question.understood:
        return partial(ranker.best, question)
    return lambda width: reranker.reorder(question.text, ranker.best(question, max(width, CANDIDATES)), view)


def _collect(view: Reading, best: Callable[[int], list[Ranked]], judge: _Judge, options: SearchOptions) -> list[Hit]:
    """Turn a ranking into k hits, asking for a longer one while low scores, copies or merged hits leave fewer."""
    hits: list[Hit] = []
    for ranking in widening(best, options.k):
        hits = _hits(view, ranking, judge, options)
        if len(hits) >= options.k or not ranking or _too_low(ranking, judge, options):
            break
    return [_with_context(view, hit, options.context) for hit in hits[: options.k]]


def _too_low(ranking: Sequence[Ranked], judge: _Judge, options: SearchOptions) -> bool:
    """Tell whether nothing that comes after a ranking can score as high as was asked for."""
    if options.mode == "keyword":
        return False  # whatever its score, every text that shares a word is ranked, and they are not many
    # What fuses to less has a lower cosine, too. A reranking changes the order of a ranking, not what is in it.
    highest = min(ranked.score if ranked.fused is None else ranked.fused for ranked in ranking)
    return judge.relevance_at_most(highest) < options.min_relevance or highest < options.min_score


def _hits(view: Reading, ranking: Sequence[Ranked], judge: _Judge, options: SearchOptions) -> list[Hit]:
    hits: list[Hit] = []
    for ranked in ranking:
        if len(hits) >= options.k and not options.merge:
            break
        for place in view.places(ranked.text_id, where=options.where, limit=options.k if options.every_copy else 1):
            relevance = judge.relevance(ranked, place)
            if _left_out(ranked.score, relevance, options):
                continue
            copies = 0 if options.every_copy else view.count_places(ranked.text_id, options.where) - 1
            hits.append(
                Hit.at(
                    place,
                    ranked.score,
                    keyword=ranked.keyword,
                    fused=ranked.fused,
                    context_score=ranked.context_score,
                    maxsim=ranked.maxsim,
                    reranked=ranked.reranked,
                    matches=ranked.matches,
                    rank=len(hits),
                    relevance=relevance,
                    copies=copies,
                )
            )
    return _merged(hits) if options.merge else hits


def _left_out(score: float, relevance: float | None, options: SearchOptions) -> bool:
    """Tell whether a hit is below what was asked for; one whose score or relevance is not known is, if any was."""
    too_low = options.min_score > -1 and not score >= options.min_score
    return too_low or (options.min_relevance > 0 and (relevance is None or relevance < options.min_relevance))


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
    starts = accumulate((len(hit.text) + 1 for hit in run), initial=0)
    matches = tuple(
        replace(match, start=match.start + start, end=match.end + start)
        for hit, start in zip(run, starts, strict=False)
        for match in hit.matches
    )
    return replace(best, text=text, matches=matches, start=first.start, end=last.end, line=first.line, page=first.page,
                   ordinal=first.ordinal, last_ordinal=last.ordinal)  # fmt: skip


def _with_context(view: Reading, hit: Hit, context: int) -> Hit:
    if not context:
        return hit
    before = view.sentences(hit.document_id, hit.ordinal - context, hit.ordinal - 1)
    after = view.sentences(hit.document_id, hit.last_ordinal + 1, hit.last_ordinal + context)
    return replace(hit, before=tuple(s.text for s in before), after=tuple(s.text for s in after))
