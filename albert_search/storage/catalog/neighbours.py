"""Which texts stand around others."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence


def neighbours_of(connection: sqlite3.Connection, text_ids: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Return pairs of texts that stand near each other, each with itself too.

    Args:
        connection: A connection inside a transaction.
        text_ids: Numbers of texts; of one that stands in several places the first counts.
        width: How many sentences on each side are near.

    Returns:
        The number of each text with that of each text near it, in reading order.
    """
    sql = """SELECT wanted.value, near.text_id FROM json_each(?) AS wanted
        JOIN sentences s ON s.id = (SELECT min(id) FROM sentences WHERE text_id = wanted.value)
        JOIN sentences near ON near.document_id = s.document_id AND near.ordinal BETWEEN s.ordinal - ? AND s.ordinal + ?
        ORDER BY wanted.key, near.ordinal"""
    return [(row[0], row[1]) for row in connection.execute(sql, (json.dumps(list(text_ids)), width, width))]
