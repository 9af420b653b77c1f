"""What the sources looked like when the index was last in step with them: a change is noticed by stat alone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from albert_search.files.listing import listing_digest

Comparison: TypeAlias = Literal["same", "changed", "unknown"]

IGNORE_FILE = ".gitignore"

SETTLED_NS = 2_000_000_000
"""A folder that changed so recently may change again under the same time, as on FAT, so its names are compared."""

NOT_WALKED, MISSING = -1, -2
"""In place of a folder's time: of one of which only named files matter, and of a source that is not there."""

Stamps: TypeAlias = Mapping[str, Iterable[int]]
"""Size in bytes and time of the last change in nanoseconds since 1970, by name of the file."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between two snapshots.

    Attributes:
        changed: Files that are new or have changed, each with its size in bytes.
        missing: Files that are no longer met.
    """

    changed: Mapping[str, int]
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Times and sizes of the folders and files that the sources lead to.

    A file that is made, removed or renamed changes the time of its folder, so that no folder needs to be listed.

    Attributes:
        at: When it was taken, in seconds since 1970.
        folders: By path, the time of a folder's last change in nanoseconds since 1970, or a digest of the names in
            it, and the stamps of its files.
    """

    at: float
    folders: Mapping[str, tuple[int | str, Stamps]]

    @classmethod
    def take(cls, walked: Mapping[str, tuple[int, str]], files: Iterable[str]) -> Snapshot:
        """Look at files; what is gone by now is left out, and noticed through its folder.

        Args:
            walked: Folders, each with its time and a digest of the names in it when it was listed.
            files: The files in them, and others.
        """
        now = time.time()
        settled_ns = int(now * 1e9) - SETTLED_NS
        seen: dict[str, tuple[int | str, dict[str, tuple[int, int]]]] = {
            folder: (names if changed_ns > settled_ns else changed_ns, {})
            for folder, (changed_ns, names) in walked.items()
        }
        for file in [*files, *(os.path.join(folder, IGNORE_FILE) for folder in walked)]:  # noqa: PTH118  # very many
            try:
                known = os.stat(file)  # noqa: PTH116
            except OSError:
                continue
            folder, _, name = file.rpartition(os.sep)
            seen.setdefault(folder or os.sep, (NOT_WALKED, {}))[1][name] = (
                known.st_size,
                max(known.st_mtime_ns, known.st_ctime_ns),
            )
        return cls(now, seen)

    @classmethod
    def of(cls, recorded: Mapping[str, Any]) -> Snapshot:
        """Return a snapshot as it was recorded."""
        return cls(
            recorded["at"], {folder: (changed, files) for folder, (changed, files) in recorded["folders"].items()}
        )

    def recorded(self) -> dict[str, Any]:
        """Return the snapshot as JSON values."""
        return {"at": self.at, "folders": self.folders}

    def joined(self, newer: Snapshot) -> Snapshot:
        """Return this with a newer one of some of the sources; it is as old as this."""
        return replace(self, folders={**self.folders, **newer.folders})

    def compare(self, budget_s: float) -> Comparison:
        """Compare what is on the disk now.

        Args:
            budget_s: How long to look, in seconds.

        Returns:
            ``unknown`` where the time was over before everything had been looked at.
        """
        until = time.monotonic() + budget_s
        try:
            for folder, (known, files) in self.folders.items():
                if time.monotonic() > until:
                    return "unknown"
                if _has_changed(folder, known):
                    return "changed"
                for name, (size, changed_ns) in files.items():
                    now = os.stat(f"{folder}{os.sep}{name}")  # noqa: PTH116
                    if max(now.st_mtime_ns, now.st_ctime_ns) != changed_ns or now.st_size != size:
                        return "changed"
        except OSError:
            return "changed"
        return "same"

    def since(self, older: Snapshot) -> Changes:
        """Return how the files differ from an older snapshot."""
        before, after = dict(older.stamps()), dict(self.stamps())
        changed = {path: stamp[0] for path, stamp in after.items() if before.get(path) != stamp}
        return Changes(changed, sorted(before.keys() - after.keys()))

    def stamps(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield the size in bytes and the time of each file that is read."""
        for folder, (_, files) in self.folders.items():
            for name, (size, changed_ns) in files.items():
                if name != IGNORE_FILE:
                    yield f"{folder.rstrip(os.sep)}{os.sep}{name}", (size, changed_ns)


def _has_changed(folder: str, known: int | str) -> bool:
    if known == NOT_WALKED:
        return False
    if known == MISSING:
        return os.path.lexists(folder)
    if isinstance(known, str):
        return listing_digest(os.listdir(folder)) != known  # noqa: PTH208
    return os.stat(folder).st_mtime_ns != known  # noqa: PTH116


NEVER = Snapshot(0.0, {})
"""A snapshot of nothing: since then everything has changed."""
