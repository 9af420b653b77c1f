"""Fused vectors have the cosines of both teachers' vectors side by side, and lie near the first teacher's."""

from __future__ import annotations

import numpy as np
import pytest

from albert_search.training.distilling.fusion import centred, fit_fusion, fuse, shares_of_cosines

CHANCE = np.random.default_rng(5)


def units(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def teachers() -> tuple[np.ndarray, np.ndarray]:
    """Vectors of two teachers who see the same four things in a text, the second in a wider space."""
    seen = CHANCE.normal(size=(200, 4))
    first = units(seen @ CHANCE.normal(size=(4, 6)))
    return first, units(seen @ CHANCE.normal(size=(4, 10)))


def test_cosines_are_the_mean_of_both_teachers(teachers: tuple[np.ndarray, np.ndarray]) -> None:
    first, second = teachers
    side_by_side = np.hstack([first, second])
    energy = np.sort(np.linalg.eigvalsh(side_by_side.T @ side_by_side))[::-1]
    fused = fuse(fit_fusion(teachers), teachers)
    lost = energy[6:].sum() / energy.sum()
    wanted = (first @ first.T + second @ second.T) / 2
    assert fused.shape == (200, 6)
    np.testing.assert_allclose(np.linalg.norm(fused, axis=1), 1, atol=1e-5)
    assert np.abs(fused @ fused.T - wanted).mean() <= lost + 1e-5


def test_a_teacher_fused_with_itself_turned_is_itself(teachers: tuple[np.ndarray, np.ndarray]) -> None:
    first, _ = teachers
    turn, _ = np.linalg.qr(CHANCE.normal(size=(6, 6)))
    turned = (first @ turn).astype(np.float32)
    np.testing.assert_allclose(fuse(fit_fusion([first, turned]), [first, turned]), first, atol=1e-4)


def test_each_teacher_decides_as_much_as_it_should(teachers: tuple[np.ndarray, np.ndarray]) -> None:
    first, second = teachers
    shares = shares_of_cosines([first, second], (0.2, 0.8))
    parts = [share * (vectors[:-1] * vectors[1:]).sum(axis=1) for share, vectors in zip(shares, teachers, strict=True)]
    assert parts[1].std() == pytest.approx(4 * parts[0].std(), rel=1e-4)
    wide = np.hstack([first, np.zeros((len(first), 10), np.float32)])
    fused = fuse(fit_fusion([wide, second], shares), [wide, second])
    wanted = shares[0] * first @ first.T + shares[1] * second @ second.T
    np.testing.assert_allclose(fused @ fused.T, wanted / sum(shares), atol=1e-4)


def test_centred_vectors_do_not_all_point_one_way() -> None:
    vectors = units(CHANCE.normal(size=(50, 8)) + 5)
    moved = centred(vectors, vectors.mean(axis=0))
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-5)
    assert np.abs(moved.mean(axis=0)).max() < 0.1 < np.abs(vectors.mean(axis=0)).min()
