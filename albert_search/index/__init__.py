"""The class that people use, and what can be asked of an index that is open.

In reading order:

- ``browser``, ``pages``, ``info``: what an index holds, without a question or a model.
- ``reader``: what can be asked.
- ``updating``: writing, and the sources that are read again.
- ``index``: what can be done.
- ``keeping``, ``watching``: in step with its sources for as long as a program runs.
- ``asynchronous``: the same for event loops.
- ``session``: questions one after the other, with feedback.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from albert_search.index.asynchronous import AsyncIndex
    from albert_search.index.index import Index
    from albert_search.index.reader import IndexReader

__all__ = ["AsyncIndex", "Index", "IndexReader"]

_HOMES = {"AsyncIndex": "asynchronous", "Index": "index", "IndexReader": "reader"}


def __getattr__(name: str) -> Any:
    """Load a class when it is first asked for: a search needs the reader alone (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
