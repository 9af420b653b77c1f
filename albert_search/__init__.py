"""Semantic search over document collections: ALBERT sentence vectors, FAISS and SQLite."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from albert_search.albert import Encoder
    from albert_search.errors import (
        AlbertSearchError,
        FilterError,
        IndexDamaged,
        IndexFailure,
        IndexLocked,
        IndexNotFound,
        MissingExtra,
        ModelError,
        ModelMismatch,
        NotIndexed,
        StorageError,
        UsageError,
    )
    from albert_search.index.asynchronous import AsyncIndex
    from albert_search.index.index import Index
    from albert_search.indexing.report import IndexReport, Progress
    from albert_search.indexing.source import Source
    from albert_search.types import Document, Hit, Sentence, Skipped

__version__ = "0.1.0"

__all__ = [
    "AlbertSearchError",
    "AsyncIndex",
    "Document",
    "Encoder",
    "FilterError",
    "Hit",
    "Index",
    "IndexDamaged",
    "IndexFailure",
    "IndexLocked",
    "IndexNotFound",
    "IndexReport",
    "MissingExtra",
    "ModelError",
    "ModelMismatch",
    "NotIndexed",
    "Progress",
    "Sentence",
    "Skipped",
    "Source",
    "StorageError",
    "UsageError",
    "__version__",
]

# Everything else that is public comes from the errors.
_HOMES = {
    "AsyncIndex": "index.asynchronous",
    "Document": "types",
    "Encoder": "albert",
    "Hit": "types",
    "Index": "index.index",
    "IndexReport": "indexing.report",
    "Progress": "indexing.report",
    "Sentence": "types",
    "Skipped": "types",
    "Source": "indexing.source",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that importing the package costs nothing (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
