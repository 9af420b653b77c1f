"""Batches hold every row once, and are not larger than they may be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from albert_search.training.batches import by_length, pad, shuffled


@given(st.lists(st.integers(2, 40), min_size=1, max_size=60), st.integers(1, 9), st.integers(40, 120))
def test_every_row_is_in_one_batch_and_no_batch_is_too_large(lengths: list[int], texts: int, tokens: int) -> None:
    batches = by_length([[1] * length for length in lengths], texts=texts, tokens=tokens)
    assert sorted(number for batch in batches for number in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) <= texts
        assert len(batch) * max(lengths[number] for number in batch) <= tokens


def test_a_row_longer_than_a_batch_may_be_stands_alone() -> None:
    assert by_length([[1] * 50, [1] * 3], texts=8, tokens=20) == [[0], [1]]


def test_padding_is_masked() -> None:
    inputs = pad([[2, 5, 6, 3], [2, 3]])
    assert inputs["input_word_ids"].tolist() == [[2, 5, 6, 3], [2, 3, 0, 0]]
    assert inputs["input_mask"].tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]


def test_the_same_seed_gives_the_same_order() -> None:
    batches = [[number] for number in range(50)]
    assert shuffled(batches, 3) == shuffled(batches, 3) != shuffled(batches, 4)
    assert sorted(shuffled(batches, 3)) == batches
