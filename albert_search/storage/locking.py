"""One writer at a time: a lock file beside the catalog, and the name of who holds it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from albert_search.errors import IndexLocked, StorageError, UsageError
from albert_search.storage.folder import HOLDER_FILE, LOCK_FILE


@contextmanager
def writer_lock(folder: Path, *, wait_s: float) -> Iterator[None]:
    """Hold the right to write to an index; the system takes it back when the process dies.

    Args:
        folder: The index.
        wait_s: How long to wait for another writer, in seconds.

    Raises:
        UsageError: The time to wait is negative or no number.
        IndexLocked: Another writer held it all that time; says which.
        StorageError: The lock file cannot be written.
    """
    if not wait_s >= 0:
        raise UsageError(f"the time to wait must be 0 seconds or more, not {wait_s:g}")
    lock = FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(timeout=wait_s)
    except Timeout as error:
        raise IndexLocked(f"{folder} is being written to by {_holder(folder)}") from error
    except OSError as error:
        raise StorageError(f"cannot write to {folder} ({error.strerror}): check the disk and permissions") from error
    try:
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        _name_holder(folder, f"process {os.getpid()} on {socket.gethostname()} since {since}")
        yield
    finally:
        lock.release()


def _name_holder(folder: Path, holder: str) -> None:
    try:
        (folder / HOLDER_FILE).write_text(holder, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"cannot write to {folder} ({error.strerror}): check the disk and permissions") from error


def _holder(folder: Path) -> str:
    try:
        return (folder / HOLDER_FILE).read_text(encoding="utf-8") or "another process"
    except OSError:
        return "another process"
