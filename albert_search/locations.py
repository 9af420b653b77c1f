"""Where things are: an index on disk, a document in an index."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from albert_search.catalog.digests import text_hash
from albert_search.config import index_folder, load_settings
from albert_search.errors import StorageError, UsageError

VECTORS_FILE = "vectors.faiss"


def resolve_index(folder: str | Path | None) -> Path:
    """Return the folder of an index that is given as a name, a path, or not at all.

    Args:
        folder: A name as ``--index`` takes it, a path, or None for the one from the settings.
    """
    return folder.absolute() if isinstance(folder, Path) else index_folder(load_settings(index=folder).index)


def each(targets: str | Path | Iterable[str | Path]) -> list[str | Path]:
    """Return targets as a list; a single one may stand alone."""
    return [targets] if isinstance(targets, str | Path) else list(targets)


def named(targets: str | Path | Iterable[str | Path]) -> list[str | Path]:
    """Return targets as a list, like `each`, after a look at their names.

    Raises:
        UsageError: One is empty, as a variable that was never set; it must not stand for the working folder.
    """
    found = each(targets)
    if not all(map(str, found)):
        raise UsageError("an empty name stands for nothing: name a file, a folder or a document")
    return found


def folder_size(folder: Path) -> int:
    """Return what the files of an index take on disk, in bytes; a writer's may come and go meanwhile."""
    size = 0
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            size += file.stat().st_size
    return size


def make_folder(folder: Path) -> None:
    """Make a folder and its parents.

    Raises:
        StorageError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot make the folder {folder} ({error.strerror}): choose another --index") from error


def addresses_of(target: str | Path) -> list[str]:
    """Return the addresses under which something may be indexed: as it is written, and as an absolute path."""
    written = str(target)
    path, mark, row = written.partition("#row=")
    home = os.path.expanduser(path)  # noqa: PTH111  # pathlib raises where there is no such user
    absolute = [os.path.abspath(home) + mark + row, os.path.realpath(home) + mark + row]  # noqa: PTH100
    # A name that is not UTF-8 is never indexed; it must not break the looking for it.
    return [address.encode(errors="backslashreplace").decode() for address in dict.fromkeys([written, *absolute])]


def address_of_text(text: str) -> str:
    """Return the address that a text without one gets: equal texts get equal addresses."""
    return f"text:{text_hash(text.encode(errors='backslashreplace').decode()).hex()}"
