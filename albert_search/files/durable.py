"""Files that are there whole or not at all, whatever happens to the machine meanwhile."""

from __future__ import annotations

import os
import sys
from hashlib import blake2b
from pathlib import Path

CHUNK_BYTES = 1 << 20


def replace_durably(temporary: Path, path: Path) -> None:
    """Give a finished file its name, in place of the file that has it now.

    Args:
        temporary: The finished file, in the same folder.
        path: Its name from now on.

    Raises:
        OSError: The disk is full, read-only or failing; the old file is still there.
    """
    _sync(temporary)
    temporary.replace(path)
    _sync_folder(path.parent)


def remove_durably(path: Path) -> None:
    """Remove a file for good; nothing happens where there is none.

    Args:
        path: The file.

    Raises:
        OSError: The disk is read-only or failing.
    """
    try:
        path.unlink()
    except FileNotFoundError:
        return
    _sync_folder(path.parent)


def file_digest(path: Path, length_bytes: int | None = None) -> bytes:
    """Return BLAKE2b of 16 bytes over a file.

    Args:
        path: The file.
        length_bytes: How much of it, from its beginning; None for all.

    Raises:
        OSError: It cannot be read.
    """
    digest = blake2b(digest_size=16)
    left = sys.maxsize if length_bytes is None else length_bytes
    with path.open("rb") as file:
        while left and (chunk := file.read(min(left, CHUNK_BYTES))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.digest()


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened, and a renaming is durable by itself
        _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
