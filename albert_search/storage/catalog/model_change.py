"""Another model for a catalog: every text keeps its number and gets another vector, all in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from typing import BinaryIO

from albert_search.storage.catalog.digests import text_checksum
from albert_search.storage.catalog.reading import Reading
from albert_search.storage.catalog.state import FOLDED_GENERATION, MODEL, NULL_DISTRIBUTION, VECTOR_FILES
from albert_search.storage.catalog.writing import Writing
from albert_search.types import ModelReference

BATCH_TEXTS = 2048
FLOAT16_BYTES = 2


def all_texts(view: Reading) -> Iterator[list[str]]:
    """Yield all texts by number, a batch at a time."""
    for rows in _batches(view.connection):
        yield [row["text"] for row in rows]


def replace_vectors(batch: Writing, model: ModelReference, vectors: BinaryIO) -> None:
    """Store the vectors that another model makes, in place of all there are.

    No vector file fits any longer, and scores have another scale.

    Args:
        batch: The transaction.
        model: The model.
        vectors: A row of float16 for each of `all_texts`, in their order; zeros for a text that the model cannot read.
    """
    connection = batch.connection
    connection.execute("DELETE FROM whitening")
    for rows in _batches(connection):
        updates = []
        for row in rows:
            vector = vectors.read(FLOAT16_BYTES * model.dim)
            kept = vector if any(vector) else b""
            updates.append((kept, text_checksum(row["id"], row["text"], kept), row["id"]))
        connection.executemany("UPDATE texts SET vector = ?, checksum = ? WHERE id = ?", updates)
    batch.set(MODEL, asdict(model))
    batch.set(NULL_DISTRIBUTION, None)
    batch.set(VECTOR_FILES, [])
    batch.set(FOLDED_GENERATION, batch.count_generation())


def _batches(connection: sqlite3.Connection) -> Iterator[list[sqlite3.Row]]:
    last = 0
    sql = "SELECT id, text FROM texts WHERE id > ? ORDER BY id LIMIT ?"
    while rows := connection.execute(sql, (last, BATCH_TEXTS)).fetchall():
        yield rows
        last = rows[-1]["id"]
