"""Losses of distillation: against the teacher's vectors, its similarities, and the states of its lowest layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from albert_search.albert.network import AlbertNetwork
from albert_search.albert.pooling import Pooling
from albert_search.training.batches import Inputs, TokenIds, by_length, pad

INVERSE_TEMPERATURE = 20.0
COSINE_WEIGHT = 4.0
POOLED_WEIGHT = 0.05
NEIGHBOURS_WEIGHT = 2.0
ITSELF = 0.9999
"""Cosine from which on a text of a chunk is the one that is compared."""


class Objective(Protocol):
    """The loss of a stage, and the targets that it needs."""

    def targets(self, texts: Sequence[str]) -> torch.Tensor:
        """Return what the loss needs to know about each text of a chunk, float32 (texts, ...)."""

    def loss(
        self, student: AlbertNetwork, inputs: Inputs, targets: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Return what is minimised, and its parts by name."""


def mean_vectors(outputs: Mapping[str, torch.Tensor], mask: torch.Tensor) -> torch.Tensor:
    """Return the mean of the states of each text's tokens, of length 1: float32 (batch, hidden)."""
    states = outputs["sequence_output"].float()
    weights = mask[..., None].to(states)
    return functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)


def pooled_vectors(outputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Return the pooler's output, of length 1: float32 (batch, hidden)."""
    return functional.normalize(outputs["pooled_output"].float(), dim=-1)


def text_vectors(outputs: Mapping[str, torch.Tensor], mask: torch.Tensor, pooling: Pooling) -> torch.Tensor:
    """Return each text's vector, of length 1, as a model with this pooling has it: float32 (batch, hidden)."""
    if pooling is Pooling.MEAN:
        return mean_vectors(outputs, mask)
    if pooling is Pooling.POOLED:
        return pooled_vectors(outputs)
    return functional.normalize(outputs["sequence_output"][:, 0].float(), dim=-1)


@torch.no_grad()
def encode(network: AlbertNetwork, rows: TokenIds, pooling: Pooling = Pooling.MEAN) -> npt.NDArray[np.float32]:
    """Return the vector of each row of token ids, float32 (rows, hidden), of length 1."""
    vectors = np.empty((len(rows), network.architecture.hidden_size), np.float32)
    for batch in by_length(rows, texts=128, tokens=1024):
        inputs = pad([rows[number] for number in batch])
        vectors[batch] = text_vectors(network(inputs), inputs["input_mask"], pooling).cpu().numpy()
    return vectors


@dataclass(frozen=True, slots=True)
class Loss:
    """The parts of the objective for one way of pooling.

    Attributes:
        distance: Mean cosine distance to the teacher's vectors, in [0, 2].
        similarity: Mean divergence of the similarities within the batch, 0 or more.
    """

    distance: torch.Tensor
    similarity: torch.Tensor

    @property
    def total(self) -> torch.Tensor:
        """The weighted sum of both parts."""
        return COSINE_WEIGHT * self.distance + self.similarity


def compare(vectors: torch.Tensor, targets: torch.Tensor) -> Loss:
    """Compare the student's vectors with the teacher's.

    Args:
        vectors: The student's, of length 1, float32 (batch, hidden).
        targets: The teacher's, likewise.

    Returns:
        How far they are apart.
    """
    distance = (1 - (vectors * targets).sum(-1)).mean()
    itself = torch.eye(len(vectors), dtype=torch.bool)
    similarity = _divergence(vectors @ vectors.T, targets @ targets.T, itself)
    return Loss(distance, similarity)


def _divergence(ours: torch.Tensor, theirs: torch.Tensor, itself: torch.Tensor) -> torch.Tensor:
    """Return the Kullback-Leibler divergence of the similarities, by row and without those of a text with itself."""
    student, teacher = (
        (INVERSE_TEMPERATURE * similarities).masked_fill(itself, -1e4).log_softmax(-1)
        for similarities in (ours, theirs)
    )
    return functional.kl_div(student, teacher, reduction="batchmean", log_target=True)


def neighbours(
    vectors: torch.Tensor, targets: torch.Tensor, others: torch.Tensor, nearest: int | None = None
) -> torch.Tensor:
    """Compare how near the student's vectors and the teacher's are to the teacher's of many other texts.

    A batch holds few texts, all of one length; among thousands of any length there are some that are really near.

    Args:
        vectors: The student's, of length 1, float32 (batch, hidden).
        targets: The teacher's of the same texts, likewise.
        others: The teacher's of all texts, these among them, float32 (texts, hidden).
        nearest: To compare with only so many of them, those that the student or the teacher has nearest: hard
            negatives; None for all.

    Returns:
        Mean divergence of the similarities, 0 or more.
    """
    ours, theirs = vectors @ others.T, targets @ others.T
    if nearest is not None and nearest < len(others):
        near = torch.maximum(ours.detach(), theirs).topk(nearest).indices
        ours, theirs = ours.gather(1, near), theirs.gather(1, near)
    return _divergence(ours, theirs, theirs > ITSELF)


class VectorObjective:
    """Loss against the teacher's vectors, by both ways of pooling, and against their neighbours.

    Args:
        vectors: Gives the teacher's vectors for the texts of a chunk, float32 (texts, hidden), of length 1.
        others: The teacher's vectors of all texts of a stage, to find each text's nearest among; None to compare it
            with all texts of its chunk.
        nearest: How many of ``others`` a text is compared with.
    """

    def __init__(
        self,
        vectors: Callable[[Sequence[str]], torch.Tensor],
        *,
        others: torch.Tensor | None = None,
        nearest: int | None = None,
    ) -> None:
        self._vectors = vectors
        self._others = others
        self._nearest = nearest
        self._chunk = torch.empty(0)

    def targets(self, texts: Sequence[str]) -> torch.Tensor:
        """Return the teacher's vectors of a chunk, which are what the batches of it are compared with from now on."""
        self._chunk = self._vectors(texts)
        return self._chunk

    def loss(
        self, student: AlbertNetwork, inputs: Inputs, targets: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Return what is minimised, and its parts: each kind of difference, for each way of pooling."""
        outputs = student(inputs)
        vectors = mean_vectors(outputs, inputs["input_mask"])
        mean, near = compare(vectors, targets), self._near(vectors, targets)
        pooled = compare(pooled_vectors(outputs), targets)
        parts = {
            "distance": mean.distance,
            "similarity": mean.similarity,
            "neighbours": near,
            "pooled_distance": pooled.distance,
            "pooled_similarity": pooled.similarity,
        }
        return mean.total + NEIGHBOURS_WEIGHT * near + POOLED_WEIGHT * pooled.total, parts

    def _near(self, vectors: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        others = self._chunk if self._others is None else self._others
        return neighbours(vectors, targets, others, self._nearest)


def entering(network: AlbertNetwork, inputs: Inputs, layer: int) -> torch.Tensor:
    """Return the states that enter a layer, float32 (batch, tokens, hidden)."""
    states = network.embed(inputs["input_word_ids"], inputs["input_type_ids"])
    states = network.transform(states, inputs["input_mask"], end=layer)
    return cast(torch.Tensor, states).float()


@dataclass(frozen=True, slots=True)
class BottomObjective:
    """Loss against the states that leave the teacher's lowest layers, in the metric of their sensitivity.

    Attributes:
        teacher: The teacher with the student's vocabulary.
        layers: How many of the lowest layers.
        metric_root: float32 (hidden, hidden): square root of the metric.
    """

    teacher: AlbertNetwork
    layers: int
    metric_root: torch.Tensor

    def targets(self, texts: Sequence[str]) -> torch.Tensor:
        """Return nothing of each text: the teacher is asked batch by batch, since its states are too many to keep."""
        return torch.empty(len(texts), 0)

    def loss(
        self, student: AlbertNetwork, inputs: Inputs, targets: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Return the share of the teacher's states that stays unexplained, 0 at best."""
        del targets
        visible = inputs["input_mask"].bool()
        with torch.no_grad():
            target = entering(self.teacher, inputs, self.layers)[visible] @ self.metric_root
        states = entering(student, inputs, self.layers)[visible] @ self.metric_root
        unexplained = (states - target).square().sum() / (target - target.mean(0)).square().sum()
        return unexplained, {"unexplained": unexplained}
