"""Files that are there whole or not at all, whatever happens to the machine meanwhile."""

from __future__ import annotations

import os
from pathlib import Path


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
    if os.name == "posix":  # elsewhere a folder cannot be opened, and a renaming is durable by itself
        _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
