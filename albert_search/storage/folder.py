"""The folder that an index is: what its files are called, and which folder a name stands for."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from albert_search.config import load_settings
from albert_search.errors import StorageError, UsageError

CATALOG_FILE, VECTORS_FILE = "catalog.db", "vectors.faiss"
SNAPSHOT_FILE = "snapshot.json"
LOCK_FILE, HOLDER_FILE = "writer.lock", "writer.txt"
MARKS_OF_AN_INDEX = (CATALOG_FILE, LOCK_FILE)
"""A folder that has both is an index, and no folder of documents."""

INDEXES, DEFAULT_INDEX = "indexes", "default"


def index_folder(index: str | None, *, start: Path | None = None) -> Path:
    """Find the folder that an index's name or path stands for.

    A name is looked up in the ``indexes`` folder of the working folder or of its nearest parent that has one,
    as git finds its repository; where none has one, it is ``indexes`` in the working folder.

    Args:
        index: A name, a path (holding a separator, or an existing index), or None for the default index.
        start: Where to begin looking; the working folder if None.

    Returns:
        The folder; it need not exist.
    """
    if index == "":
        raise UsageError("the name of the index is empty: name it, or give none for the default one")
    here = (start or Path.cwd()).absolute()
    name = index or DEFAULT_INDEX
    path = Path(name).expanduser()
    if path.is_absolute() or len(path.parts) > 1 or name.startswith((".", "~")) or name.endswith(("/", os.sep)):
        return here / path
    if is_index(here / path):
        return here / path
    home = next((folder for folder in (here, *here.parents) if (folder / INDEXES).is_dir()), here)
    return home / INDEXES / path


def is_index(folder: Path) -> bool:
    """Return whether there is an index in a folder.

    Raises:
        StorageError: The folder may not be looked into.
    """
    try:
        return (folder / CATALOG_FILE).is_file()
    except OSError as error:
        raise StorageError(f"cannot look into {folder} ({error.strerror}): check its name and permissions") from error


def resolve_index(folder: str | Path | None) -> Path:
    """Return the folder of an index that is given as a name, a path, or not at all.

    Args:
        folder: A name, a path, or None for the one from the settings.
    """
    return folder.absolute() if isinstance(folder, Path) else index_folder(load_settings(index=folder).index)


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
        raise StorageError(f"cannot make the folder {folder} ({error.strerror}): choose another place") from error
