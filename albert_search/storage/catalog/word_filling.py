"""Makes all rows of word search from documents and texts: for a catalog that had none, or to make them anew."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from albert_search.storage.catalog.metadata_fields import field_rows
from albert_search.storage.catalog.word_rows import WordRow, names_of, word_row
from albert_search.words.detection import READ_CHARACTERS, detect_language

_SENTENCES_READ = 20
"""Sentences of a document that say what language it is in."""


def fill_words(connection: sqlite3.Connection) -> None:
    """Store the words of every document and text; the language of a document whose language is not known is told anew.

    Args:
        connection: A connection inside a transaction; the tables of words are empty.
    """
    names = list(_named(connection))
    connection.executemany("INSERT INTO document_words VALUES (?, ?, ?, ?, ?, ?)", names)
    _fill_language_fields(connection)
    texts = connection.execute(
        """SELECT t.id, t.text, (SELECT w.language FROM sentences s JOIN document_words w USING (document_id)
            WHERE s.text_id = t.id ORDER BY s.id LIMIT 1) FROM texts t"""
    )
    connection.executemany("INSERT INTO text_words VALUES (?, ?, ?, ?, ?, ?)", (word_row(*row) for row in texts))


def refill_words(connection: sqlite3.Connection) -> None:
    """Make all that word search looks at anew.

    Args:
        connection: A connection inside a transaction.
    """
    for table in ("text_words", "document_words"):
        connection.execute(f"DELETE FROM {table}")
    fill_words(connection)
    for table in ("text_words_fts", "document_words_fts"):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")


def _named(connection: sqlite3.Connection) -> Iterator[WordRow]:
    sentences = connection.execute(
        f"""SELECT d.id, d.uri, d.metadata, d.file_id IS NOT NULL, t.text FROM documents d
        LEFT JOIN sentences s ON s.document_id = d.id AND s.ordinal < {_SENTENCES_READ}
        LEFT JOIN texts t ON t.id = s.text_id ORDER BY d.id, s.ordinal"""
    )
    for (number, uri, written, is_file), rows in groupby(sentences, key=_document):
        language = detect_language(" ".join(row[4] or "" for row in rows)[:READ_CHARACTERS])
        yield word_row(number, names_of(uri, json.loads(written), is_file=bool(is_file)), language)


def _fill_language_fields(connection: sqlite3.Connection) -> None:
    documents = connection.execute(
        "SELECT d.id, d.metadata, w.language FROM documents d JOIN document_words w ON w.document_id = d.id"
    ).fetchall()
    for number, written, language in documents:
        rows = [(number, position, *row) for position, row in enumerate(field_rows(json.loads(written), language))]
        connection.execute("DELETE FROM fields WHERE document_id = ?", (number,))
        connection.executemany("INSERT INTO fields VALUES (?, ?, ?, ?, ?, ?)", rows)


def _document(row: sqlite3.Row) -> tuple[Any, ...]:
    return tuple(row)[:4]
