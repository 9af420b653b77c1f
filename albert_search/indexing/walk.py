"""A walk over the sources of an index: which files each leads to, and what they look like."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from glob import has_magic, iglob
from pathlib import Path

from albert_search.files.listing import listing_digest
from albert_search.indexing.snapshot import MISSING, Snapshot
from albert_search.indexing.source import Source, Sources
from albert_search.readers import discover, leads_nowhere
from albert_search.readers.discovery import FolderStamp
from albert_search.types import Skipped


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk met.

    Attributes:
        groups: Sources with the same options, and the files that are read with these, each file once.
        snapshot: What the folders and files look like.
        passed_over: How many files were passed over in folders, by the reason.
    """

    groups: Sequence[tuple[Source, Sequence[Path | Skipped]]]
    snapshot: Snapshot
    passed_over: Mapping[str, int] = field(default_factory=dict)

    @property
    def files(self) -> list[Path | Skipped]:
        """The files of all groups."""
        return [file for _, files in self.groups for file in files]

    def among(self, paths: Container[str]) -> Walk:
        """Return this with some of the files alone."""
        groups = [
            (source, [file for file in files if not isinstance(file, Skipped) and str(file) in paths])
            for source, files in self.groups
        ]
        return replace(self, groups=groups)


def walk(sources: Sources, marks_of_an_index: Iterable[str]) -> Walk:
    """Walk over all sources.

    Args:
        sources: The sources.
        marks_of_an_index: Names of files; a folder that has all of them is an index, and left out.

    Raises:
        UsageError: A pattern to include or exclude cannot be understood.
    """
    marks = tuple(marks_of_an_index)
    nowhere = [source.path for source in sources.known if leads_nowhere(Path(source.path))]
    walked: dict[str, FolderStamp] = dict.fromkeys(nowhere, (MISSING, ""))
    groups, met, passed_over = [], set[Path](), Counter[str]()
    for group in sources.groups():
        paths = [Path(source.path) for source in group]
        options = group[0]
        walked.update(_folders_of_globs(paths))
        files = [
            file
            for file in discover(
                paths,
                include=options.include,
                exclude=options.exclude,
                marks_of_an_index=marks,
                walked=walked,
                passed_over=passed_over,
            )
            if isinstance(file, Skipped) or not (file in met or sources.leave_out(str(file), group))
        ]
        groups.append((options, files))
        met.update(file for file in files if isinstance(file, Path))
    return Walk(groups, Snapshot.take(walked, map(str, met)), dict(passed_over))


def _folders_of_globs(paths: Iterable[Path]) -> dict[str, FolderStamp]:
    """Return the folders in which a file that patterns match may appear, with their stamps."""
    folders: dict[str, FolderStamp] = {}
    for path in paths:
        pattern = str(path)
        while has_magic(pattern) and not os.path.lexists(pattern):
            pattern = os.path.dirname(pattern)  # noqa: PTH120  # text in, text out
            for folder in iglob(os.path.join(pattern, ""), recursive=True):  # noqa: PTH118, PTH207
                with suppress(OSError):
                    changed_ns = Path(folder).stat().st_mtime_ns
                    folders[os.path.normpath(folder)] = (changed_ns, listing_digest(os.listdir(folder)))  # noqa: PTH208
    return folders
