"""The start keeps what the teacher looks at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from albert_search.albert.network import AlbertNetwork
from albert_search.training.distilling import start
from albert_search.training.distilling.embedding_table import Pieces
from albert_search.training.distilling.recipe import TINY
from albert_search.training.distilling.teacher import Teacher
from albert_search.training.objective import encode

ROWS = [[2, 40, 41, 42, 3], [2, 60, 45, 3]]


@pytest.fixture(scope="module")
def teacher(teacher_folder: Path) -> AlbertNetwork:
    return Teacher(teacher_folder, max_tokens=32).network


def test_sensitivity_agrees_with_finite_differences(teacher: AlbertNetwork) -> None:
    """Directions that the metric calls sensitive move the vectors more."""
    metric = start.sensitivity(teacher, ROWS * 20, 0, seed=1)
    _, directions = torch.linalg.eigh(metric)
    assert metric.trace().item() == pytest.approx(teacher.architecture.hidden_size, rel=1e-4)

    def moved(direction: torch.Tensor) -> float:
        bias = teacher.mapping.bias
        before, plain = bias.value.detach().clone(), encode(teacher, ROWS)
        bias.assign(before + 1e-2 * direction)
        distance = float(np.linalg.norm(encode(teacher, ROWS) - plain))
        bias.assign(before)
        return distance

    assert moved(directions[:, -1]) > 2 * moved(directions[:, 0])


def test_root_squared_is_the_metric() -> None:
    chance = torch.Generator().manual_seed(0)
    factor = torch.randn(6, 6, generator=chance)
    metric = factor @ factor.T
    torch.testing.assert_close(start.root(metric) @ start.root(metric), metric, atol=1e-3, rtol=1e-3)


def test_a_start_as_wide_and_deep_as_the_teacher_is_nearly_the_teacher(teacher: AlbertNetwork) -> None:
    size = teacher.architecture.vocab_size
    pieces = Pieces(range(size), torch.full((size,), 1 / size))
    whole = replace(TINY, embedding_size=16, teacher_layers=(0, 1, 2))
    narrow = replace(TINY, embedding_size=4, teacher_layers=(0, 1, 2))
    vectors = encode(teacher, ROWS)
    near, far = (
        (encode(start.start_student(teacher, pieces, torch.eye(16), recipe), ROWS) * vectors).sum(1).mean()
        for recipe in (whole, narrow)
    )
    assert near > 0.95
    assert near > far
