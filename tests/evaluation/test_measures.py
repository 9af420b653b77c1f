from __future__ import annotations

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, RR, R, nDCG

from albert_search.evaluation.measures import METRICS, measure, rank

documents = st.sampled_from([f"d{number}" for number in range(150)])
# Few different scores make ties, and two of them differ only beyond float32.
scores = st.sampled_from([0.5, 0.5 + 1e-12, 0.25, -1.0, 0.75]) | st.floats(-1, 1, width=32)
rankings = st.dictionaries(documents, scores, min_size=1, max_size=140)
judgements = st.dictionaries(documents, st.integers(-1, 4), min_size=1, max_size=40)


def by_trec_eval(gains: dict[str, int], ranking: dict[str, float]) -> tuple[float, ...]:
    """What trec_eval itself, through ir-measures, makes of one question."""
    # ir-measures cuts RR at 10 by itself; trec_eval's recip_rank has no cut.
    measures = [nDCG @ 10, RR @ 10, R @ 10, R @ 100, AP]
    found = ir_measures.pytrec_eval.calc_aggregate(measures[:1] + measures[2:], {"q": gains}, {"q": ranking})
    reciprocal = ir_measures.pytrec_eval.calc_aggregate([RR], {"q": gains}, {"q": ranking})[RR]
    return found[nDCG @ 10], reciprocal if reciprocal >= 0.1 else 0.0, found[R @ 10], found[R @ 100], found[AP]


@given(judgements, rankings)
def test_every_metric_is_what_trec_eval_says(gains: dict[str, int], ranking: dict[str, float]) -> None:
    assert measure(rank(ranking), gains) == pytest.approx(by_trec_eval(gains, ranking), abs=1e-6)


def test_metrics_by_hand() -> None:
    # Gains 0, 2, 1 against an ideal of 2, 1, 1:
    # (2/1.58496 + 1/2) / (2 + 1/1.58496 + 1/2) = 1.76186 / 3.13093
    values = dict(zip(METRICS, measure(["x", "a", "b"], {"a": 2, "b": 1, "c": 1}), strict=True))
    expected = {"nDCG@10": 0.562727, "MRR@10": 0.5, "recall@10": 2 / 3, "recall@100": 2 / 3, "MAP": 7 / 18}
    assert values == pytest.approx(expected, abs=1e-6)


def test_the_first_answer_counts_down_to_place_ten() -> None:
    tenth = [f"d{place}" for place in range(1, 10)] + ["answer"]
    assert measure(tenth, {"answer": 1})[METRICS.index("MRR@10")] == pytest.approx(0.1)
    assert measure(["d0", *tenth], {"answer": 1})[METRICS.index("MRR@10")] == 0


def test_a_question_without_an_answer_scores_nothing() -> None:
    assert measure(["a"], {"a": 0, "b": -1}) == (0.0,) * len(METRICS)


def test_equal_scores_are_ordered_by_descending_id() -> None:
    assert rank({"a": 0.5, "c": 0.5, "b": 0.5 + 1e-12, "d": 0.4}) == ["c", "b", "a", "d"]
