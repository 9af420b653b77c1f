"""In which order the parts of a filter are looked up: first the one that the fewest documents meet."""

from __future__ import annotations

import sqlite3

from albert_search.storage.catalog.filter_sql import Sql, finder, parts_of, to_sql
from albert_search.storage.catalog.filters import Filter

MOST_COUNTED = 20_000
"""Of more documents than this it does not matter how many they are."""


def condition_by_index(connection: sqlite3.Connection, where: Filter | None) -> Sql:
    """Return a condition on the documents ``d`` that SQLite begins with an index, where the filter has one.

    Args:
        connection: A connection to the catalog.
        where: The filter; None for every document.
    """
    if where is None:
        return "1", []
    sql, values = to_sql(where)
    first = first_finder(connection, where)
    if first is None:
        return sql, values
    return f"d.id IN ({first[0]}) AND {sql}", [*first[1], *values]


def first_finder(connection: sqlite3.Connection, where: Filter) -> Sql | None:
    """Return the query that finds the fewest documents with all that match among them; None without an index."""
    found = [query for part in parts_of(where) if (query := finder(part)) is not None]
    if len(found) < 2:
        return found[0] if found else None
    least = MOST_COUNTED
    first = found[0]
    for sql, values in found:
        counted = connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM ({sql}) LIMIT {least})", values).fetchone()
        if counted[0] < least:
            least, first = counted[0], (sql, values)
    return first
