"""SQLite, and the only place that knows SQL: what was read, and the vector of each distinct text."""

from __future__ import annotations

from albert_search.storage.catalog.catalog import Catalog
from albert_search.storage.catalog.filters import (
    All,
    Any,
    Comparison,
    Filter,
    Not,
    OneOf,
    Where,
    as_filter,
    parse_filter,
)
from albert_search.storage.catalog.reading import Reading
from albert_search.storage.catalog.rows import FileState
from albert_search.storage.catalog.writing import Writing

__all__ = [
    "All",
    "Any",
    "Catalog",
    "Comparison",
    "FileState",
    "Filter",
    "Not",
    "OneOf",
    "Reading",
    "Where",
    "Writing",
    "as_filter",
    "parse_filter",
]
