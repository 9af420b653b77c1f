from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from albert_search.evaluation.resampling import RESAMPLES, Figure, average, mean_figures, resamples


def test_intervals_are_those_of_scipys_percentile_bootstrap() -> None:
    values = np.random.default_rng(3).beta(0.5, 0.5, size=200)
    theirs = scipy.stats.bootstrap((values,), np.mean, n_resamples=9999, method="percentile", random_state=1)
    low, high = mean_figures("set", values[:, None])[0].interval
    assert (low, high) == pytest.approx(tuple(theirs.confidence_interval), abs=0.005)


def test_resamples_are_the_same_each_time_and_others_for_other_sets() -> None:
    first, again, other = (np.concatenate(list(resamples(name, 7))) for name in ("a", "a", "b"))
    assert first.shape == (RESAMPLES, 7)
    assert (first.sum(axis=1) == 7).all()
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_difference_is_that_of_the_paired_values() -> None:
    ours, theirs = np.random.default_rng(5).random((2, 60, 1))
    difference = mean_figures("set", ours)[0].minus(mean_figures("set", theirs)[0])
    paired = mean_figures("set", ours - theirs)[0]
    assert difference.value == pytest.approx(paired.value)
    assert difference.resampled == pytest.approx(paired.resampled)


def test_p_values_are_close_to_those_of_a_paired_t_test_where_that_holds() -> None:
    random = np.random.default_rng(11)
    for shift in (0.0, 0.05, 0.1, 0.2):
        ours, theirs = random.normal(shift, 1, 400), random.normal(0, 1, 400)
        expected = scipy.stats.ttest_rel(ours, theirs).pvalue
        figure = mean_figures("set", (ours - theirs)[:, None])[0]
        assert figure.p_value == pytest.approx(expected, abs=0.03)


def test_equal_systems_are_found_different_about_as_often_as_the_level_says() -> None:
    random = np.random.default_rng(7)
    differences = random.normal(0, 1, (80, 300))
    found = [figure.p_value < 0.05 for figure in mean_figures("set", differences)]
    # 300 tests at 5 %: a binomial share, give or take three standard deviations.
    assert 0.05 - 0.038 < np.mean(found) < 0.05 + 0.038


def test_the_same_system_is_not_different_from_itself() -> None:
    figure = Figure(0.5, np.linspace(0, 1, 100))
    assert figure.minus(figure).p_value == 1.0


def test_an_average_counts_every_set_the_same() -> None:
    mean = average([Figure(0.2, np.array([0.1, 0.3])), Figure(0.6, np.array([0.5, 0.9]))])
    assert mean.value == pytest.approx(0.4)
    assert mean.resampled == pytest.approx([0.3, 0.6])
