"""Connections to the catalog: one a thread and never across a fork, SQLite's errors turned into ours."""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from albert_search.errors import AlbertSearchError, IndexDamaged, IndexLocked, IndexNotFound, StorageError, UsageError
from albert_search.storage.catalog.migrations import HISTORY, applied_migrations, migrate
from albert_search.storage.catalog.seal import Seal

BUSY_TIMEOUT_MS = 10_000


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn an error of SQLite into the most specific of ours.

    Args:
        path: The catalog's file, to be named in the message.

    Raises:
        StorageError: The disk is full, read-only or failing.
        IndexLocked: Another process held the database longer than we wait.
        IndexDamaged: The file is not a catalog, or no longer a sound one.
        UsageError: A number is too large for SQLite, or a text is not Unicode.
    """
    try:
        yield
    except (OverflowError, UnicodeEncodeError) as error:
        raise UsageError(f"this cannot stand in an index: {error}") from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite may quote damaged bytes in what it says
        raise _translate(error, path) from error


def _translate(error: Exception, path: Path) -> AlbertSearchError:
    reason = str(error)
    if "no such module" in reason:
        return StorageError(
            f"the SQLite in this process cannot search full text ({reason}): import albert_search before tensorflow,"
            " or use a Python whose SQLite has FTS5"
        )
    if "full" in reason:
        return StorageError(f"the disk is full: free some space, then run the same command again ({path})")
    if "readonly" in reason or "disk I/O" in reason or "unable to open" in reason:
        return StorageError(f"cannot write to {path} ({reason}): check the disk and the permissions")
    if "closed database" in reason:
        return IndexNotFound(f"the index in {path.parent} has been closed: open it again")
    if "locked" in reason:
        return IndexLocked(f"{path} is being written to by another process: try again in a moment")
    if isinstance(error, sqlite3.OperationalError) and not any(word in reason for word in ("malformed", "no such")):
        return StorageError(f"SQLite cannot do this with {path}: {reason}")
    return IndexDamaged(f"{path} is damaged ({reason}): restore it from a backup, or remove its folder and index again")


def may_write(path: Path) -> bool:
    """Tell whether a file and its folder may be written to, as SQLite's log beside it needs."""
    as_effective_user = os.access in os.supports_effective_ids
    return all(os.access(place, os.W_OK, effective_ids=as_effective_user) for place in (path, path.parent))


def _address(path: Path) -> str:
    """Return the address under which SQLite opens a file that may not be written to.

    Without a log beside it nothing is being written: SQLite need not lock it, which it could not.
    Source: https://www.sqlite.org/wal.html, section "Read-Only Databases".
    """
    try:
        has_log = path.with_name(path.name + "-wal").stat().st_size > 0
    except FileNotFoundError:
        has_log = False
    return f"{path.absolute().as_uri()}?mode=ro{'' if has_log else '&immutable=1'}"


