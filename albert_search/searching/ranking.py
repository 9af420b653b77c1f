"""Ranks the texts of an index for one question: by meaning, by words, or by both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from albert_search.arrays import Ids
from albert_search.searching.questions import Question
from albert_search.storage.catalog import Filter, Reading
from albert_search.storage.store import Store
from albert_search.storage.vectors.space import Space
from albert_search.types import Hit, Mode

POOL = 100
"""Texts that each side of a hybrid ranking puts forward, at least."""

LEAST_WEIGHT, MOST_WEIGHT = 0.1, 0.8
"""Worth of sharing the best match's words in a hybrid ranking, as a cosine: where the meaning tells texts apart,
and where words alone do."""

FALL = 5
"""Exponent by which the one falls to the other."""

RUNNERS_UP = slice(5, 15)
"""Places of the texts that the best is held against; before them stand other good answers."""

FEW_TEXTS_WEIGHT = 0.25
"""Worth of the words where there are not as many texts."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A text and what speaks for it.

    Attributes:
        text_id: Number of the text.
        score: Cosine with the question, in [-1, 1]; higher is nearer. NaN where the model cannot read one of the two.
        keyword: BM25 of the question's words, 0 and up; higher is better. None where words were not looked at.
        fused: What a hybrid ranking goes by, in [-1, 1.8]; higher is better. None in other modes.
    """

    text_id: int
    score: float
    keyword: float | None = None
    fused: float | None = None


class Ranker:
    """Ranks the texts of one view of an index for one question.

    Args:
        store: The index.
        view: The state of it that is ranked.
        where: Only texts of documents that match.
        mode: What to rank by.
    """

    def __init__(self, store: Store, view: Reading, where: Filter | None, mode: Mode) -> None:
        self._store = store
        self._view = view
        self._space = Space(view)
        self._where = where
        self._mode = mode
        self._only: Ids | None = view.text_ids(where) if where is not None else None

    def best(self, question: Question, width: int) -> list[Ranked]:
        """Return the best so many texts, best first; fewer only where there are no more."""
        if self._mode == "semantic":
            return self._by_meaning(question, width)
        if self._mode == "keyword":
            return self._by_words(question, width)
        return self._by_both(question, width)

    def _by_meaning(self, question: Question, width: int) -> list[Ranked]:
        if not question.understood:
            return []
        ids, scores = self._store.nearest(self._view, self._space.questions(question.vector), width, self._only)
        # float16 vectors are a hair off unit length; a cosine never is.
        pairs = zip(ids[0].tolist(), np.clip(scores[0], -1.0, 1.0).tolist(), strict=True)
        return [Ranked(text_id, score) for text_id, score in pairs if text_id >= 0]

    def _by_words(self, question: Question, width: int) -> list[Ranked]:
        found = self._view.words.matches(question.text, width, self._where)
        cosines = self._cosines(question, [text_id for text_id, _ in found])
        return [Ranked(text_id, cosines.get(text_id, math.nan), bm25) for text_id, bm25 in found]

    def _by_both(self, question: Question, width: int) -> list[Ranked]:
        """Fuse both rankings by a weighted sum of the scores, not the ranks, which say less.

        Source: Bruch, Gai, Ingber: An Analysis of Fusion Functions for Hybrid Retrieval, arXiv:2210.11934.
        """
        pool = max(width, POOL)
        meaning = {ranked.text_id: ranked.score for ranked in self._by_meaning(question, pool)}
        words = dict(self._view.words.matches(question.text, pool, self._where))
        meaning |= self._cosines(question, [text_id for text_id in words if text_id not in meaning])
        fused = _fuse(meaning, words)
        return sorted(fused, key=lambda ranked: (-(ranked.fused or 0.0), ranked.text_id))[:width]

    def _cosines(self, question: Question, text_ids: list[int]) -> dict[int, float]:
        text_ids = self._view.readable(text_ids) if question.understood else []
        if not text_ids:
            return {}
        vector = self._space.questions(question.vector)[0]
        scores = np.clip(self._space.texts(text_ids) @ vector, -1.0, 1.0)
        return dict(zip(text_ids, scores.tolist(), strict=True))


def rank_score(hit: Hit) -> float:
    """Return what a hit was ranked by; higher is better, and the range is that of the mode."""
    return next(score for score in (hit.fused, hit.keyword, hit.score) if score is not None)


def _fuse(meaning: dict[int, float], words: dict[int, float]) -> list[Ranked]:
    worth = _worth_of_words(sorted(meaning.values(), reverse=True), list(words.values()))
    ranked = []
    for text_id in meaning | words:
        score, keyword = meaning.get(text_id, math.nan), words.get(text_id, 0.0)
        # What cannot be read is as far as what has nothing to do with the question.
        ranked.append(Ranked(text_id, score, keyword, (0.0 if math.isnan(score) else score) + worth * keyword))
    return ranked


def _worth_of_words(cosines: list[float], keywords: list[float]) -> float:
    """Return what a point of BM25 is worth as a cosine, for one question.

    Words that many texts share alike say little about which of them answers, and they are needed less where the meaning
    tells texts apart. On five retrieval sets (nDCG@10) this has .7173 on average, the best constant weight .7169; and
    where words mislead, on `wikiqa`, it has .801 and the constant .767. Meaning alone has .802 there.

    Args:
        cosines: Of the texts that are near, best first.
        keywords: BM25 of the texts that share words with the question, best first.
    """
    if not keywords:
        return 0.0
    others = [0.0] * (RUNNERS_UP.stop - len(keywords))
    stands_out = 1 - _alike([*keywords, *others])
    weight = FEW_TEXTS_WEIGHT
    if len(cosines) >= RUNNERS_UP.stop:
        weight = LEAST_WEIGHT + (MOST_WEIGHT - LEAST_WEIGHT) * _alike(cosines) ** FALL
    return weight * stands_out / keywords[0]


def _alike(scores: list[float]) -> float:
    """Return how near the runners-up come to the best, in [0, 1]; 1 where nothing is near.

    Args:
        scores: Best first.
    """
    best = scores[0] if scores else 0.0
    return max(0.0, fmean(scores[RUNNERS_UP]) / best) if best > 0 else 1.0
