"""Reranking: the first candidates of a ranking are read again, token by token, and put in order anew.

Vectors find, words correct, tokens decide: a candidate's score is that of the ranking plus a weight times MaxSim. What
is no candidate keeps its order behind them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from albert_search.errors import UsageError
from albert_search.searching.late_interaction import (
    matching_words,
    maxsim,
    token_cosines,
    words_that_mean_themselves,
)
from albert_search.searching.long_texts import encode_long
from albert_search.searching.ranking import Ranked, rank_score
from albert_search.searching.token_cache import TokenCache
from albert_search.storage.catalog import Reading
from albert_search.types import Match, SentenceEncoder

CANDIDATES = 12
"""Texts that are read again. On `xquad-en-sent` and `wikiqa` nDCG@10 is the same, within .001, from 12 to 50."""

CANDIDATE_TOKENS = 2000
"""Their tokens, at most: long passages are fewer candidates, so that a question costs as little."""

WEIGHT = 1.5
"""Weight of MaxSim beside a cosine. By sentences, with 0, 1, 1.5 and 2, nDCG@10 is .871, .887, .890 and .893 on 300
questions of `xquad-en-sent`, and .796, .818, .820 and .820 on `wikiqa`."""


@dataclass(frozen=True, slots=True)
class RerankedText:
    """A text as a reranker alone ranks it.

    Attributes:
        text: The text.
        position: Its place among the texts that were given, from 0.
        score: The cosine plus `WEIGHT` times MaxSim, in [-2.5, 2.5]; higher is better.
        cosine: Cosine of the question's vector and the text's, in [-1, 1]; higher is nearer.
        maxsim: Mean over the question's tokens of the best cosine with a token of the text, in [-1, 1]; higher is
            better.
        matches: The words of the text that match the question's, in reading order.
    """

    text: str
    position: int
    score: float
    cosine: float
    maxsim: float
    matches: tuple[Match, ...]


class Reranker:
    """Ranks texts by late interaction; safe from several threads.

    Args:
        encoder: The model.

    Raises:
        UsageError: The model has no vectors of tokens.
    """

    def __init__(self, encoder: SentenceEncoder) -> None:
        token_vectors = getattr(encoder, "token_vectors", None)
        if token_vectors is None:
            raise UsageError(f"the model {encoder.name} has no vectors of tokens, which reranking needs")
        self._encoder = encoder
        self._tokens = TokenCache(token_vectors)

    @staticmethod
    def is_possible(encoder: SentenceEncoder) -> bool:
        """Tell whether a model can rerank."""
        return getattr(encoder, "token_vectors", None) is not None

    def rerank(self, question: str, texts: Sequence[str]) -> list[RerankedText]:
        """Rank some texts, wherever they come from, by how well they answer a question; best first."""
        question_vector, *vectors = encode_long(self._encoder, [question, *texts])
        cosines = [max(-1.0, min(1.0, float(vector @ question_vector))) for vector in vectors]
        found = zip(texts, cosines, self._interactions(question, texts), strict=True)
        ranked = [
            RerankedText(text, position, cosine + WEIGHT * similarity, cosine, similarity, matches)
            for position, (text, cosine, (similarity, matches)) in enumerate(found)
        ]
        return sorted(ranked, key=lambda text: (-text.score, text.position))

    def reorder(self, question: str, ranking: Sequence[Ranked], view: Reading) -> list[Ranked]:
        """Put the first candidates of a ranking in order anew.

        Args:
            question: The question.
            ranking: Best first.
            view: The state of the index that was ranked.

        Returns:
            The same texts, best first, each with its `Ranked.reranked`.
        """
        readable = [ranked for ranked in ranking[:CANDIDATES] if not math.isnan(ranked.score)]
        texts = self._affordable(view.searchable_texts([ranked.text_id for ranked in readable]))
        if not texts:
            return list(ranking)
        interactions = self._interactions(question, texts)
        candidates = {
            ranked.text_id: replace(
                ranked, maxsim=similarity, reranked=rank_score(ranked) + WEIGHT * similarity, matches=matches
            )
            for ranked, (similarity, matches) in zip(readable, interactions, strict=False)
        }
        # As if the rest were no better than the worst candidate: added to scores that are lower, that keeps it behind.
        least = WEIGHT * min(similarity for similarity, _ in interactions)
        reranked = [
            candidates.get(ranked.text_id) or replace(ranked, reranked=rank_score(ranked) + least) for ranked in ranking
        ]
        return sorted(reranked, key=lambda ranked: (-rank_score(ranked), ranked.text_id))

    def _interactions(self, question: str, texts: Sequence[str]) -> list[tuple[float, tuple[Match, ...]]]:
        asked, *vectors = self._tokens.vectors([question, *texts])
        count = self._encoder.tokenizer.count
        exact = words_that_mean_themselves(question, count)
        interactions = []
        for text, of_text in zip(texts, vectors, strict=True):
            cosines = token_cosines(asked, of_text)
            for pattern, tokens in exact:
                if not pattern.search(text):
                    cosines[tokens] = 0.0
            interactions.append((maxsim(cosines), matching_words(text, cosines, count)))
        return interactions

    def _affordable(self, texts: Sequence[str]) -> list[str]:
        counts = [min(count, self._encoder.max_seq_length) for count in self._encoder.tokenizer.count(texts)]
        return [text for text, total in zip(texts, accumulate(counts), strict=True) if total <= CANDIDATE_TOKENS]
