"""The contrastive loss and the search for partners, against values worked out here."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from albert_search.albert.network import AlbertNetwork
from albert_search.albert.pooling import Pooling
from albert_search.training.objective import encode
from albert_search.training.tuning.contrast import contrast, find_partners
from tests.support.networks import architecture, random_weights

ROWS = [([2, 5, 6, 3], [2, 7, 3]), ([2, 8, 3], [2, 9, 10, 3]), ([2, 11, 3], [2, 4, 3])]


def network() -> AlbertNetwork:
    student = AlbertNetwork(architecture(2))
    student.assign_tensors(random_weights(architecture(2)))
    return student


@pytest.mark.parametrize("pooling", list(Pooling))
def test_the_loss_is_the_cross_entropy_of_the_partners(pooling: Pooling) -> None:
    student = network()
    first, second = (encode(student, [pair[side] for pair in ROWS], pooling).astype(np.float64) for side in (0, 1))
    scores = first @ second.T / 0.05
    expected = -np.mean(np.diag(scores) - np.log(np.exp(scores).sum(1)))
    assert contrast(student, pooling, ROWS).item() == pytest.approx(expected, abs=1e-3)


def test_a_text_that_occurs_twice_is_no_wrong_choice() -> None:
    student = network()
    doubled = [*ROWS, (ROWS[0][0], [2, 10, 3]), ([2, 6, 3], ROWS[1][1])]
    first, second = (encode(student, [pair[side] for pair in doubled]).astype(np.float64) for side in (0, 1))
    scores = first @ second.T / 0.05
    for one, other in ((0, 3), (1, 4)):  # an equal first text, an equal second text
        scores[one, other] = scores[other, one] = -np.inf
    expected = -np.mean(np.diag(scores) - np.log(np.exp(scores).sum(1)))
    assert contrast(student, Pooling.MEAN, doubled).item() == pytest.approx(expected, abs=1e-3)


def test_partners_are_counted_by_rank() -> None:
    first = np.eye(3, dtype=np.float32)
    second = np.array([[0.9, 0.1, 0], [0.95, 0.2, 0], [0, 0, 1]], np.float32)
    found = find_partners(first, second, [("a", "x"), ("b", "y"), ("c", "z")])
    assert (found.accuracy, found.mrr) == (pytest.approx(2 / 3), pytest.approx((1 / 2 + 1 + 1) / 3))


def test_any_partner_of_a_text_will_do_and_equal_texts_take_one_place() -> None:
    first = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    second = np.array([[0.5, 0], [1, 0], [0.7, 0.7]], np.float32)
    assert find_partners(first, second, [("a", "x"), ("a", "y"), ("b", "z")]).accuracy == 1
    crowded = np.array([[0.5, 0.1], [1, 0], [1, 0]], np.float32)
    assert find_partners(first, crowded, [("a", "x"), ("b", "y"), ("c", "y")]).mrr == pytest.approx(
        (1 / 2 + 1 + 1 / 2) / 3
    )


def test_everything_equal_is_found_last() -> None:
    same = np.ones((4, 2), np.float32) / np.sqrt(2, dtype=np.float32)
    assert find_partners(same, same, [(f"a{n}", f"b{n}") for n in range(4)]).mrr == pytest.approx(1 / 4)


def test_the_loss_reaches_the_weights() -> None:
    student = network()
    torch.autograd.backward(contrast(student, Pooling.MEAN, ROWS))
    assert float(student.words.embeddings.value.grad.abs().sum()) > 0
