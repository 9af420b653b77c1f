"""An index that is kept in step with its sources for as long as a program runs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from albert_search.errors import AlbertSearchError, IndexLocked
from albert_search.index.index import Index
from albert_search.index.updating import Refreshment

EVERY_S = 2.0
"""How often a running server looks for changes, in seconds."""

REST = 20.0
"""So many times longer than a look is the rest after it, however many files there are."""

LONG_S = 60.0
"""A look that takes longer than this, in seconds, is given up: changes are then noticed by `update` alone."""


def bring_in_step(index: Index) -> Refreshment | None:
    """Read whatever has changed under the sources, however much it is.

    Args:
        index: The index.

    Returns:
        What has changed, and what was done about it; None where nothing has, or while another process writes.

    Raises:
        StorageError: The disk is full, read-only or failing; what was committed stays.
    """
    if index.compare_sources(LONG_S) != "changed":
        return None
    try:
        return index.refresh(most_bytes=sys.maxsize)
    except IndexLocked:
        return None  # the next look will find the same changes, unless that process has read them


@contextmanager
def kept_in_step(index: Index, tell: Callable[[str], None], *, every_s: float = EVERY_S) -> Iterator[None]:
    """Look for changes of the sources again and again, in a thread, inside a ``with`` block.

    Args:
        index: What is kept in step.
        tell: Takes a sentence where that fails; the next look tries again.
        every_s: How long to rest between two looks, at least, in seconds.
    """
    stopped = threading.Event()

    def keep() -> None:
        rest_s = every_s
        while not stopped.wait(rest_s):
            started = time.monotonic()
            try:
                bring_in_step(index)
            except AlbertSearchError as error:
                tell(f"the sources were not read: {error}")
            rest_s = max(every_s, REST * (time.monotonic() - started))

    thread = threading.Thread(target=keep, name="sources", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
