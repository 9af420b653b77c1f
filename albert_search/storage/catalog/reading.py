"""One consistent view of the catalog."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from albert_search.arrays import Ids, Vectors
from albert_search.errors import IndexDamaged
from albert_search.storage.catalog.digests import file_checksum, setting_checksum, text_hash, whitening_checksum
from albert_search.storage.catalog.filter_paths import one_form
from albert_search.storage.catalog.filter_plan import condition_by_index
from albert_search.storage.catalog.filter_sql import to_sql
from albert_search.storage.catalog.filters import Filter, Value
from albert_search.storage.catalog.invariants import find_violations
from albert_search.storage.catalog.neighbours import neighbours_of
from albert_search.storage.catalog.rows import FileState
from albert_search.storage.catalog.state import CatalogState
from albert_search.storage.catalog.word_search import WordSearch
from albert_search.types import DocumentSummary, Metadata, Place

Table: TypeAlias = Literal["files", "documents", "sentences", "texts"]

_PLACE = """SELECT s.id, s.document_id, s.ordinal, s.text_id, s.start,
    s."end", s.line, s.page, s.headings, t.text, d.uri, d."row", d.metadata
    FROM sentences s JOIN documents d ON d.id = s.document_id JOIN texts t ON t.id = s.text_id"""


class Reading:
    """A consistent view of the catalog; `Catalog.reading` makes it.

    Args:
        connection: A connection inside a transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @cached_property
    def state(self) -> CatalogState:
        """The settings.

        Raises:
            IndexDamaged: One is not what was stored.
        """
        settings = {row["key"]: _setting(row) for row in self._rows("SELECT key, value, checksum FROM settings")}
        try:
            return CatalogState.of(settings)
        except (KeyError, TypeError) as error:
            raise IndexDamaged(f"the catalog lacks a setting ({error}): restore a backup, or index again") from error

    @cached_property
    def words(self) -> WordSearch:
        """The words of texts, titles and file names."""
        return WordSearch(self.connection)

    def counts(self) -> dict[str, int]:
        """Return how many files, documents, sentences and distinct texts there are."""
        return {table: self.count(table) for table in get_args(Table)}

    def count(self, table: Table) -> int:
        """Return how many there are of one kind; it takes time in proportion."""
        return int(self._row(f"SELECT count(*) AS n FROM {table}")["n"])

    # --- what has been indexed -------------------------------------------------------------------

    def files(self) -> Iterator[FileState]:
        """Yield what is known of each file, by path."""
        for row in self._rows("SELECT path, size_bytes, mtime_ns, content_hash, reader FROM files ORDER BY path"):
            yield FileState(*row)

    def file(self, path: str) -> FileState | None:
        """Return what is known of one file; None for one that was never read, or whose row is damaged."""
        sql = "SELECT path, size_bytes, mtime_ns, content_hash, reader, checksum FROM files WHERE path = ?"
        *known, checksum = self._row(sql, path) or (None,)
        return FileState(*known) if known and file_checksum(*known) == checksum else None

    def document_hash(self, uri: str) -> bytes | None:
        """Return the digest by which an unchanged document is known again; None where there is no such one."""
        row = self._row("SELECT content_hash FROM documents WHERE uri = ?", uri)
        return row["content_hash"] if row else None

    def documents(self, where: Filter | None = None) -> Iterator[DocumentSummary]:
        """Yield the documents that match a filter, by address."""
        sql, values = to_sql(where) if where is not None else ("1", [])
        for row in self._rows(
            f"""SELECT d.id, d.uri, d.metadata, (SELECT language FROM document_words w WHERE w.document_id = d.id)
                AS language, (SELECT count(*) FROM sentences s WHERE s.document_id = d.id) AS n
            FROM documents d WHERE {sql} ORDER BY d.uri""",
            *values,
        ):
            yield DocumentSummary(row["uri"], row["n"], json.loads(row["metadata"]), row["id"], row["language"])

    def fields(self) -> list[str]:
        """Return the names of the fields that documents have, as filters name them, in order."""
        # From each name to the next by the index: SELECT DISTINCT would look at every row.
        sql = """WITH RECURSIVE names (name) AS (
                SELECT min(name) FROM fields
                UNION ALL SELECT (SELECT min(f.name) FROM fields f WHERE f.name > names.name) FROM names
                    WHERE names.name IS NOT NULL)
            SELECT DISTINCT rtrim(name, '.') AS name FROM names WHERE name IS NOT NULL"""
        return [row["name"] for row in self._rows(sql)]

    def document_ids(self, where: Filter | None = None) -> list[int]:
        """Return the numbers of the documents that match a filter."""
        sql, values = condition_by_index(self.connection, where)
        return [row["id"] for row in self._rows(f"SELECT d.id FROM documents d WHERE {sql}", *values)]

    def document_ids_at(self, addresses: Sequence[str]) -> list[int]:
        """Return the numbers of the documents with one of these addresses; in other Unicode forms where none has."""
        sql = "SELECT id FROM documents WHERE uri IN (SELECT value FROM json_each(?1))"
        found = [row["id"] for row in self._rows(sql, json.dumps(addresses))]
        forms = json.dumps(list(map(one_form, addresses)))
        sql += " OR address IN (SELECT value FROM json_each(?1))"
        return found or [row["id"] for row in self._rows(sql, forms)]

    def texts_at(self, address: str) -> dict[str, Metadata]:
        """Return the metadata of the documents at the address of a text, and at those that go on behind it."""
        sql = "SELECT uri, metadata FROM documents WHERE uri = ? OR uri >= ? AND uri < ?"
        return {uri: json.loads(known) for uri, known in self._rows(sql, address, *_starting_with(address + ":"))}

    def document_ids_under(self, addresses: Sequence[str]) -> list[int]:
        """Return the numbers of the documents at these addresses, in these folders, or rows of these files."""
        sql = """SELECT id FROM documents WHERE uri >= ?1 AND uri < ?2
            UNION SELECT id FROM documents WHERE address >= ?1 AND address < ?2"""
        below = [
            row["id"]
            for address in dict.fromkeys([*addresses, *map(one_form, addresses)])
            for start in (address.rstrip("/") + "/", address + "#row=")
            for row in self._rows(sql, *_starting_with(start))
        ]
        return self.document_ids_at(addresses) + below

    def missing_texts(self, texts: Sequence[str]) -> list[str]:
        """Return those of the texts that have no vector yet, each once, in order."""
        by_hash = {text_hash(text): text for text in texts}
        sql = "SELECT 1 FROM texts WHERE hash = ?"
        return [text for hash_, text in by_hash.items() if self._row(sql, hash_) is None]

    # --- sentences -------------------------------------------------------------------------------

    def places(self, text_id: int, *, where: Filter | None = None, limit: int = -1) -> list[Place]:
        """Return the sentences that hold a text, oldest first, in documents that match; -1 gives all."""
        sql, values = to_sql(where) if where is not None else ("1", [])
        rows = self._rows(f"{_PLACE} WHERE s.text_id = ? AND {sql} ORDER BY s.id LIMIT ?", text_id, *values, limit)
        return [_place(row) for row in rows]

    def count_places(self, text_id: int, where: Filter | None = None) -> int:
        """Return how many sentences hold a text, in documents that match."""
        sql, values = to_sql(where) if where is not None else ("1", [])
        join = "JOIN documents d ON d.id = s.document_id" if where else ""
        return int(self._row(f"SELECT count(*) AS n FROM sentences s {join} WHERE s.text_id = ? AND {sql}",
                             text_id, *values)["n"])  # fmt: skip

    def sentences(self, document_id: int, first: int = 0, last: int | None = None) -> list[Place]:
        """Return the sentences of a document from one ordinal to another, both included."""
        limit = last if last is not None else 1 << 60
        sql = f"{_PLACE} WHERE s.document_id = ? AND s.ordinal BETWEEN ? AND ? ORDER BY s.ordinal"
        return [_place(row) for row in self._rows(sql, document_id, first, limit)]

    def neighbours(self, text_ids: Sequence[int], width: int) -> list[tuple[int, int]]:
        """Return the number of each text with those of the texts that stand near its first place, itself too."""
        return neighbours_of(self.connection, text_ids, width)

    def sentence_at(self, uri: str, line: int) -> Place | None:
        """Return the sentence at a line of a document, or of a table: the first there, or else the last before it."""
        place = "coalesce(s.line, s.ordinal + 1)"
        here = "(d.uri = ? OR d.uri >= ? AND d.uri < ?)"
        sql = f"{_PLACE} WHERE {here} AND {place} <= ? ORDER BY {place} DESC, s.ordinal, d.id LIMIT 1"
        row = self._row(sql, uri, *_starting_with(uri + "#row="), line)
        return _place(row) if row else None

    # --- texts and vectors -----------------------------------------------------------------------

    def text_ids(self, where: Filter) -> Ids:
        """Return the numbers of the texts that stand in documents that match a filter, ascending."""
        sql, values = condition_by_index(self.connection, where)
        rows = self._rows(
            f"SELECT s.text_id FROM documents d JOIN sentences s ON s.document_id = d.id WHERE {sql}", *values
        )
        return np.unique(np.fromiter((row["text_id"] for row in rows), dtype=np.int64))

    def whitening(self) -> tuple[bytes, bytes] | None:
        """Return the mean and the matrix that vectors are whitened with, as bytes; None where they are not.

        Raises:
            IndexDamaged: They are not what was stored.
        """
        row = self._row("SELECT mean, matrix, checksum FROM whitening")
        if row is None:
            return None
        if whitening_checksum(row["mean"], row["matrix"]) != row["checksum"]:
            raise IndexDamaged("the catalog's whitening is damaged: rebuild the index and whiten it anew")
        return row["mean"], row["matrix"]

    def searchable_texts(self, text_ids: Sequence[int]) -> list[str]:
        """Return some texts as they were embedded, in the order of their numbers given."""
        sql = "SELECT text FROM json_each(?) AS wanted JOIN texts ON texts.id = wanted.value ORDER BY wanted.key"
        return [row["text"] for row in self._rows(sql, json.dumps(list(text_ids)))]

    def vectors_of(self, text_ids: Sequence[int]) -> Vectors:
        """Return the model's vectors of some texts, in the order of their numbers given: float32 (n, dim).

        A text that the model cannot read has none, and no row.
        """
        sql = """SELECT vector FROM json_each(?) AS wanted JOIN texts ON texts.id = wanted.value AND vector != x''
            ORDER BY wanted.key"""
        return _stacked([row["vector"] for row in self._rows(sql, json.dumps(list(text_ids)))])

    def vectors_after(self, text_id: int, *, batch_size: int = 8192) -> Iterator[tuple[Ids, Vectors]]:
        """Yield the model's vectors of all texts with a higher number, ascending.

        Args:
            text_id: Only texts that come after it; 0 for all.
            batch_size: Texts in one batch.

        Yields:
            Numbers int64 (n,) and vectors float32 (n, dim).
        """
        while rows := self.connection.execute(
            "SELECT id, vector FROM texts WHERE id > ? AND vector != x'' ORDER BY id LIMIT ?", (text_id, batch_size)
        ).fetchall():
            ids = np.fromiter((row["id"] for row in rows), dtype=np.int64, count=len(rows))
            yield ids, _stacked([row["vector"] for row in rows])
            text_id = int(ids[-1])

    def sample_vectors(self, count: int) -> Vectors:
        """Return the model's vectors of so many texts, drawn evenly over the whole catalog: float32 (n, dim)."""
        total = self.count_vectors()
        sql = """SELECT vector FROM (SELECT vector, row_number() OVER (ORDER BY id) AS n FROM texts WHERE vector != x'')
            WHERE n * ?1 / ?2 > (n - 1) * ?1 / ?2"""
        return _stacked([row["vector"] for row in self._rows(sql, min(count, total), total)])

    def readable(self, text_ids: Sequence[int]) -> list[int]:
        """Return those of some texts that have a vector, in their order."""
        sql = """SELECT texts.id FROM json_each(?) AS wanted JOIN texts ON texts.id = wanted.value AND vector != x''
            ORDER BY wanted.key"""
        return [row["id"] for row in self._rows(sql, json.dumps(list(text_ids)))]

    def count_vectors(self) -> int:
        """Return how many texts have a vector; it takes time in proportion."""
        return int(self._row("SELECT count(*) AS n FROM texts WHERE vector != x''")["n"])

    def last_text_id(self) -> int:
        """Return the highest number that a text has; 0 where there is none."""
        return int(self._row("SELECT coalesce(max(id), 0) AS n FROM texts")["n"])

    def texts_removed_after(self, generation: int) -> Ids:
        """Return the numbers of the texts that were removed after a generation."""
        rows = self._rows("SELECT text_id FROM removed_texts WHERE generation > ?", generation)
        return np.fromiter((row["text_id"] for row in rows), dtype=np.int64)

    def violations(self) -> list[str]:
        """Return what is wrong with the catalog, a sentence each."""
        return [*find_violations(self.connection)]

    def _rows(self, sql: str, *values: Value | bytes) -> sqlite3.Cursor:
        return self.connection.execute(sql, values)

    def _row(self, sql: str, *values: Value | bytes) -> Any:
        return self.connection.execute(sql, values).fetchone()


def _starting_with(start: str) -> tuple[str, str]:
    """Return the first text that starts so, and the first that comes after all those."""
    return start, start[:-1] + chr(ord(start[-1]) + 1)


def _stacked(blobs: Sequence[bytes]) -> Vectors:
    if not blobs:
        return np.empty((0, 0), dtype=np.float32)
    try:
        return np.frombuffer(b"".join(blobs), dtype="<f2").astype(np.float32).reshape(len(blobs), -1)
    except (TypeError, ValueError) as error:
        raise IndexDamaged("the catalog holds a vector of another length: verify the index to see which") from error


def _setting(row: sqlite3.Row) -> Any:
    if setting_checksum(row["key"], row["value"]) != row["checksum"]:
        raise IndexDamaged(f"the catalog's setting {row['key']} is damaged: restore it from a backup, or index again")
    return json.loads(row["value"])


def _place(row: sqlite3.Row) -> Place:
    fields = dict(row)
    headings, metadata = json.loads(fields.pop("headings")), json.loads(fields.pop("metadata"))
    # The lines above the last are headings that the sentence was embedded with.
    text = fields.pop("text").rpartition("\n")[2]
    return Place(text=text, headings=tuple(headings), metadata=metadata, **fields)
