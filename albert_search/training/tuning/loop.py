"""Tunes a network on pairs, with early stopping, and goes on after a kill."""

from __future__ import annotations

import json
import math
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import torch

from albert_search.albert.model import Model
from albert_search.albert.network import AlbertNetwork
from albert_search.albert.tokenizer import Tokenizer
from albert_search.training.stage import Stage
from albert_search.training.trainer import Trainer
from albert_search.training.tuning.contrast import PartnerFigures, contrast, evaluate
from albert_search.training.tuning.examples import Examples

MAX_TOKENS = 64
"""Of a text that is learned from: memory grows with it, and what a sentence means is said by then."""

EVALUATIONS = 20
AVERAGE = 0.95
WARMUP_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class TuningSettings:
    """Numbers of a tuning.

    Attributes:
        epochs: How often each pair is learned from.
        batch_pairs: Pairs in a batch, each the others' wrong choices; memory grows with it.
        rate: Highest learning rate.
        dropout: Share of the network's values that are left out while learning.
        seed: Seed of everything random.
    """

    epochs: int = 1
    batch_pairs: int = 32
    rate: float = 3e-5
    dropout: float = 0.1
    seed: int = 1


@dataclass(frozen=True, slots=True)
class TuningProgress:
    """Position of a tuning in its pairs.

    Attributes:
        pairs: Pairs learned from.
        total_pairs: Pairs to learn from, unless the end comes early.
        figures: How well held-out texts find their partners by now, where that has just been measured.
    """

    pairs: int
    total_pairs: int
    figures: PartnerFigures | None = None


Report: TypeAlias = Callable[[TuningProgress], None]


class Tuning:
    """One tuning, in one folder; whatever happens to the process, another `run` goes on and ends up with the same."""

    def __init__(
        self,
        model: Model,
        examples: Examples,
        settings: TuningSettings,
        folder: Path,
        *,
        patience: int = 4,
        save_interval_s: float = 60,
    ) -> None:
        """Prepare a tuning.

        Args:
            model: What it begins as.
            examples: What is learned from and held out.
            settings: How.
            folder: For everything that is written; another tuning needs another one.
            patience: The end comes early when so many evaluations in a row are below the best.
            save_interval_s: How often the state is saved between evaluations; a kill loses at most as much.
        """
        self._patience, self._save_interval_s = patience, save_interval_s
        self._model, self._examples, self._settings, self._folder = model, examples, settings, folder
        self._steps = settings.epochs * self._steps_per_epoch
        self._interval = max(1, self._steps // EVALUATIONS)
        tokenizer = Tokenizer(model.vocabulary, lower_case=model.settings.lower_case)
        limit = min(MAX_TOKENS, model.settings.max_seq_length)
        self._learned, self._stopping = (
            [[text.ids for text in tokenizer.encode([pair[side] for pair in pairs], max_tokens=limit)]
             for side in (0, 1)]
            for pairs in (examples.learned, examples.stopping)
        )  # fmt: skip
        self._history: list[dict[str, float]] = []

    @property
    def best(self) -> Path:
        """The float checkpoint with which held-out texts find their partners best."""
        return self._folder / "best"

    @property
    def helped(self) -> bool:
        """True unless it is worse than what was begun with."""
        return self._best_evaluation() > 0 or len(self._history) < 2

    def run(self, report: Report | None = None) -> None:
        """Tune, going on where an earlier run stopped.

        Args:
            report: Called as the work goes on.
        """
        torch.use_deterministic_algorithms(True)  # as in the training: rounding must not decide where a run ends
        self._folder.mkdir(parents=True, exist_ok=True)
        trainer, state = self._trainer(), self._folder / "state.pt"
        if state.exists():
            trainer.resume(state)
        self._history = [one for one in self._read_history() if one["steps"] <= trainer.progress.steps]
        if not self._history:
            self._evaluate(trainer, report)
        saved = time.monotonic()
        while not self._finished(trainer.progress.steps):
            self._step(trainer)
            if report:
                report(TuningProgress(trainer.progress.texts, self._total_pairs))
            due = trainer.progress.steps % self._interval == 0 or trainer.progress.steps == self._steps
            if due:
                self._evaluate(trainer, report)
            if due or time.monotonic() - saved > self._save_interval_s:
                trainer.save(state)
                saved = time.monotonic()

    @property
    def _steps_per_epoch(self) -> int:
        return math.ceil(len(self._examples.learned) / self._settings.batch_pairs)

    @property
    def _total_pairs(self) -> int:
        return self._settings.epochs * len(self._examples.learned)

    def _trainer(self) -> Trainer:
        network = AlbertNetwork.load(self._model.folder, dropout=self._settings.dropout)
        stage = Stage(
            texts=self._total_pairs,
            rate=self._settings.rate,
            embedding_rate=self._settings.rate,
            warmup_steps=max(1, int(self._steps * WARMUP_SHARE)),
            decay_share=1 - WARMUP_SHARE,
        )
        return Trainer(network, stage, average=AVERAGE)

    def _step(self, trainer: Trainer) -> None:
        """Learn from the batch that comes next; which it is, and what drops out, depends on its number alone."""
        epoch, place = divmod(trainer.progress.steps, self._steps_per_epoch)
        order = _order(len(self._examples.learned), f"{self._settings.seed} {epoch}")
        size = self._settings.batch_pairs
        batch = [(self._learned[0][one], self._learned[1][one]) for one in order[place * size : (place + 1) * size]]
        torch.manual_seed(self._settings.seed + trainer.progress.steps)
        trainer.learn(contrast(trainer.student, self._model.settings.pooling, batch), texts=len(batch))

    def _evaluate(self, trainer: Trainer, report: Report | None) -> None:
        """Measure, and keep the weights where they are the best so far."""
        network = trainer.averaged()
        figures = evaluate(network, self._model.settings.pooling, self._stopping, self._examples.stopping)
        self._history.append({"steps": trainer.progress.steps, **asdict(figures)})
        if self._best_evaluation() == len(self._history) - 1:
            unfinished = self.best.with_suffix(".new")
            network.save_checkpoint(unfinished, like=self._model.folder)
            shutil.rmtree(self.best, ignore_errors=True)
            unfinished.rename(self.best)
        # Before the state: what the history says of steps that the state has not come to is measured again.
        self._history_file.write_text(json.dumps(self._history) + "\n", encoding="utf-8")
        if report:
            report(TuningProgress(trainer.progress.texts, self._total_pairs, figures))

    def _best_evaluation(self) -> int:
        """Return which evaluation is the best, the last of several."""
        return max(range(len(self._history)), key=lambda one: (self._history[one]["mrr"], one), default=0)

    def _finished(self, steps: int) -> bool:
        return steps >= self._steps or len(self._history) - 1 - self._best_evaluation() >= self._patience

    @property
    def _history_file(self) -> Path:
        return self._folder / "history.json"

    def _read_history(self) -> list[dict[str, float]]:
        if not self._history_file.exists():
            return []
        history: list[dict[str, float]] = json.loads(self._history_file.read_bytes())
        return history


@lru_cache(maxsize=1)
def _order(count: int, seed: str) -> list[int]:
    """Return the order in which an epoch takes so many pairs; every one of its steps asks for it."""
    return random.Random(seed).sample(range(count), count)
