"""The objectives are zero where the student is the teacher, and tell better from worse."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from albert_search.training.objective import COSINE_WEIGHT, INVERSE_TEMPERATURE, compare, mean_vectors, neighbours


def unit(rows: list[list[float]]) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.tensor(rows), dim=-1)


def test_the_same_vectors_cost_nothing() -> None:
    vectors = unit([[1.0, 0.0, 0.2], [0.0, 1.0, 0.0], [0.5, 0.5, 0.1]])
    assert compare(vectors, vectors).total.item() == pytest.approx(0, abs=1e-6)


def test_turning_everything_keeps_the_similarities() -> None:
    vectors = unit([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    quarter_turn = torch.tensor([[0.0, 1.0], [-1.0, 0.0]])
    loss = compare(vectors @ quarter_turn, vectors)
    assert loss.similarity.item() == pytest.approx(0, abs=1e-5)
    assert loss.distance.item() == pytest.approx(1)
    assert loss.total.item() == pytest.approx(COSINE_WEIGHT, abs=1e-4)


def test_similarity_is_the_divergence_worked_out_by_hand() -> None:
    teacher = unit([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    student = unit([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    near, far = (math.exp(INVERSE_TEMPERATURE * cosine) for cosine in (1, 0))
    p, q = near / (near + far), far / (near + far)
    one_swapped_row = p * math.log(p / q) + q * math.log(q / p)
    # The first row prefers the wrong neighbour; the other two each see one neighbour swapped for the other or none.
    expected_rows = []
    for row in range(3):
        others = [column for column in range(3) if column != row]

        def shares(vectors: torch.Tensor, row: int = row, others: list[int] = others) -> np.ndarray:
            weights = np.exp(INVERSE_TEMPERATURE * (vectors[others] @ vectors[row]).numpy().astype(np.float64))
            return weights / weights.sum()

        wanted, found = shares(teacher), shares(student)
        expected_rows.append(float((wanted * np.log(wanted / found)).sum()))
    assert expected_rows[0] == pytest.approx(one_swapped_row)
    assert compare(student, teacher).similarity.item() == pytest.approx(np.mean(expected_rows), rel=1e-4)


def test_padding_does_not_move_a_mean() -> None:
    states = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [9.0, 9.0]]])
    vectors = mean_vectors({"sequence_output": states}, torch.tensor([[1, 1, 0]]))
    assert vectors.tolist()[0] == pytest.approx([math.sqrt(0.5)] * 2)


def test_neighbours_are_all_other_texts_of_the_chunk() -> None:
    chunk = unit([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0], [-1.0, 0.2]])
    student = unit([[0.8, 0.6]])

    def shares(vector: torch.Tensor) -> np.ndarray:
        weights = np.exp(INVERSE_TEMPERATURE * (chunk[1:] @ vector).numpy().astype(np.float64))
        return weights / weights.sum()

    wanted, found = shares(chunk[0]), shares(student[0])
    expected = float((wanted * np.log(wanted / found)).sum())
    assert neighbours(student, chunk[:1], chunk).item() == pytest.approx(expected, rel=1e-3)
    assert neighbours(chunk, chunk, chunk).item() == pytest.approx(0, abs=1e-6)


def test_only_the_nearest_by_either_side_are_compared() -> None:
    others = unit([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [-1.0, 0.1], [-0.9, -0.2]])
    target, student = unit([[1.0, 0.05]]), unit([[0.1, 1.0]])
    near = others[[0, 1, 2]]  # two that the teacher has nearest, one that the student has
    expected = neighbours(student, target, near).item()
    assert neighbours(student, target, others, 3).item() == pytest.approx(expected, rel=1e-4)
    assert neighbours(student, target, others, 9).item() == pytest.approx(neighbours(student, target, others).item())
