"""The rerank head: a linear map of each token's state, learned so that MaxSim orders texts as the teachers do.

The student is frozen: its vectors of whole texts stay what they are.

Source: Khattab and Zaharia: ColBERT: Efficient and Effective Passage Search via Contextualized Late Interaction over
BERT, arXiv:2004.12832.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from albert_search.albert.network import AlbertNetwork
from albert_search.training.batches import TokenIds, by_length, pad, shuffled
from albert_search.training.objective import INVERSE_TEMPERATURE

HIDDEN_COSINE = -1e4
BATCH_QUESTIONS = 16


@dataclass(frozen=True, slots=True)
class HeadRecipe:
    """How the head is trained.

    Attributes:
        width: Width of a token's vector.
        pairs: Questions with a passage that answers them.
        texts: Texts of the last stage beside them, questions and candidates alike.
        nearest: Candidates of each question that the student or the teachers have nearest to it.
        further: Candidates drawn from the next hundred.
        answer_share: How much of the wanted distribution goes to the passage that is known to answer, in [0, 1].
        rate: Highest learning rate; it falls to 0.
        epochs: How often each question is learned from.
    """

    width: int = 96
    pairs: int = 4096
    texts: int = 8192
    nearest: int = 8
    further: int = 8
    answer_share: float = 0.3
    rate: float = 2e-3
    epochs: int = 4


@dataclass(frozen=True, slots=True)
class Candidates:
    """For each question the texts that it is asked to order.

    Attributes:
        numbers: int64 (questions, k): the texts' numbers; where an answer is known it is the first.
        wanted: float32 (questions, k): the distribution over them that the head shall come to, rows summing to 1.
    """

    numbers: torch.Tensor
    wanted: torch.Tensor


def choose_candidates(
    found: torch.Tensor, targets: torch.Tensor, answers: Sequence[int | None], recipe: HeadRecipe, seed: int
) -> Candidates:
    """Choose hard candidates for each question.

    Args:
        found: The student's cosines of questions and texts, float32 (questions, texts).
        targets: The teachers', likewise.
        answers: The number of the text that answers each question; None where none is known.
        recipe: How many.
        seed: Seed of the draw.
    """
    chance = torch.Generator().manual_seed(seed)
    numbers = torch.maximum(found, targets).topk(min(recipe.nearest + 100, found.shape[1])).indices
    drawn = torch.rand(numbers[:, recipe.nearest :].shape, generator=chance).argsort(1)[:, : recipe.further]
    numbers = torch.cat([numbers[:, : recipe.nearest], numbers[:, recipe.nearest :].gather(1, drawn)], 1)
    known = torch.tensor([number is not None for number in answers])
    answer = torch.tensor([number or 0 for number in answers])
    place = (
        (numbers == answer[:, None]).float().argmax(1)
    )  # 0 where the answer is not among them: the nearest gives way
    rows = torch.arange(len(numbers))
    first = numbers[rows, 0].clone()
    numbers[rows[known], place[known]] = first[known]
    numbers[rows[known], 0] = answer[known]
    wanted = (INVERSE_TEMPERATURE * targets.gather(1, numbers)).softmax(1)
    share = recipe.answer_share * known.float()[:, None]
    answering = functional.one_hot(torch.zeros(len(numbers), dtype=torch.long), numbers.shape[1])
    return Candidates(numbers, (1 - share) * wanted + share * answering)


@torch.no_grad()
def token_states(network: AlbertNetwork, rows: TokenIds) -> list[torch.Tensor]:
    """Return each row's states without those of its first and last token, float16 (tokens - 2, hidden)."""
    states: list[torch.Tensor] = [torch.empty(0)] * len(rows)
    for batch in by_length(rows, texts=128, tokens=1024):
        found = network(pad([rows[number] for number in batch]))["sequence_output"].half()
        for number, of_text in zip(batch, found, strict=True):
            states[number] = of_text[1 : len(rows[number]) - 1].clone()
    return states


def max_sim(questions: torch.Tensor, asked: torch.Tensor, texts: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
    """Return for each question and each of its texts the mean of its tokens' best cosines, float32 (questions, k).

    Args:
        questions: Token vectors of length 1, float32 (questions, tokens, width).
        asked: bool (questions, tokens), false for padding.
        texts: Likewise, float32 (questions, k, tokens, width).
        there: bool (questions, k, tokens), false for padding.
    """
    cosines = torch.einsum("qaw,qkbw->qkab", questions, texts)
    best = cosines.masked_fill(~there[:, :, None, :], HIDDEN_COSINE).amax(-1)
    weights = asked.to(best)[:, None]
    return (best * weights).sum(-1) / weights.sum(-1).clamp(min=1)


def fit_head(
    questions: Sequence[torch.Tensor],
    texts: Sequence[torch.Tensor],
    candidates: Candidates,
    recipe: HeadRecipe,
    seed: int,
) -> tuple[npt.NDArray[np.float32], list[float]]:
    """Train the head.

    Args:
        questions: The states of each question's tokens; see ``token_states``.
        texts: The texts' likewise.
        candidates: What each question is to order, and how.
        recipe: How it is trained.
        seed: Seed of everything random.

    Returns:
        The head, float32 (width, hidden), and the mean divergence in each epoch.
    """
    head = torch.nn.Parameter(principal_directions([*questions, *texts], recipe.width))
    sharpness = torch.nn.Parameter(torch.tensor(INVERSE_TEMPERATURE).log())
    optimizer = torch.optim.Adam([head, sharpness], lr=recipe.rate)
    steps = recipe.epochs * -(-len(questions) // BATCH_QUESTIONS)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    divergences = []
    for epoch in range(recipe.epochs):
        seen = []
        for batch in _batches(len(questions), seed + epoch):
            scores = _scores(head, questions, texts, batch, candidates.numbers[batch])
            loss = functional.kl_div(
                (sharpness.exp() * scores).log_softmax(1), candidates.wanted[batch], reduction="batchmean"
            )
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
            seen.append(loss.item())
        divergences.append(float(np.mean(seen)))
    return head.detach().numpy(), divergences


def principal_directions(states: Sequence[torch.Tensor], width: int) -> torch.Tensor:
    """Return the directions in which tokens' states differ most, float32 (width, hidden): a head before training."""
    some = torch.cat(list(states[:: max(1, len(states) // 2000)])).float()
    _, directions = torch.linalg.eigh(some.T @ some)
    return torch.as_tensor(directions[:, -width:].T.contiguous())


def _batches(count: int, seed: int) -> Iterator[list[int]]:
    order = shuffled(range(count), seed)
    for first in range(0, count, BATCH_QUESTIONS):
        yield order[first : first + BATCH_QUESTIONS]


def _scores(
    head: torch.Tensor,
    questions: Sequence[torch.Tensor],
    texts: Sequence[torch.Tensor],
    batch: Sequence[int],
    numbers: torch.Tensor,
) -> torch.Tensor:
    asked, visible = _padded([questions[number] for number in batch])
    found, there = _padded([texts[number] for number in numbers.flatten().tolist()])
    by_question = (*numbers.shape, found.shape[1])
    vectors = functional.normalize(found @ head.T, dim=-1).view(*by_question, -1)
    return max_sim(functional.normalize(asked @ head.T, dim=-1), visible, vectors, there.view(by_question))


def _padded(states: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return states side by side, float32 (rows, tokens, hidden), and which of them are no padding."""
    whole = torch.nn.utils.rnn.pad_sequence(list(states), batch_first=True).float()
    lengths = torch.tensor([len(one) for one in states])
    return whole, torch.arange(whole.shape[1]) < lengths[:, None]
