"""Files that lie elsewhere now: their places in the catalog are written anew, their documents stay as they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from albert_search.storage.catalog.digests import document_checksum, file_checksum
from albert_search.storage.catalog.metadata_fields import address_of


def move_files(connection: sqlite3.Connection, moves: Mapping[str, str]) -> int:
    """Give files and their documents other addresses.

    Args:
        connection: Open, in a transaction.
        moves: The new path of each file, by the old one; no new path may be in the catalog already.

    Returns:
        How many documents were moved.
    """
    moved = 0
    for old, new in moves.items():
        file = connection.execute(
            "SELECT id, size_bytes, mtime_ns, content_hash, reader FROM files WHERE path = ?", (old,)
        ).fetchone()
        if file is None:
            continue
        file_id, *rest = file
        connection.execute(
            "UPDATE files SET path = ?, checksum = ? WHERE id = ?", (new, file_checksum(new, *rest), file_id)
        )
        documents = connection.execute(
            'SELECT id, uri, "row", metadata, content_hash FROM documents WHERE file_id = ?', (file_id,)
        ).fetchall()
        for document_id, uri, row, metadata, content_hash in documents:
            address = new + uri.removeprefix(old)
            sentences = connection.execute(
                """SELECT s.ordinal, t.hash, s.start, s."end", s.line, s.page, s.headings
                FROM sentences s JOIN texts t ON t.id = s.text_id WHERE s.document_id = ? ORDER BY s.ordinal""",
                (document_id,),
            )
            checksum = document_checksum(address, row, metadata, content_hash, map(tuple, sentences))
            connection.execute(
                "UPDATE documents SET uri = ?, address = ?, checksum = ? WHERE id = ?",
                (address, address_of(address), checksum, document_id),
            )
            moved += 1
    return moved
