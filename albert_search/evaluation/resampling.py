"""Bootstrap: confidence intervals of figures and paired tests of their differences, over resampled questions.

Every model and mode that is measured on a set is measured on the very same resamples of its questions. So the
difference of two figures, resample by resample, is that of a paired bootstrap.

Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 13 and 16 (percentile intervals); Koehn
2004, Statistical Significance Tests for Machine Translation Evaluation (the paired test).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from albert_search.evaluation.correlation import Counts, Floats

RESAMPLES = 2_000
CONFIDENCE = 0.95
_SEED = 20_190_926
_BLOCK = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, and what it would have been with other questions of the same kind.

    Attributes:
        value: What was measured.
        resampled: float64 (RESAMPLES,): the same, of each resample.
    """

    value: float
    resampled: Floats

    @property
    def interval(self) -> tuple[float, float]:
        """The bounds between which the true value lies with a confidence of `CONFIDENCE`."""
        low, high = np.quantile(self.resampled, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
        return float(low), float(high)

    @property
    def p_value(self) -> float:
        """Two-sided p-value of a difference: the probability of one so far from 0 if the truth were 0, in (0, 1]."""
        lower, upper = (self.resampled <= 0).sum(), (self.resampled >= 0).sum()
        return min(1.0, float(2 * (min(lower, upper) + 1) / (len(self.resampled) + 1)))

    def minus(self, other: Figure) -> Figure:
        """Return the difference from a figure of the same questions."""
        return Figure(self.value - other.value, self.resampled - other.resampled)


def resamples(name: str, items: int) -> Iterator[Counts]:
    """Draw as many items as there are, with replacement, `RESAMPLES` times.

    Args:
        name: Of the set; the same name and number of items give the same resamples.
        items: How many there are.

    Yields:
        int64 (some resamples, items): how often each item was drawn.
    """
    random = np.random.default_rng([_SEED, zlib.crc32(name.encode())])
    for _ in range(RESAMPLES // _BLOCK):
        yield random.multinomial(items, np.full(items, 1 / items), size=_BLOCK)


def mean_figures(name: str, values: Floats) -> list[Figure]:
    """Return the means of some measures over a set's questions.

    Args:
        name: Of the set.
        values: float64 (questions, measures).

    Returns:
        A figure for each measure.
    """
    drawn = np.concatenate([counts @ values for counts in resamples(name, len(values))]) / len(values)
    return [Figure(float(values[:, n].mean()), drawn[:, n]) for n in range(values.shape[1])]


def average(figures: Sequence[Figure]) -> Figure:
    """Return the mean of one measure over several sets, each counting the same."""
    resampled = np.mean([figure.resampled for figure in figures], axis=0)
    return Figure(float(np.mean([figure.value for figure in figures])), resampled)
