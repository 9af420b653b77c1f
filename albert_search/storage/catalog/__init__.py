"""SQLite, and the only place that knows SQL: what was read, and the vector of each distinct text."""

from __future__ import annotations

from albert_search.storage.catalog.catalog import Catalog
from albert_search.storage.catalog.filter_parser import as_filter, parse_filter
from albert_search.storage.catalog.filters import (
    AllOf,
    AnyOf,
    Comparison,
    Filter,
    Not,
    OneOf,
    Where,
)
from albert_search.storage.catalog.reading import Reading
from albert_search.storage.catalog.rows import FileState
from albert_search.storage.catalog.state import CatalogState
from albert_search.storage.catalog.writing import Writing

__all__ = [
    "AllOf",
    "AnyOf",
    "Catalog",
    "CatalogState",
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