class _Held:
    """A thread's connection, closed as soon as the thread ends; the garbage collector alone would take its time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.in_use = threading.RLock()

    def __del__(self) -> None:
        self.connection.close()


class Connections:
    """Hands every thread its own connection to one catalog and closes them all together.

    Where the file or its folder may not be written to, they only read.

    Attributes:
        path: The catalog's file.
        read_only: Whether nothing may be written.

    Args:
        path: The catalog's file; it must exist unless ``create`` is given.
        create: Whether to make the file and its schema.

    Raises:
        IndexNotFound: There is no such file.
        IndexDamaged: It is not a catalog, or was written by a newer albert-search.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.is_file():
            raise IndexNotFound(f"there is no index in {path.parent}")
        self.path = path
        self.read_only = not create and not may_write(path)
        self._local = threading.local()
        self._all: weakref.WeakSet[_Held] = weakref.WeakSet()  # a thread that ends takes its own along
        self._lock = threading.Lock()
        self._closed = False
        with sqlite_errors(path), self.using() as connection:
            self._upgrade(connection, create=create)
        _EVERYWHERE.add(self)

    @contextmanager
    def using(self) -> Iterator[sqlite3.Connection]:
        """Lend this thread its connection, opened on first use; no other thread closes it meanwhile.

        Yields:
            The connection, valid inside the ``with`` block.

        Raises:
            IndexNotFound: All have been closed.
        """
        held = self._held()
        with held.in_use:
            self._check_open()  # we may have waited for the one who closes
            yield held.connection

    @contextmanager
    def using_writable(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that may write: this thread's, or where nothing may be written, one to a temporary copy.

        Yields:
            The connection, valid inside the ``with`` block.
        """
        with self.using() as connection:
            if not self.read_only:
                yield connection
                return
            with closing(sqlite3.connect("", isolation_level=None)) as copy:  # a file that SQLite makes and removes
                connection.backup(copy)
                yield copy

    def close(self) -> None:
        """Close every thread's connection once it is idle; calling it twice does no harm."""
        _EVERYWHERE.discard(self)
        with self._lock:
            self._closed = True
            every = list(self._all)
            self._all.clear()
        for held in every:
            with held.in_use:  # SQLite crashes where a connection is closed under a thread that reads
                held.connection.close()

    def _held(self) -> _Held:
        held: _Held | None = getattr(self._local, "held", None)
        if held is None:
            self._check_open()
            held = _Held(self._connect())
            with self._lock:
                self._check_open()
                self._all.add(held)
            self._local.held = held
        return held

    def _check_open(self) -> None:
        if self._closed:
            raise IndexNotFound(f"the index in {self.path.parent} has been closed: open it again")

    def before_fork(self) -> list[_Held]:
        """Close this thread's connection if it is idle; return all that are left open."""
        held: _Held | None = getattr(self._local, "held", None)
        if held is not None and not held.connection.in_transaction:
            del self._local.held
        del held
        with self._lock:
            return list(self._all)

    def in_child(self) -> None:
        """Begin anew in a forked child: what the parent left open stays untouched."""
        self._local = threading.local()
        self._all = weakref.WeakSet()
        self._lock = threading.Lock()

    def _connect(self) -> sqlite3.Connection:
        with sqlite_errors(self.path):
            # isolation_level None: transactions begin and end where this package says so, nowhere else.
            connection = sqlite3.connect(
                _address(self.path) if self.read_only else self.path,
                uri=self.read_only,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.row_factory = sqlite3.Row
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            connection.execute("PRAGMA foreign_keys = ON")
            # FULL: a batch that was reported as committed survives a power cut.
            connection.execute("PRAGMA synchronous = FULL")
            return connection

    def _upgrade(self, connection: sqlite3.Connection, *, create: bool) -> None:
        applied = applied_migrations(connection)
        if unknown := sorted(applied.difference(HISTORY)):
            raise IndexDamaged(
                f"{self.path} was written by a newer albert-search (schema {unknown[-1]}): upgrade albert-search"
            )
        if not applied and not create:
            raise IndexDamaged(f"{self.path} is no catalog: remove it, then index again")
        if len(applied) < len(HISTORY):
            if self.read_only:
                raise StorageError(
                    f"{self.path} was made by an older albert-search and has to be brought up to date:"
                    " open it once where it may be written to, or copy its folder there"
                )
            migrate(connection, Seal(self.path))


_EVERYWHERE: weakref.WeakSet[Connections] = weakref.WeakSet()
_INHERITED: list[_Held] = []
"""Connections that a forked child has of its parent; kept for ever, as closing it is no safer than using it.

Source: How To Corrupt An SQLite Database File, section 2.6, in SQLite's documentation.
"""


def _before_fork() -> None:
    for connections in list(_EVERYWHERE):
        _INHERITED.extend(connections.before_fork())


def _in_child() -> None:
    for connections in list(_EVERYWHERE):
        connections.in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_INHERITED.clear, after_in_child=_in_child)
