"""Figures of systems on sets, their averages, and comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from albert_search.evaluation.resampling import Figure, average
from albert_search.sentences import Unit
from albert_search.types import Mode

AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class System:
    """A model with its mode, unit and whitening.

    Attributes:
        model: Name of the model.
        mode: How it searches; None where nothing is searched.
        unit: What has a vector of its own; None where nothing is searched.
        whitened: Whether the vectors are whitened by the set's own texts.
        reranked: Whether the first candidates are put in order anew by their tokens.
    """

    model: str
    mode: Mode | None = None
    unit: Unit | None = None
    whitened: bool = False
    reranked: bool = False

    def __str__(self) -> str:
        treatment = ("whitened" if self.whitened else None, "reranked" if self.reranked else None)
        parts = (self.model, self.mode, self.unit, *treatment)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one system on one set.

    Attributes:
        dataset: Name of the set.
        system: What was measured.
        items: Questions or pairs.
        figures: Name of a measure to its figure, in the order to show them.
        question_ms: CPU time of a question, its encoding included, in ms; None where nothing was asked.
    """

    dataset: str
    system: System
    items: int
    figures: Mapping[str, Figure]
    question_ms: float | None = None

    def minus(self, baseline: Evaluation) -> Mapping[str, Figure]:
        """Return how much each figure is above that of another system on the same set."""
        return {name: figure.minus(baseline.figures[name]) for name, figure in self.figures.items()}

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        figures = {name: _figure_to_json(figure) for name, figure in self.figures.items()}
        counts = {"items": self.items, "question_ms": self.question_ms}
        return {"dataset": self.dataset, **asdict(self.system), **counts, "figures": figures}


def averages(evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """Return the mean over the sets, of each system that was measured on several with the same measures."""
    groups: dict[tuple[System, tuple[str, ...]], list[Evaluation]] = {}
    for evaluation in evaluations:
        groups.setdefault((evaluation.system, tuple(evaluation.figures)), []).append(evaluation)
    return [
        Evaluation(
            f"{AVERAGE} of {len(group)}",
            system,
            sum(evaluation.items for evaluation in group),
            {name: average([evaluation.figures[name] for evaluation in group]) for name in names},
            _mean_ms(group),
        )
        for (system, names), group in groups.items()
        if len(group) > 1
    ]


def comparisons(evaluations: Sequence[Evaluation]) -> list[tuple[Evaluation, Evaluation]]:
    """Pair each evaluation with the first of the same set and measures, which is its baseline."""
    baselines: dict[tuple[str, tuple[str, ...]], Evaluation] = {}
    pairs = []
    for evaluation in evaluations:
        baseline = baselines.setdefault((evaluation.dataset, tuple(evaluation.figures)), evaluation)
        if baseline is not evaluation:
            pairs.append((evaluation, baseline))
    return pairs


def to_json(evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """Return evaluations, with averages and comparisons, as JSON values."""
    everything = [*evaluations, *averages(evaluations)]
    differences = [
        {
            "dataset": evaluation.dataset,
            "system": str(evaluation.system),
            "baseline": str(baseline.system),
            "differences": {
                name: {**_figure_to_json(figure), "p": figure.p_value}
                for name, figure in evaluation.minus(baseline).items()
            },
        }
        for evaluation, baseline in comparisons(everything)
    ]
    return {"evaluations": [evaluation.to_json() for evaluation in everything], "comparisons": differences}


def _mean_ms(evaluations: Sequence[Evaluation]) -> float | None:
    known = [evaluation.question_ms for evaluation in evaluations if evaluation.question_ms is not None]
    return fmean(known) if known else None


def _figure_to_json(figure: Figure) -> dict[str, float]:
    low, high = figure.interval
    return {"value": figure.value, "low": low, "high": high}
