"""What a score means in one index: how it compares with what unrelated questions score there.

A cosine of 0.5 may be a direct answer in one collection and noise in another, and other models have other scales.
So every index is asked a fixed list of everyday questions on many subjects. What their best hits score is the index's
background: few of them can be about what the collection is about, and the median does not mind those few.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from albert_search.storage.catalog import Reading

GROWTH = 1.5
"""When an index has grown or shrunk by this factor, its background is measured again."""

_NORMAL_MAD = 1.4826
"""What makes the median absolute deviation an estimate of the standard deviation, for normal distributions."""


@dataclass(frozen=True, slots=True)
class Background:
    """What unrelated questions score in an index.

    Attributes:
        middle: Median score of their best hits, a cosine in [-1, 1].
        spread: How far these scores scatter, as a standard deviation.
        texts: Distinct texts in the index when this was measured.
    """

    middle: float
    spread: float
    texts: int

    @classmethod
    def of(cls, best_scores: Sequence[float], texts: int) -> Background:
        """Describe the best scores of unrelated questions, robustly: a few may be about the collection after all."""
        scores = np.asarray(best_scores, dtype=np.float64)
        middle = float(np.median(scores))
        spread = _NORMAL_MAD * float(np.median(np.abs(scores - middle)))
        return cls(middle, max(spread, 1e-3), texts)

    def relevance(self, score: float) -> float:
        """Return the share of unrelated questions that would score lower, in [0, 1]; higher is more relevant.

        Args:
            score: A cosine in [-1, 1].
        """
        return 0.5 * (1 + math.erf((score - self.middle) / (self.spread * math.sqrt(2))))

    def outdated_by(self, texts: int) -> bool:
        """Return whether an index of so many texts should be measured again."""
        return not self.texts / GROWTH <= texts <= self.texts * GROWTH


def unrelated_questions() -> list[str]:
    """Return everyday questions on many subjects."""
    return files("albert_search.searching").joinpath("unrelated_questions.txt").read_text(encoding="utf-8").splitlines()


BACKGROUND = "background"
"""Setting: what unrelated questions score."""


def background_of(view: Reading) -> Background | None:
    """Return what unrelated questions score in an index; None before it was measured."""
    measured = view.setting(BACKGROUND)
    return Background(**measured) if measured else None
