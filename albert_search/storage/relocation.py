"""An index that was moved together with its documents: where these are now."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def moved_root(before: Path, now: Path) -> tuple[str, str] | None:
    """Return the folder that was moved with an index in it, as it was called and as it is called now.

    It is the outermost one: what both places have in common at their ends has moved along.

    >>> moved_root(Path("/one/notes/indexes/default"), Path("/two/notes/indexes/default"))
    ('/one', '/two')

    Args:
        before: Where the index was when it was written last.
        now: Where it is.

    Returns:
        None where the index is where it was, or is still there too, so that this one is a copy.
    """
    if before == now or before.exists():
        return None
    old, new = before.parts, now.parts
    same = 0
    while same < min(len(old), len(new)) - 2 and old[-1 - same] == new[-1 - same]:
        same += 1
    cut = max(same, 0)
    return str(Path(*old[: len(old) - cut])), str(Path(*new[: len(new) - cut]))


def moves(paths: Iterable[str], old: str, new: str) -> dict[str, str]:
    """Return the new path of each file that is gone from below one folder and is there below another.

    Args:
        paths: Files of an index.
        old: The folder that they were in.
        new: The folder that they may be in.
    """
    known = set(paths)
    below = {path: Path(new) / Path(path).relative_to(old) for path in known if Path(path).is_relative_to(old)}
    return {
        path: str(moved)
        for path, moved in below.items()
        if str(moved) not in known and moved.exists() and not os.path.lexists(path)
    }
