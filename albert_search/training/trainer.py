"""The training loop's state: weights, their running average, the optimiser, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from albert_search.albert.network import AlbertNetwork
from albert_search.training.batches import TokenIds, pad
from albert_search.training.objective import Objective
from albert_search.training.stage import Stage

GRADIENT_NORM = 1.0


@dataclass(slots=True)
class TrainingProgress:
    """Position of a training in its texts.

    Attributes:
        steps: Batches learned from.
        texts: Texts learned from.
        chunk: The chunk that is under way, from 0.
        batch: The batch of it that comes next, from 0.
    """

    steps: int = 0
    texts: int = 0
    chunk: int = 0
    batch: int = 0


class Trainer:
    """Improves a student, batch by batch, and can be stopped and resumed between any two."""

    def __init__(self, student: AlbertNetwork, stage: Stage, *, average: float) -> None:
        """Begin a stage.

        Args:
            student: What is trained.
            stage: How long and how fast.
            average: Weight of the past in the running average of the weights, per step.
        """
        self.student = student
        self.stage = stage
        self.average = average
        self.progress = TrainingProgress()
        self.parameters = parameters(student)
        self.averages = [parameter.detach().clone() for parameter in self.parameters]
        tables = {id(layer.embeddings.value) for layer in (student.words, student.positions)}
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [p for p in self.parameters if id(p) not in tables], "base": stage.rate},
                {"params": [p for p in self.parameters if id(p) in tables], "base": stage.embedding_rate},
            ],
            lr=0.0,
            betas=(0.9, 0.98),
            weight_decay=0.0,
            fused=True,
        )

    def step(self, objective: Objective, rows: TokenIds, targets: torch.Tensor) -> dict[str, float]:
        """Learn from one batch.

        Args:
            objective: What is minimised.
            rows: The student's token ids.
            targets: What the objective wants, row by row.

        Returns:
            What the batch cost, part by part.
        """
        loss, parts = objective.loss(self.student, pad(rows), targets)
        self.learn(loss, texts=len(rows))
        return {name: part.item() for name, part in parts.items()}

    def learn(self, loss: torch.Tensor, *, texts: int) -> None:
        """Change the weights by what a loss says.

        Args:
            loss: What is minimised, computed from the student's weights.
            texts: How many texts of the stage it was computed on.
        """
        self._update(loss)
        self.progress.steps += 1
        self.progress.texts += texts

    def _update(self, loss: torch.Tensor) -> None:
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.parameters, GRADIENT_NORM)
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * self._rate()
        self.optimizer.step()
        # The average begins short, so that it does not hold on to the start.
        weight = min(self.average, (1 + self.progress.steps) / (10 + self.progress.steps))
        torch._foreach_lerp_(self.averages, [p.detach() for p in self.parameters], 1 - weight)

    def _rate(self) -> float:
        """Return the share of the full learning rate: up, level, and down to 0 at the end."""
        rising = (self.progress.steps + 1) / self.stage.warmup_steps
        falling = (1 - self.progress.texts / (self.stage.texts * self.stage.epochs)) / self.stage.decay_share
        return max(0.0, min(1.0, rising, falling))

    def averaged(self) -> AlbertNetwork:
        """Return a network with the running average of the weights."""
        network = AlbertNetwork(self.student.architecture)
        with torch.no_grad():
            for parameter, average in zip(parameters(network), self.averages, strict=True):
                parameter.copy_(average)
        return network

    def take_average(self) -> None:
        """End the stage: the running average becomes the student."""
        with torch.no_grad():
            torch._foreach_copy_([p.detach() for p in self.parameters], self.averages)

    def save(self, path: Path) -> None:
        """Write everything that a resumed training needs; the file is whole at any moment."""
        state = {
            "parameters": [parameter.detach() for parameter in self.parameters],
            "averages": self.averages,
            "optimizer": self.optimizer.state_dict(),
            "progress": asdict(self.progress),
        }
        unfinished = path.with_suffix(".new")
        torch.save(state, unfinished)
        unfinished.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from what :meth:`save` wrote."""
        state: Mapping[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        with torch.no_grad():
            for name, tensors in (("parameters", self.parameters), ("averages", self.averages)):
                for tensor, saved in zip(tensors, state[name], strict=True):
                    tensor.copy_(saved)
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = TrainingProgress(**state["progress"])


def parameters(network: AlbertNetwork) -> list[torch.nn.Parameter]:
    """Return the weights in an order that is the same for every network of the same sizes."""
    return [variable.value for variable in network.trainable_variables]
