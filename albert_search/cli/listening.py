"""Listening, the same for every server: open the index, say its address, end well when told to."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from albert_search.cli.output import say

if TYPE_CHECKING:
    from albert_search.index.index import Index
    from albert_search.serving.security import Access


def listen(
    serve: Callable[[Index, Access, int, Callable[[str], None]], None],
    index: str | None,
    access: Access,
    port: int,
    *,
    stale: bool,
) -> None:
    """Serve an index until SIGTERM or Ctrl+C.

    Args:
        serve: Answers requests for an index, and calls with its address once it does.
        index: Which index, as ``--index`` takes it.
        access: Who may ask for what.
        port: Port to listen on.
        stale: Whether changes of the index's sources are left alone meanwhile.
    """
    from albert_search.index.index import Index

    # The server ends by raising the signal that told it to; a stop that was asked for is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Index.open(index) as served, in_step(served, stale=stale):
        serve(served, access, port, lambda address: say(f"{served.folder} is at {address}"))


def in_step(index: Index, *, stale: bool) -> AbstractContextManager[None]:
    """Keep an index in step with its sources inside a ``with`` block, unless it may be stale or not be written to."""
    if stale or not os.access(index.folder, os.W_OK):
        return nullcontext()
    from albert_search.index.keeping import kept_in_step

    return kept_in_step(index, say)
