"""The rerank head scores as MaxSim is defined, orders hard candidates, and learns to find answers."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from albert_search.training.distilling.rerank_head import HeadRecipe, choose_candidates, fit_head, max_sim

WIDTH = 6


def some_states(chance: np.random.Generator, count: int, longest: int) -> list[torch.Tensor]:
    return [
        torch.tensor(chance.normal(size=(chance.integers(1, longest), WIDTH)), dtype=torch.float16)
        for _ in range(count)
    ]


def padded(rows: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    whole = torch.nn.utils.rnn.pad_sequence([functional.normalize(row.float(), dim=-1) for row in rows], True)
    return whole, torch.arange(whole.shape[1]) < torch.tensor([len(row) for row in rows])[:, None]


def test_max_sim_is_the_mean_of_each_tokens_best_cosine() -> None:
    chance = np.random.default_rng(1)
    questions, texts = some_states(chance, 2, 5), some_states(chance, 3, 9)
    asked, visible = padded(questions)
    found, there = padded(texts)
    scores = max_sim(asked, visible, found.expand(2, -1, -1, -1), there.expand(2, -1, -1))
    for number, question in enumerate(questions):
        for place, text in enumerate(texts):
            cosines = functional.normalize(question.float(), dim=-1) @ functional.normalize(text.float(), dim=-1).T
            expected = np.mean([max(row) for row in cosines.tolist()])
            np.testing.assert_allclose(scores[number, place].item(), expected, atol=1e-5)


def test_candidates_are_near_and_the_answer_comes_first() -> None:
    chance = torch.Generator().manual_seed(2)
    found, targets = (torch.rand(3, 400, generator=chance) * 2 - 1 for _ in range(2))
    candidates = choose_candidates(found, targets, [7, None, 9], HeadRecipe(nearest=3, further=4), seed=1)
    numbers = candidates.numbers
    assert numbers.shape == (3, 7)
    assert (numbers[0, 0], numbers[2, 0]) == (7, 9)
    assert all(len(set(row)) == 7 for row in numbers.tolist())
    best = torch.maximum(found, targets)
    assert numbers[1, :3].tolist() == best[1].topk(3).indices.tolist()
    assert set(numbers[1].tolist()) <= set(best[1].topk(103).indices.tolist())
    torch.testing.assert_close(candidates.wanted.sum(1), torch.ones(3))
    torch.testing.assert_close(candidates.wanted[1], (20 * targets[1, numbers[1]]).softmax(0))
    assert candidates.wanted[0, 0] >= 0.3


def test_a_trained_head_finds_the_answer_among_misleading_texts() -> None:
    """A question and its answer share what stands in two dimensions, and disagree in four that are louder."""
    chance = np.random.default_rng(3)
    meaning, noise = chance.normal(size=(120, 2)), chance.normal(size=(2, 120, 4)) * 3
    sides = [np.hstack([meaning, noise[side]]).astype(np.float16) for side in range(2)]
    questions, texts = ([torch.tensor(row)[None] for row in side] for side in sides)
    near = torch.tensor(meaning @ meaning.T / np.outer(*[np.linalg.norm(meaning, axis=1)] * 2), dtype=torch.float32)
    recipe = HeadRecipe(width=2, nearest=8, further=8, rate=0.02, epochs=30)
    candidates = choose_candidates(near, near, list(range(120)), recipe, seed=1)
    head, divergences = fit_head(questions, texts, candidates, recipe, seed=1)
    assert head.shape == (2, WIDTH)
    assert divergences[-1] < divergences[0] / 2
    share = np.linalg.norm(head[:, :2]) / np.linalg.norm(head)
    assert share > 0.9, "what misleads is left out"
