"""What may be asked of the words of a catalog, inside one consistent view."""

from __future__ import annotations

import sqlite3
from functools import cached_property

from albert_search.storage.catalog.filter_sql import to_sql
from albert_search.storage.catalog.filters import Filter, Value
from albert_search.storage.catalog.keywords import fts5_query


class WordSearch:
    """The words of every text, title and file name; `Reading.words` makes it.

    Args:
        connection: A connection inside a transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @cached_property
    def languages(self) -> dict[str | None, int]:
        """How many documents there are in each language; None for those whose language is not known."""
        sql = "SELECT language, count(*) FROM document_words GROUP BY language ORDER BY 2 DESC, 1"
        return dict(self._rows(sql).fetchall())

    def language_of(self, document_id: int) -> str | None:
        """Return the language of a document; None where it is not known."""
        row = self._rows("SELECT language FROM document_words WHERE document_id = ?", document_id).fetchone()
        return row[0] if row else None

    def matches(self, text: str, limit: int, where: Filter | None = None) -> list[tuple[int, float]]:
        """Rank texts by the words they share with a question.

        Args:
            text: The question; anything at all.
            limit: At most so many.
            where: Only texts of documents that match.

        Returns:
            Text numbers and BM25 scores (0 and up, higher is better), best first.
        """
        return self._ranked(fts5_query(text, self.languages), limit, where)

    def _ranked(self, query: str, limit: int, where: Filter | None) -> list[tuple[int, float]]:
        if not query:
            return []
        inside, values = _inside(where)
        rows = self._rows(
            f"""SELECT rowid, -bm25(text_words_fts) AS score FROM text_words_fts
            WHERE text_words_fts MATCH ? {inside} ORDER BY score DESC, rowid LIMIT ?""",
            query,
            *values,
            limit,
        )
        return [(number, score) for number, score in rows]

    def _rows(self, sql: str, *values: Value) -> sqlite3.Cursor:
        return self._connection.execute(sql, values)


def _inside(where: Filter | None) -> tuple[str, list[Value]]:
    if where is None:
        return "", []
    sql, values = to_sql(where)
    inside = f"AND rowid IN (SELECT s.text_id FROM documents d JOIN sentences s ON s.document_id = d.id WHERE {sql})"
    return inside, values
