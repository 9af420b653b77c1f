"""The catalog's invariants, checked row by row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from typing import Any

from albert_search.errors import IndexDamaged
from albert_search.storage.catalog.digests import (
    document_checksum,
    file_checksum,
    row_checksum,
    setting_checksum,
    text_checksum,
    text_hash,
    whitening_checksum,
)
from albert_search.storage.catalog.metadata_fields import address_of, field_rows
from albert_search.storage.catalog.migrations import migrate

_SCHEMA = """SELECT type, name, sql FROM sqlite_master
    WHERE name NOT GLOB '*sqlite_*' AND NOT (type = 'table' AND name GLOB '*_fts_*')"""
"""Tables that migrations have laid out; SQLite and sqlite-utils may word tables of their own otherwise tomorrow."""


def find_violations(connection: sqlite3.Connection) -> Iterator[str]:
    """Check tables, structure, references and checksums.

    Args:
        connection: A connection to the catalog.

    Yields:
        What is wrong, a sentence each.

    Raises:
        IndexDamaged: Its tables are not those of a catalog, so that nothing else can be relied on.
    """
    _check_schema(connection)
    yield from _structure(connection)
    yield from _settings(connection)
    yield from _files(connection)
    yield from _texts(connection)
    yield from _documents(connection)
    yield from _fields(connection)
    yield from _words(connection)


def _check_schema(connection: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        migrate(fresh)
        expected = set(fresh.execute(_SCHEMA))
    changed = expected - {tuple(row) for row in connection.execute(_SCHEMA)}
    if changed:
        kind, name, _ = min(changed)
        raise IndexDamaged(f"the {kind} {name} of the catalog is not as it was made: restore it from a backup")


def _structure(connection: sqlite3.Connection) -> Iterator[str]:
    for row in connection.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield f"SQLite finds the catalog damaged: {row[0]}"
    counted = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
    for table in ("files", "documents", "texts", "sentences"):
        last, highest = counted.get(table, 0), connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0
        if not isinstance(last, int) or last < highest:
            yield f"the numbers of {table} are counted to {last} but have come to {highest}"
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"


def _settings(connection: sqlite3.Connection) -> Iterator[str]:
    for key, value, checksum in connection.execute("SELECT key, value, checksum FROM settings"):
        if setting_checksum(key, value) != checksum:
            yield f"the setting {key} does not match its checksum"
    for mean, matrix, checksum in connection.execute("SELECT mean, matrix, checksum FROM whitening"):
        if whitening_checksum(mean, matrix) != checksum:
            yield "the whitening does not match its checksum: rebuild the index and whiten it anew"


def _files(connection: sqlite3.Connection) -> Iterator[str]:
    for path, *rest, checksum in connection.execute(
        "SELECT path, size_bytes, mtime_ns, content_hash, reader, checksum FROM files"
    ):
        if file_checksum(path, *rest) != checksum:
            yield f"what is known of the file {path} does not match its checksum: index it again"


def _texts(connection: sqlite3.Connection) -> Iterator[str]:
    for text_id, text, hash_, vector, checksum in connection.execute(
        "SELECT id, text, hash, vector, checksum FROM texts"
    ):
        # A damaged cell may even be of another type.
        sound = isinstance(text, str) and isinstance(vector, bytes)
        if not sound or text_hash(text) != hash_ or text_checksum(text_id, text, vector) != checksum:
            yield f"text {text_id} does not match its checksum"


def _documents(connection: sqlite3.Connection) -> Iterator[str]:
    documents = connection.execute(
        """SELECT d.id, d.uri, d."row", d.metadata, d.content_hash, d.checksum,
            s.ordinal, t.hash, s.start, s."end", s.line, s.page, s.headings
        FROM documents d LEFT JOIN sentences s ON s.document_id = d.id LEFT JOIN texts t ON t.id = s.text_id
        ORDER BY d.id, s.ordinal"""
    )
    for (_, uri, row, metadata, content_hash, checksum), rows in groupby(documents, key=_document):
        sentences = [tuple(sentence)[6:] for sentence in rows if sentence["ordinal"] is not None]
        if not all(isinstance(hash_, bytes) for _, hash_, *_ in sentences):
            continue  # named by the checks of references and of texts
        sound = isinstance(content_hash, bytes)
        if not sound or document_checksum(uri, row, metadata, content_hash, sentences) != checksum:
            yield f"the document {uri} does not match its checksum"


def _document(row: sqlite3.Row) -> tuple[Any, ...]:
    return tuple(row)[:6]


def _fields(connection: sqlite3.Connection) -> Iterator[str]:
    """Compare what filters look at with the metadata and addresses that it was made from."""
    documents = connection.execute(
        """SELECT d.id, d.uri, d.address, d.metadata, w.language, f.position, f.name, f.value, f.number, f.whole
        FROM documents d LEFT JOIN document_words w ON w.document_id = d.id
        LEFT JOIN fields f ON f.document_id = d.id ORDER BY d.id, f.position"""
    )
    for (_, uri, address, metadata, language), rows in groupby(documents, key=_addressed):
        held = [tuple(row)[5:] for row in rows if row["position"] is not None]
        try:
            expected = [(position, *field) for position, field in enumerate(field_rows(json.loads(metadata), language))]
        except ValueError:
            continue  # named by the check of documents
        if held != expected or address != address_of(uri):
            yield f"the fields of the document {uri} are not those of its metadata: index it again"


def _addressed(row: sqlite3.Row) -> tuple[Any, ...]:
    return tuple(row)[:5]


def _words(connection: sqlite3.Connection) -> Iterator[str]:
    for table, of, key in (("text_words", "texts", "text_id"), ("document_words", "documents", "document_id")):
        for number, *rest, checksum in connection.execute(
            f"SELECT {key}, language, words, wholes, stems, checksum FROM {table}"
        ):
            if row_checksum(number, *rest) != checksum:
                yield f"the words of number {number} of {of} do not match their checksum: rebuild the index"
        missing = f"SELECT count(*) FROM {of} WHERE id NOT IN (SELECT {key} FROM {table})"
        if count := connection.execute(missing).fetchone()[0]:
            yield f"{count} of {of} cannot be found by their words: rebuild the index"
