"""Runs an iterator on a thread of its own, a bounded step ahead of whoever consumes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_END = object()


def read_ahead(items: Iterable[T], *, depth: int) -> Iterator[T]:
    """Yield the same items, computed on another thread.

    Args:
        items: Where they come from; used by the other thread alone.
        depth: How many may wait, so that memory stays bounded.

    Yields:
        The items in order. An error of the other thread is raised here, in its place.
    """
    source = iter(items)
    reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead")
    finished = False
    try:
        waiting = deque(reader.submit(next, source, _END) for _ in range(depth))
        while (item := waiting.popleft().result()) is not _END:
            waiting.append(reader.submit(next, source, _END))
            yield item  # type: ignore[misc]  # _END is the only thing that is no T
        finished = True
    finally:
        # Whoever gives up early, by Ctrl-C or an error, does not wait for input that may never come.
        reader.shutdown(wait=finished, cancel_futures=True)
