"""What may be asked of the words of a catalog, inside one consistent view."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from functools import cached_property

from albert_search.arrays import Ids
from albert_search.storage.catalog.filter_sql import to_sql
from albert_search.storage.catalog.filters import Filter, Value
from albert_search.storage.catalog.keywords import fts5_query, name_query, phrase_query, whole_query


class WordSearch:
    """The words of every text, title and file name; `Reading.words` makes it.

    Args:
        connection: A connection inside a transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @cached_property
    def languages(self) -> dict[str | None, int]:
        """How many documents there are in each language; None for those whose language is not known."""
        sql = "SELECT language, count(*) FROM document_words GROUP BY language ORDER BY 2 DESC, 1"
        return dict(self._rows(sql).fetchall())

    def language_of(self, document_id: int) -> str | None:
        """Return the language of a document; None where it is not known."""
        row = self._rows("SELECT language FROM document_words WHERE document_id = ?", document_id).fetchone()
        return row[0] if row else None

    def matches(
        self,
        text: str,
        limit: int,
        only: Ids | None = None,
        phrases: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> list[tuple[int, float]]:
        """Rank texts by the words they share with a question.

        Args:
            text: The question; anything at all.
            limit: At most so many.
            only: Look at these texts alone.
            phrases: Only texts that hold all of these, word for word.
            without: None that hold one of these.

        Returns:
            Text numbers and BM25 scores (0 and up, higher is better), best first.
        """
        query = fts5_query(text, self.languages)
        for phrase in phrases:
            query = f"({query}) AND {phrase_query(phrase)}" if query else ""
        for phrase in without:
            query = f"({query}) NOT {phrase_query(phrase)}" if query and phrase_query(phrase) else query
        return self._ranked(query, limit, only)

    def holding(self, string: str, most: int) -> dict[int, bool]:
        """Find the texts that hold a string as it is written, but for case and accents.

        Args:
            string: The string.
            most: Of more texts than this it does not tell one apart, and none is returned.

        Returns:
            Text numbers, and whether each holds the string as a whole, not only its parts in a row.
        """
        whole, parts = whole_query(string), phrase_query(string)
        if not parts:
            return {}
        exact = dict.fromkeys(self._rowids(whole or parts, most + 1), True)
        if len(exact) > most or not whole:
            return exact if len(exact) <= most else {}
        near = dict.fromkeys(self._rowids(parts, most + 1), False)
        return near | exact if len(near) <= most else exact

    def named(self, text: str, most: int, where: Filter | None = None) -> list[int]:
        """Find the documents whose title or file name holds all words of a text but its function words.

        Args:
            text: The text.
            most: Of more documents than this none is returned.
            where: Only documents that match.

        Returns:
            Their numbers.
        """
        query = name_query(text, self.languages)
        if not query:
            return []
        sql, values = to_sql(where) if where is not None else ("1", [])
        rows = self._rows(
            f"""SELECT d.id FROM document_words_fts JOIN documents d ON d.id = document_words_fts.rowid
            WHERE document_words_fts MATCH ? AND {sql} LIMIT ?""",
            query,
            *values,
            most + 1,
        )
        found = [number for (number,) in rows]
        return found if len(found) <= most else []

    def with_phrase(self, phrase: str) -> list[int]:
        """Return the numbers of all texts that hold a phrase word for word, ascending."""
        query = phrase_query(phrase)
        return self._rowids(query, -1) if query else []

    def _rowids(self, query: str, limit: int) -> list[int]:
        sql = "SELECT rowid FROM text_words_fts WHERE text_words_fts MATCH ? ORDER BY rowid LIMIT ?"
        return [number for (number,) in self._rows(sql, query, limit)]

    def _ranked(self, query: str, limit: int, only: Ids | None) -> list[tuple[int, float]]:
        if not query:
            return []
        inside, values = "", []
        if only is not None:
            # The plus keeps SQLite from asking the full text once for each of them.
            inside, values = "AND +rowid IN (SELECT value FROM json_each(?))", [json.dumps(only.tolist())]
        rows = self._rows(
            f"""SELECT rowid, -bm25(text_words_fts) AS score FROM text_words_fts
            WHERE text_words_fts MATCH ? {inside} ORDER BY score DESC, rowid LIMIT ?""",
            query,
            *values,
            limit,
        )
        return [(number, score) for number, score in rows]

    def _rows(self, sql: str, *values: Value) -> sqlite3.Cursor:
        return self.connection.execute(sql, values)
