"""One transaction that changes the catalog."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from albert_search.errors import IndexDamaged
from albert_search.storage.catalog.digests import (
    document_checksum,
    dump_json,
    file_checksum,
    sentence_row,
    setting_checksum,
    text_checksum,
    text_hash,
    whitening_checksum,
)
from albert_search.storage.catalog.metadata_fields import address_of, field_rows, metadata_json
from albert_search.storage.catalog.moving import move_files
from albert_search.storage.catalog.rows import FileState
from albert_search.storage.catalog.state import (
    FOLDED_GENERATION,
    GENERATION,
    NULL_DISTRIBUTION,
    TEXTS_AHEAD,
    VECTOR_FILES,
)
from albert_search.storage.catalog.word_filling import refill_words
from albert_search.storage.catalog.word_rows import names_of, word_row
from albert_search.types import Metadata, Sentence


class Writing:
    """One transaction on the catalog; `Catalog.writing` makes and commits it.

    Args:
        connection: A connection on which ``BEGIN IMMEDIATE`` was just executed.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._changed = False
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS loosened (text_id INTEGER PRIMARY KEY)")
        connection.execute("DELETE FROM temp.loosened")

    def set(self, key: str, value: Any) -> None:
        """Store a setting as JSON."""
        written = dump_json(value)
        row = (key, written, setting_checksum(key, written))
        self.connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", row)

    def add_texts(
        self,
        texts: Sequence[str],
        vectors: npt.NDArray[np.float32],
        languages: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        """Store distinct texts with their vectors; those that are there already stay as they are.

        Args:
            texts: The texts.
            vectors: float32 (n, dim), L2-normalised; kept as float16. A row of zeros says that the model cannot read
                the text: it has no vector.
            languages: The language of each text, where it is known.
        """
        next_id = self._next_text_id()
        rows, words = [], []
        for offset, (text, vector) in enumerate(zip(texts, vectors.astype("<f2"), strict=True)):
            blob = vector.tobytes() if vector.any() else b""
            text_id = next_id + offset
            rows.append((text_id, text, text_hash(text), blob, text_checksum(text_id, text, blob)))
            words.append((*word_row(text_id, text, languages.get(text)), text_id))
        self.connection.executemany("INSERT OR IGNORE INTO texts VALUES (?, ?, ?, ?, ?)", rows)
        self.connection.executemany(
            "INSERT INTO text_words SELECT ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM texts WHERE id = ?)", words
        )
        self._changed = self._changed or bool(rows)

    def put_file(self, state: FileState) -> int:
        """Store what is known of a file, in place of what was.

        Returns:
            Its number in the catalog.
        """
        row = self.connection.execute(
            """INSERT INTO files (path, size_bytes, mtime_ns, content_hash, reader, checksum) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (path) DO UPDATE SET size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns,
                content_hash = excluded.content_hash, reader = excluded.reader, checksum = excluded.checksum
            RETURNING id""",
            (*astuple(state), file_checksum(*astuple(state))),
        ).fetchone()
        return int(row["id"])

    def put_document(
        self,
        uri: str,
        sentences: Sequence[Sentence],
        *,
        metadata: Metadata,
        content_hash: bytes,
        file_id: int | None = None,
        row: int | None = None,
        language: str | None = None,
    ) -> None:
        """Store a document in place of the one with the same address.

        Args:
            uri: Its address.
            sentences: Its sentences in order; their texts must have been added.
            metadata: JSON values.
            content_hash: Digest by which an unchanged document is known again.
            file_id: The file it came from; without one, a file that had this address is read again by the next run.
            row: Row of the table, if it is one.
            language: The language that it is in, where it is known.
        """
        if file_id is None:
            self._have_read_again(uri)
        self.remove_document_at(uri)
        text_ids = self._text_ids(sentence.searchable for sentence in sentences)
        rows = [sentence_row(ordinal, sentence) for ordinal, sentence in enumerate(sentences)]
        written = metadata_json(metadata)
        known = json.loads(written)
        checksum = document_checksum(uri, row, written, content_hash, rows)
        inserted = self.connection.execute(
            'INSERT INTO documents (file_id, uri, "row", metadata, content_hash, checksum, address)'
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (file_id, uri, row, written, content_hash, checksum, address_of(uri)),
        )
        document_id = int(inserted.fetchone()["id"])
        names = names_of(uri, known, is_file=file_id is not None)
        self._make_findable(document_id, known, names, language)
        self.connection.executemany(
            """INSERT INTO sentences (document_id, ordinal, text_id, start, "end", line, page, headings)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            [(document_id, ordinal, text_ids[hash_], *rest) for ordinal, hash_, *rest in rows],
        )
        self._changed = True

    def _make_findable(self, document_id: int, metadata: Metadata, names: str, language: str | None) -> None:
        """Store what filters look at, and the words of what a document is called."""
        self.connection.executemany(
            "INSERT INTO fields VALUES (?, ?, ?, ?, ?, ?)",
            [(document_id, position, *field) for position, field in enumerate(field_rows(metadata, language))],
        )
        names_row = word_row(document_id, names, language)
        self.connection.execute("INSERT INTO document_words VALUES (?, ?, ?, ?, ?, ?)", names_row)

    def remove_documents(self, document_ids: Iterable[int]) -> int:
        """Remove documents, and every text that no other document holds.

        Args:
            document_ids: Numbers of the documents.

        Returns:
            How many were removed.
        """
        parameters = [(document_id,) for document_id in document_ids]
        if not parameters:
            return 0
        run = self.connection.executemany
        run("INSERT OR IGNORE INTO temp.loosened SELECT text_id FROM sentences WHERE document_id = ?", parameters)
        run("DELETE FROM sentences WHERE document_id = ?", parameters)
        run("DELETE FROM fields WHERE document_id = ?", parameters)
        run("DELETE FROM document_words WHERE document_id = ?", parameters)
        self._changed = True
        return run("DELETE FROM documents WHERE id = ?", parameters).rowcount

    def remove_document_at(self, uri: str) -> int:
        """Remove the document with this address, if there is one, and return how many were removed."""
        return self.remove_documents(self._ids("SELECT id FROM documents WHERE uri = ?", uri))

    def remove_with_files(self, document_ids: Iterable[int]) -> int:
        """Remove documents, and files of which no document is left, so that they are read again if indexed again.

        Returns:
            How many documents were removed.
        """
        numbers = list(document_ids)
        sql = "SELECT DISTINCT file_id FROM documents WHERE file_id NOT NULL AND id IN (SELECT value FROM json_each(?))"
        files = self._ids(sql, dump_json(numbers))
        removed = self.remove_documents(numbers)
        sql = "DELETE FROM files WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM documents WHERE file_id = ?1)"
        self.connection.executemany(sql, [(file_id,) for file_id in files])
        return removed

    def remove_other_parts(self, file_id: int, last_rows: Mapping[str, int]) -> int:
        """Remove the documents of a file that are not among its parts: by address, the last row of each, or else 0."""
        sql = """WITH part AS MATERIALIZED (
                SELECT json_extract(value, '$[0]') AS uri, json_extract(value, '$[1]') AS last FROM json_each(?))
            SELECT d.id FROM documents d LEFT JOIN part
                ON part.uri = substr(d.uri, 1, length(d.uri) - coalesce(length('#row=' || d."row"), 0))
            WHERE d.file_id = ? AND coalesce(d."row", 0) > coalesce(part.last, -1)"""
        return self.remove_documents(self._ids(sql, dump_json(list(last_rows.items())), file_id))

    def remove_files(self, paths: Iterable[str]) -> int:
        """Remove files with all their documents, and return how many documents."""
        removed = 0
        for path in paths:
            sql = "SELECT d.id FROM documents d JOIN files f ON f.id = d.file_id WHERE f.path = ?"
            removed += self.remove_documents(self._ids(sql, path))
            self.connection.execute("DELETE FROM files WHERE path = ?", (path,))
        return removed

    def move_files(self, moves: Mapping[str, str]) -> int:
        """Give files the new paths that they have by their old ones, and return how many documents were moved."""
        self._changed = self._changed or bool(moves)
        return move_files(self.connection, moves)

    def remove_unused_texts(self) -> None:
        """Mark every text that no sentence holds, as an interrupted run may leave them, to be removed."""
        self.connection.execute(
            """INSERT OR IGNORE INTO temp.loosened SELECT id FROM texts
            WHERE id NOT IN (SELECT text_id FROM sentences)"""
        )

    def rebuild_full_text(self) -> None:
        """Make all that word search looks at anew from documents and texts."""
        refill_words(self.connection)

    def put_whitening(self, mean: bytes, matrix: bytes) -> None:
        """Store what vectors are whitened with from now on: no vector file fits, and scores have another scale."""
        self.connection.execute("DELETE FROM whitening")
        row = (mean, matrix, whitening_checksum(mean, matrix))
        self.connection.execute("INSERT INTO whitening VALUES (?, ?, ?)", row)
        self._changed = True
        self.set(NULL_DISTRIBUTION, None)
        self.set(FOLDED_GENERATION, self.count_generation())

    def set_null_distribution(self, measured: Mapping[str, Any]) -> None:
        """Store what unrelated questions score, as JSON values."""
        self.set(NULL_DISTRIBUTION, dict(measured))

    def set_texts_ahead(self, ahead: bool) -> None:
        """Store whether there may be texts that no sentence holds yet."""
        self.set(TEXTS_AHEAD, ahead)

    def announce_vector_file(self, file_id: str, known: Sequence[str]) -> None:
        """Store that a vector file is about to be written, beside those that may be the catalog's."""
        self.set(VECTOR_FILES, [*known, file_id])

    def clear_removed_texts(self, generation: int, file_id: str = "") -> None:
        """Drop the record of texts that were removed up to a generation, once the vector file is that new.

        Args:
            generation: What the file holds.
            file_id: The file's; no other is the catalog's any longer.
        """
        self.connection.execute("DELETE FROM removed_texts WHERE generation <= ?", (generation,))
        self.set(FOLDED_GENERATION, generation)
        self.set(VECTOR_FILES, [file_id])

    def finish(self) -> None:
        """Remove texts that lost their last sentence and count the generation; `Catalog.writing` calls it."""
        generation = self.count_generation()
        orphans = """SELECT text_id FROM temp.loosened
            WHERE NOT EXISTS (SELECT 1 FROM sentences s WHERE s.text_id = loosened.text_id)"""
        self.connection.execute(
            f"INSERT OR REPLACE INTO removed_texts SELECT id, ? FROM texts WHERE id IN ({orphans})", (generation,)
        )
        self.connection.execute(f"DELETE FROM text_words WHERE text_id IN ({orphans})")
        dropped = self.connection.execute(f"DELETE FROM texts WHERE id IN ({orphans})").rowcount
        if self._changed or dropped:
            self.set(GENERATION, generation)

    def _have_read_again(self, uri: str) -> None:
        sql = """SELECT f.path, f.size_bytes, f.mtime_ns, NULL, f.reader
            FROM documents d JOIN files f ON f.id = d.file_id WHERE d.uri = ?"""
        for row in self.connection.execute(sql, (uri,)).fetchall():
            self.put_file(FileState(*row))

    def count_generation(self) -> int:
        """Return the generation that this transaction makes."""
        row = self.connection.execute("SELECT value FROM settings WHERE key = 'generation'").fetchone()
        return int(json.loads(row["value"])) + 1 if row else 0

    def _next_text_id(self) -> int:
        row = self.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'texts'").fetchone()
        return (int(row["seq"]) if row else 0) + 1

    def _ids(self, sql: str, *values: Any) -> list[int]:
        return [row[0] for row in self.connection.execute(sql, values)]

    def _text_ids(self, texts: Iterable[str]) -> dict[bytes, int]:
        known: dict[bytes, int] = {}
        for text in texts:
            hash_ = text_hash(text)
            if hash_ not in known:
                row = self.connection.execute("SELECT id FROM texts WHERE hash = ?", (hash_,)).fetchone()
                if row is None:
                    raise IndexDamaged("the catalog does not find a text again that it holds: restore it from a backup")
                known[hash_] = int(row["id"])
        return known
