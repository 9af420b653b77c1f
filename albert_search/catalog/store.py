"""The catalog: one SQLite file that is the truth about an index."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from albert_search.catalog.connection import Connections, sqlite_errors
from albert_search.catalog.reading import Reading
from albert_search.catalog.writing import Writing


class Catalog:
    """Documents, their sentences, and each distinct text with its vector.

    All reading happens in `reading`, all writing in `writing`; each is one transaction. Safe from several threads.

    Args:
        path: The SQLite file.
        create: Whether to make it with a fresh schema; else it must exist.

    Raises:
        IndexNotFound: There is no such file.
        IndexDamaged: It is not a catalog, or was written by a newer albert-search.
        StorageError: The disk is full, read-only or failing.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self._connections = Connections(path, create=create)
        if create:
            with self.writing() as batch:
                batch.set_default("catalog_id", uuid.uuid4().hex)
                batch.set_default("created_at", datetime.now(timezone.utc).isoformat(timespec="seconds"))
                batch.set_default("generation", 0)
                batch.set_default("folded_generation", 0)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open a consistent view: what others commit meanwhile is not seen.

        Yields:
            The view, valid inside the ``with`` block.
        """
        with sqlite_errors(self.path):
            connection = self._connections.get()
            connection.execute("BEGIN")
            try:
                yield Reading(connection)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Open a transaction that is committed when the block ends well and leaves no trace otherwise.

        Yields:
            The batch to write into, valid inside the ``with`` block.
        """
        with sqlite_errors(self.path):
            connection = self._connections.get()
            connection.execute("BEGIN IMMEDIATE")
            try:
                batch = Writing(connection)
                yield batch
                batch.finish()
                connection.execute("COMMIT")
            finally:
                # A full disk makes SQLite roll back by itself; asking again would hide the reason.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def settings(self) -> dict[str, Any]:
        """Return what the index was made with: catalog id, model, unit and the like."""
        with self.reading() as view:
            return view.settings()

    def change_settings(self, **settings: Any) -> None:
        """Store settings, each under its name.

        Args:
            **settings: JSON values.
        """
        with self.writing() as batch:
            for key, value in settings.items():
                batch.set(key, value)

    def close(self) -> None:
        """Close every connection; calling it twice does no harm."""
        self._connections.close()
