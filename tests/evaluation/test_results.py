from __future__ import annotations

import json

import numpy as np
import pytest

from albert_search.evaluation import Evaluation, Figure, System
from albert_search.evaluation.results import averages, comparisons, to_json

ONE, TWO = System("one", "semantic", "passage"), System("two", "semantic", "passage")


def evaluation(dataset: str, system: System, value: float, measure: str = "nDCG@10") -> Evaluation:
    return Evaluation(dataset, system, 10, {measure: Figure(value, np.linspace(value - 0.1, value + 0.1, 41))})


ALL = [
    evaluation("a", ONE, 0.2),
    evaluation("b", ONE, 0.4),
    evaluation("sts", System("one"), 0.8, "Spearman"),
    evaluation("a", TWO, 0.3),
    evaluation("b", TWO, 0.7),
]


def test_averages_are_over_the_sets_of_one_system_with_the_same_measures() -> None:
    found = averages(ALL)
    assert [(row.dataset, row.system, row.items) for row in found] == [
        ("average of 2", ONE, 20),
        ("average of 2", TWO, 20),
    ]
    assert [row.figures["nDCG@10"].value for row in found] == pytest.approx([0.3, 0.5])


def test_everything_is_compared_with_the_first_on_the_same_set() -> None:
    assert [(row.dataset, row.system, first.system) for row, first in comparisons(ALL)] == [
        ("a", TWO, ONE),
        ("b", TWO, ONE),
    ]


def test_json_holds_figures_averages_and_differences() -> None:
    found = json.loads(json.dumps(to_json(ALL)))
    first = found["evaluations"][0]
    assert (first["dataset"], first["model"], first["mode"], first["unit"]) == ("a", "one", "semantic", "passage")
    assert first["figures"]["nDCG@10"] == pytest.approx({"value": 0.2, "low": 0.105, "high": 0.295})
    assert found["evaluations"][2]["mode"] is None
    last = found["comparisons"][-1]
    assert (last["dataset"], last["baseline"]) == ("average of 2", "one semantic passage")
    assert last["differences"]["nDCG@10"]["value"] == pytest.approx(0.2)
    assert last["differences"]["nDCG@10"]["p"] == pytest.approx(2 / 42)
