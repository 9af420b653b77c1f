"""The catalog: one SQLite file that is the truth about an index."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from typing_extensions import Self

from albert_search.errors import IndexDamaged, StorageError
from albert_search.files.durable import replace_durably
from albert_search.storage.catalog.connection import BUSY_TIMEOUT_MS, Connections, sqlite_errors
from albert_search.storage.catalog.reading import Reading
from albert_search.storage.catalog.seal import Seal
from albert_search.storage.catalog.state import FOLDED_GENERATION, GENERATION, CatalogState
from albert_search.storage.catalog.writing import Writing

_BESIDE = ("-wal", "-shm", "-journal")


class Catalog:
    """Documents, their sentences, and each distinct text with its vector.

    All reading happens in `reading`, all writing in `writing`; each is one transaction. Safe from several threads.

    Args:
        path: The SQLite file.

    Raises:
        IndexNotFound: There is no such file.
        IndexDamaged: It is not a catalog, or was written by a newer albert-search.
        StorageError: The disk is full, read-only or failing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections = Connections(path)
        self._seal = Seal(path)

    @classmethod
    def create(cls, path: Path, **settings: Any) -> Self:
        """Make an empty catalog, which is there whole or not at all.

        Args:
            path: The SQLite file; it must not exist.
            **settings: JSON values that it begins with.

        Returns:
            The catalog, open.

        Raises:
            StorageError: The disk is full, read-only or failing.
        """
        unfinished = path.with_name(path.name + ".new")
        try:
            # SQLite would take an older catalog's log for this one's.
            Seal(path).break_()
            for leftover in (unfinished, *(Path(f"{file}{end}") for file in (path, unfinished) for end in _BESIDE)):
                leftover.unlink(missing_ok=True)
            _fill(unfinished, settings)
            replace_durably(unfinished, path)
        except OSError as error:
            raise StorageError(f"cannot make {path} ({error.strerror}): check the disk and permissions") from error
        return cls(path)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open a consistent view: what others commit meanwhile is not seen.

        Yields:
            The view, valid inside the ``with`` block.
        """
        with sqlite_errors(self.path), self._connections.using() as connection:
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
        with sqlite_errors(self.path), self._connections.using() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._seal.break_()
                batch = Writing(connection)
                yield batch
                batch.finish()
                connection.execute("COMMIT")
            finally:
                # A full disk makes SQLite roll back by itself; asking again would hide the reason.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def state(self) -> CatalogState:
        """Return the settings as they are now."""
        with self.reading() as view:
            return view.state

    def verify_full_text(self) -> None:
        """Compare the full-text table with the texts; SQLite holds the right to write meanwhile.

        SQLite can only check what it may write to: elsewhere it checks a temporary copy.

        Raises:
            IndexDamaged: They differ.
            IndexLocked: Another process held that right longer than we wait.
        """
        with sqlite_errors(self.path), self._connections.using_writable() as connection:
            for table in ("text_words_fts", "document_words_fts"):
                connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")

    def seal(self) -> None:
        """Write down what every byte of the file is now, if no one is reading; the caller holds the right to write."""
        if self._seal.path.exists():
            return
        with sqlite_errors(self.path), self._connections.using() as connection:
            connection.execute("PRAGMA busy_timeout = 0")  # a seal is not worth waiting for
            try:
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        if not busy:
            with suppress(OSError):  # what was committed is safe without it
                self._seal.set()

    def verify_seal(self) -> None:
        """Compare every byte of the file with what it was when the last writer had finished.

        Raises:
            IndexDamaged: One has changed.
        """
        if not self._seal.matches():
            raise IndexDamaged(
                f"bytes of {self.path} have changed where nothing is kept, which changes no answer, but its disk may be"
                " failing: copy the index to another one; a rebuild takes the bytes as they are"
            )

    def close(self) -> None:
        """Close every connection; calling it twice does no harm."""
        self._connections.close()


def _fill(path: Path, settings: Mapping[str, Any]) -> None:
    connections = Connections(path, create=True)
    try:
        with sqlite_errors(path), connections.using() as connection:
            batch = Writing(connection)
            for key, value in {**_fresh_settings(), **settings}.items():
                batch.set(key, value)
            # Last of all, so that nothing waits in a log when the file gets its name.
            connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connections.close()


def _fresh_settings() -> dict[str, Any]:
    created_at = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return {"catalog_id": uuid.uuid4().hex, "created_at": created_at, GENERATION: 0, FOLDED_GENERATION: 0}
