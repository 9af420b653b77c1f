"""Rocchio's formula, by hand and as a rule."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albert_search.searching.feedback import rocchio

NONE = np.empty((0, 0), np.float32)


def rows(*vectors: tuple[float, ...]) -> npt.NDArray[np.float32]:
    return np.array(vectors, np.float32)


def test_without_judgements_the_question_stays() -> None:
    question = rows((0.6, 0.8))[0]
    np.testing.assert_allclose(rocchio(question, NONE, NONE), question, rtol=1e-6)


def test_by_hand() -> None:
    # (1, 0, 0) + 0.75 * mean of (0, 1, 0) and (0, 0, 1) - 0.15 * (0, 0, 1) = (1, 0.375, 0.225)
    moved = rocchio(rows((1, 0, 0))[0], rows((0, 1, 0), (0, 0, 1)), rows((0, 0, 1)))
    np.testing.assert_allclose(moved / moved[0], (1, 0.375, 0.225), rtol=1e-6)
    assert np.linalg.norm(moved) == pytest.approx(1)


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_it_comes_nearer_to_what_is_liked_and_never_nearer_to_what_is_not(seed: int, liked: bool) -> None:
    random = np.random.default_rng(seed)
    question, judged = random.normal(size=(2, 8)).astype(np.float32)
    question /= np.linalg.norm(question)
    judged /= np.linalg.norm(judged)
    before = question.copy()
    moved = rocchio(question, judged[None], NONE) if liked else rocchio(question, NONE, judged[None])
    change = float(moved @ judged - question @ judged)
    assert change >= -1e-6 if liked else change <= 1e-6
    assert np.array_equal(question, before)
