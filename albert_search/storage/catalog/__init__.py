"""SQLite, and the only place that knows SQL: what was read, and the vector of each distinct text.

In reading order:

- ``catalog``: the file, its readers and its writer.
- ``migrations``, ``rows``, ``metadata_fields``, ``digests``: tables, rows as values, and checksums.
- ``state``: the settings of a catalog.
- ``connection``: one a thread; errors of SQLite as ours.
- ``reading``, ``neighbours``, ``writing``: one consistent view, one transaction.
- ``moving``: files that lie elsewhere now.
- ``model_change``: other vectors for all texts.
- ``filters``, ``filter_parser``, ``filter_sql``, ``filter_paths``, ``filter_plan``: filters as a tree, as text, as SQL.
- ``keywords``: text as a query of FTS5.
- ``invariants``, ``seal``: damage, row by row and byte by byte.
"""

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
from albert_search.storage.catalog.model_change import all_texts, replace_vectors
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
    "all_texts",
    "as_filter",
    "parse_filter",
    "replace_vectors",
]
