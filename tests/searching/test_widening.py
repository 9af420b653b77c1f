"""Rankings are asked for wider and wider until there is enough, or no more."""

from __future__ import annotations

from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from albert_search.searching.widening import widening


@given(st.integers(0, 500), st.integers(1, 600))
def test_every_ranking_begins_as_the_one_before_and_the_last_has_all(there: int, width: int) -> None:
    rankings = list(widening(lambda wanted: range(there)[:wanted], width))
    assert list(rankings[-1]) == list(range(there))
    for shorter, longer in pairwise(rankings):
        assert len(shorter) < len(longer) or len(shorter) == there
        assert list(longer[: len(shorter)]) == list(shorter)


def test_nothing_is_asked_for_that_is_not_needed() -> None:
    asked = []

    def ask(width: int) -> list[int]:
        asked.append(width)
        return [0] * width

    assert [len(ranking) for ranking in islice(widening(ask, 3), 2)] == [3, 12]
    assert asked == [3, 12]


def test_a_ranking_that_comes_out_short_is_the_last() -> None:
    asked: list[int] = []
    assert list(widening(lambda width: asked.append(width) or [], 5)) == [[]]
    assert asked == [5]
