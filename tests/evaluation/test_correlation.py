from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st

from albert_search.evaluation.correlation import pearson, spearman

series = st.lists(st.tuples(st.integers(-3, 3), st.floats(-5, 5, width=16), st.integers(0, 3)), min_size=3, max_size=30)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(pearson, scipy.stats.pearsonr), (spearman, scipy.stats.spearmanr)],
    ids=["pearson", "spearman"],
)
@given(series)
def test_a_resample_is_what_scipy_says_of_the_items_drawn(ours, theirs, rows) -> None:
    first, second = np.array([(float(a), float(b)) for a, b, _ in rows]).T
    counts = np.array([times for _, _, times in rows])
    drawn = np.repeat(np.arange(len(rows)), counts)
    assume(len(drawn) > 1 and np.ptp(first[drawn]) > 0 and np.ptp(second[drawn]) > 1e-3)
    expected = theirs(first[drawn], second[drawn]).statistic
    assert ours(first, second, counts[None, :])[0] == pytest.approx(expected, abs=1e-9)


def test_many_resamples_at_once_are_the_same_as_one_by_one() -> None:
    random = np.random.default_rng(1)
    first, second = random.integers(0, 9, (2, 40)).astype(float)
    counts = random.multinomial(40, np.full(40, 1 / 40), size=7)
    together = spearman(first, second, counts)
    assert together == pytest.approx([spearman(first, second, row[None, :])[0] for row in counts])


def test_a_constant_series_correlates_with_nothing() -> None:
    once = np.ones((1, 3), np.int64)
    assert spearman(np.ones(3), np.arange(3.0), once).tolist() == [0.0]
