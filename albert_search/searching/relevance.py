"""Relevance: how a score compares with what unrelated questions score in the same index.

A cosine of 0.5 may be a direct answer in one collection and noise in another, and other models have other scales.
So every index is asked a fixed list of everyday questions on many subjects. The scores of their best hits are a sample
of the null distribution: few of them can be about what the collection is about, and the median does not mind those few.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files

import numpy as np

from albert_search.searching.questions import Question
from albert_search.searching.ranking import Ranker
from albert_search.storage.catalog import Reading
from albert_search.storage.store import Store

GROWTH = 1.5
"""When an index has grown or shrunk by this factor, its null distribution is measured again."""

_NORMAL_MAD = 1.4826
"""Makes the median absolute deviation an estimate of the standard deviation, for normal distributions."""


@dataclass(frozen=True, slots=True)
class NullDistribution:
    """The best scores of unrelated questions in an index, as a normal distribution.

    Attributes:
        middle: Their median, a cosine in [-1, 1].
        spread: How far they scatter, as a standard deviation.
        texts: Distinct texts in the index when this was measured.
    """

    middle: float
    spread: float
    texts: int

    @classmethod
    def fit(cls, best_scores: Sequence[float], texts: int) -> NullDistribution:
        """Describe the best scores of unrelated questions, robustly: a few may be about the collection after all.

        Args:
            best_scores: A cosine for each question, at least one.
            texts: Distinct texts in the index.
        """
        scores = np.asarray(best_scores, dtype=np.float64)
        middle = float(np.median(scores))
        spread = _NORMAL_MAD * float(np.median(np.abs(scores - middle)))
        return cls(middle, max(spread, 1e-3), texts)

    def relevance(self, score: float) -> float:
        """Return the share of unrelated questions that would score lower, in [0, 1]; higher is more relevant.

        Args:
            score: A cosine in [-1, 1].

        >>> NullDistribution(middle=0.4, spread=0.1, texts=9).relevance(0.4)
        0.5
        """
        return 0.5 * (1 + math.erf((score - self.middle) / (self.spread * math.sqrt(2))))

    def outdated_by(self, texts: int) -> bool:
        """Return whether an index of so many texts should be measured again."""
        return not self.texts / GROWTH <= texts <= self.texts * GROWTH


def null_distribution(view: Reading) -> NullDistribution | None:
    """Return the null distribution of an index; None before it was measured."""
    stored = view.state.null_distribution
    return NullDistribution(**stored) if stored else None


def fit(store: Store, view: Reading, questions: Sequence[Question]) -> NullDistribution | None:
    """Measure the null distribution of an index as a view sees it; None where it holds nothing to score.

    Args:
        store: The index.
        view: The state to measure.
        questions: The unrelated questions.
    """
    ranker = Ranker(store, view, None, "semantic")
    best = [ranked[0].score for question in questions if (ranked := ranker.best(question, 1))]
    return NullDistribution.fit(best, view.count("texts")) if best else None


def measure(store: Store, questions: Callable[[], Sequence[Question]]) -> None:
    """Measure the null distribution of an index, if there is none yet or the index has outgrown it.

    Args:
        store: The index; the caller holds the right to write.
        questions: Returns the unrelated questions; called only where they are asked.
    """
    with store.reading() as view:
        texts, known = view.count("texts"), null_distribution(view)
        if not texts or (known is not None and not known.outdated_by(texts)):
            return
        found = fit(store, view, questions())
    if found:
        with store.writing() as batch:
            batch.set_null_distribution(asdict(found))


def unrelated_questions() -> list[str]:
    """Return everyday questions on many subjects."""
    return files("albert_search.searching").joinpath("unrelated_questions.txt").read_text(encoding="utf-8").splitlines()
