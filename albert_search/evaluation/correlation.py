"""Correlations of many resamples at once: a resample is how often each pair was drawn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def pearson(first: Floats, second: Floats, counts: Counts) -> Floats:
    """Correlate two series.

    Args:
        first: float64 (items,), or (resamples, items) where they differ by resample.
        second: The same of the other series.
        counts: int64 (resamples, items): how often each item was drawn.

    Returns:
        float64 (resamples,), in [-1, 1]; 0 where a series is constant.
    """
    total = counts.sum(axis=1, keepdims=True)
    first, second = (series - (series * counts).sum(axis=1, keepdims=True) / total for series in (first, second))
    together = (counts * first * second).sum(axis=1)
    apart = np.sqrt((counts * first * first).sum(axis=1) * (counts * second * second).sum(axis=1))
    return np.asarray(np.divide(together, apart, out=np.zeros_like(together), where=apart > 0))


def spearman(first: Floats, second: Floats, counts: Counts) -> Floats:
    """Correlate the ranks of two series, equal values sharing the mean of their ranks.

    Args:
        first: float64 (items,).
        second: float64 (items,).
        counts: int64 (resamples, items): how often each item was drawn.

    Returns:
        float64 (resamples,), in [-1, 1]; 0 where a series is constant.
    """
    return pearson(_ranks(first, counts), _ranks(second, counts), counts)


def _ranks(values: Floats, counts: Counts) -> Floats:
    """Return each item's rank in each resample, float64 (resamples, items)."""
    _, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = np.add.reduceat(counts[:, order], starts, axis=1)
    below = np.cumsum(sizes, axis=1) - sizes
    return np.asarray((below + (sizes + 1) / 2)[:, group])
