"""What the sources looked like when the index was last in step with them: a change is noticed by stat alone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

Comparison: TypeAlias = Literal["same", "changed", "unknown"]

IGNORE_FILE = ".gitignore"

SETTLED_NS = 2_000_000_000
"""A folder that changed so recently may change again under the same time: on FAT, two times are so far apart."""

UNSETTLED, NOT_WALKED, MISSING = -1, -2, -3
"""In place of a folder's time: one that no folder has, a folder of which only named files matter, a source that is
not there."""

Stamps: TypeAlias = Mapping[str, Iterable[int]]
"""Size in bytes and time of the last change in nanoseconds since 1970, by name of the file."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Times and sizes of the folders and files that the sources lead to.

    A file that is made, removed or renamed changes the time of its folder, so that no folder needs to be listed.

    Attributes:
        at: When it was taken, in seconds since 1970.
        folders: By path, the time of a folder's last change in nanoseconds since 1970, and the stamps of its files.
    """

    at: float
    folders: Mapping[str, tuple[int, Stamps]]

    @classmethod
    def take(cls, walked: Mapping[str, int], files: Iterable[str]) -> Snapshot:
        """Look at files; what is gone by now is left out, and noticed through its folder.

        Args:
            walked: Folders, each with the time of its last change when it was listed.
            files: The files in them, and others.
        """
        now = time.time()
        settled_ns = int(now * 1e9) - SETTLED_NS
        seen: dict[str, tuple[int, dict[str, tuple[int, int]]]] = {
            folder: (UNSETTLED if changed_ns > settled_ns else changed_ns, {}) for folder, changed_ns in walked.items()
        }
        for file in [*files, *(os.path.join(folder, IGNORE_FILE) for folder in walked)]:  # noqa: PTH118  # very many
            try:
                known = os.stat(file)  # noqa: PTH116
            except OSError:
                continue
            folder, _, name = file.rpartition(os.sep)
            seen.setdefault(folder or os.sep, (NOT_WALKED, {}))[1][name] = (known.st_size, known.st_mtime_ns)
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
        stat, until = os.stat, time.monotonic() + budget_s
        try:
            for folder, (changed_ns, files) in self.folders.items():
                if time.monotonic() > until:
                    return "unknown"
                if changed_ns == MISSING:
                    if os.path.lexists(folder):
                        return "changed"
                elif changed_ns != NOT_WALKED and stat(folder).st_mtime_ns != changed_ns:
                    return "changed"
                for name, (size, file_ns) in files.items():
                    now = stat(f"{folder}{os.sep}{name}")
                    if now.st_mtime_ns != file_ns or now.st_size != size:
                        return "changed"
        except OSError:
            return "changed"
        return "same"
