"""What files look like: their size, when they changed last, and which are gone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from albert_search.readers import reaching
from albert_search.storage.store import Store
from albert_search.types import Skipped


def total_bytes(paths: Iterable[Path | Skipped]) -> int:
    """Return the size of all files together; those that have vanished count nothing."""
    return sum(_size_bytes(path) for path in paths if isinstance(path, Path))


def gone_files(store: Store, roots: Iterable[Path], *, missing_folders: bool = False) -> list[str]:
    """Return the indexed files that are gone.

    These are files that `discover` would find from some paths, were they still there, and files anywhere whose content
    is indexed at another place that is there, as after a folder was renamed.

    Args:
        store: What was indexed.
        roots: The paths.
        missing_folders: Whether folders among them that are missing are gone, and no disks that are not mounted.
    """
    with store.reading() as view:
        known = {file.path: file.content_hash for file in view.files()}
    gone = [path for path in known if _is_gone(Path(path))]
    live = {known[path] for path in known.keys() - set(gone)} - {None}
    reached = reaching(roots, missing_folders=missing_folders)
    return [path for path in gone if reached(path) or known[path] in live]


def changed_ns(stat: os.stat_result) -> int:
    """Return when a file was changed last: tools set back the time of the content, but none that of the file itself.

    Elsewhere than under POSIX the latter is the time at which it was made, which never comes later.
    """
    return max(stat.st_mtime_ns, stat.st_ctime_ns)


def _is_gone(path: Path) -> bool:
    """Tell whether a file is certainly no longer there; one that may not be looked at may be there."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # what is wrong with it is said when it is read
