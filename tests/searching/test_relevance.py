"""Relevance is the normal distribution's; expected values come from its published table."""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np
import pytest

from albert_search import Index
from albert_search.searching.relevance import NullDistribution, unrelated_questions
from albert_search.storage.catalog import Catalog


@pytest.mark.parametrize(("deviations", "share"), [(0, 0.5), (1, 0.8413), (2, 0.9772), (-1, 0.1587), (3, 0.9987)])
def test_relevance_is_the_share_of_a_normal_distribution_below(deviations: float, share: float) -> None:
    null = NullDistribution(middle=0.3, spread=0.1, texts=10)
    assert null.relevance(0.3 + 0.1 * deviations) == pytest.approx(share, abs=1e-4)


def test_the_null_of_normal_scores_is_their_mean_and_deviation() -> None:
    scores = np.random.default_rng(1).normal(0.4, 0.05, 20_000)
    null = NullDistribution.fit(scores.tolist(), texts=100)
    assert null.middle == pytest.approx(0.4, abs=0.002)
    assert null.spread == pytest.approx(0.05, abs=0.002)


def test_a_few_questions_about_the_collection_do_not_move_the_null() -> None:
    scores = np.random.default_rng(1).normal(0.4, 0.05, 90).tolist()
    with_answers = NullDistribution.fit(scores + [0.9] * 10, texts=100)
    without = NullDistribution.fit(scores, texts=100)
    assert with_answers.middle == pytest.approx(without.middle, abs=0.02)


def test_equal_scores_do_not_divide_by_zero() -> None:
    assert NullDistribution.fit([0.2] * 5, texts=1).relevance(0.9) == pytest.approx(1.0)


def test_the_questions_are_many_and_all_different() -> None:
    questions = unrelated_questions()
    assert len(questions) == len(set(questions)) >= 100
    assert all(question.strip() == question != "" for question in questions)


def test_relevance_is_measured_when_it_is_asked_for_first(tmp_path: Path, tiny_model: Path) -> None:
    """As after a first run that was killed; a reader stores nothing."""
    texts = [f"Text {number} is about the number {number}." for number in range(50)]
    with Index.create(tmp_path / "index", model=tiny_model) as index:
        index.add_texts(texts)
        middle = statistics.median(hit.relevance or 0 for hit in index.search(texts[7], k=50))
        expected = index.search(texts[7], k=50, min_relevance=middle)
    catalog = Catalog(tmp_path / "index" / "catalog.db")
    with catalog.writing() as batch:
        batch.set("background", None)
    with Index.open(tmp_path / "index") as index:
        assert {hit.relevance for hit in index.search("the number 7")} == {None}
        found = index.search(texts[7], k=50, min_relevance=middle)
        assert 0 < len(found) < 50
        assert [(hit.text, hit.relevance) for hit in found] == [
            (hit.text, pytest.approx(hit.relevance, abs=1e-4)) for hit in expected
        ]
    assert catalog.state().null_distribution is None
    catalog.close()
