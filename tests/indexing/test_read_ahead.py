"""An iterator that runs on another thread gives the same items, errors and end."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Generator, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albert_search.indexing.read_ahead import read_ahead


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | st.integers()), st.integers(1, 5))
def test_it_yields_the_same_items_in_order(items: list[int | None], depth: int) -> None:
    assert list(read_ahead(items, depth=depth)) == items


def test_it_runs_on_one_other_thread_and_no_more_than_so_far_ahead() -> None:
    threads: set[int] = set()
    made: list[int] = []

    def source() -> Iterator[int]:
        for number in range(20):
            threads.add(threading.get_ident())
            made.append(number)
            yield number

    for number in read_ahead(source(), depth=3):
        time.sleep(0.002)
        assert len(made) <= number + 1 + 3
    assert len(made) == 20
    assert len(threads) == 1
    assert threads != {threading.get_ident()}


def test_an_error_comes_in_its_place() -> None:
    def source() -> Iterator[int]:
        yield 1
        yield 2
        raise ZeroDivisionError

    ahead = read_ahead(source(), depth=4)
    assert [next(ahead), next(ahead)] == [1, 2]
    with pytest.raises(ZeroDivisionError):
        next(ahead)


def test_no_thread_is_left_when_the_consumer_stops() -> None:
    ahead = read_ahead(itertools.count(), depth=2)
    assert isinstance(ahead, Generator)
    assert [next(ahead), next(ahead)] == [0, 1]
    ahead.close()
    deadline = time.monotonic() + 10
    while any(thread.name.startswith("read-ahead") for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
