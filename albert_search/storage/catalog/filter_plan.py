"""In which order the parts of a filter are looked up: first the one that the fewest documents meet."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from albert_search.storage.catalog.filter_sql import Sql, finder, parts_of, to_sql
from albert_search.storage.catalog.filters import Filter, Not

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


def is_met_by_more(connection: sqlite3.Connection, where: Filter, most: int) -> bool:
    """Tell whether more documents than so many are likely to match a filter, at the cost of counting so many.

    A filter that no index answers leaves most documents if it says what they are not; else nothing is known of it, and
    it counts as one that few match.
    """
    first = first_finder(connection, where)
    if first is None:
        return all(isinstance(part, Not) and finder(part.part) is not None for part in parts_of(where))
    sql, values = first
    counted = connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM ({sql}) LIMIT {most + 1})", values).fetchone()
    return bool(counted[0] > most)


def texts_that_match(connection: sqlite3.Connection, text_ids: Sequence[int], where: Filter) -> set[int]:
    """Return those of some texts that stand in documents that match a filter.

    Args:
        connection: A connection to the catalog.
        text_ids: Numbers of texts.
        where: The filter.
    """
    sql, values = to_sql(where)
    rows = connection.execute(
        f"""SELECT DISTINCT s.text_id FROM json_each(?) AS wanted JOIN sentences s ON s.text_id = wanted.value
        JOIN documents d ON d.id = s.document_id WHERE {sql}""",
        (json.dumps(list(text_ids)), *values),
    )
    return {number for (number,) in rows}
