"""The sources of an index: what a person asked to index, remembered so that it can be read again."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from glob import has_magic
from itertools import groupby
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """A folder, file or glob that is read again by each update, and how.

    Attributes:
        path: Its absolute path.
        include: Of the files in folders, only those that match one of these globs.
        exclude: None of those that match one of these.
        text_fields: Columns of tables, or fields of JSON lines, that hold the text.
    """

    path: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    text_fields: tuple[str, ...] = ()

    @classmethod
    def of(cls, recorded: Mapping[str, Any]) -> Source:
        """Return a source as it was recorded; what a newer version added to it is left alone."""
        known = {field.name for field in fields(cls)} - {"path"}
        return cls(recorded["path"], **{name: tuple(recorded[name]) for name in known & recorded.keys()})

    @property
    def options(self) -> tuple[tuple[str, ...], ...]:
        """All but its path: sources that have these in common are read together."""
        return (self.include, self.exclude, self.text_fields)


@dataclass(frozen=True, slots=True)
class Sources:
    """All sources of an index.

    Attributes:
        known: The sources, the newest last.
        left_out: Files and folders below them that a person removed from the index: they stay out until they are
            indexed by name again, or with a folder around them.
    """

    known: tuple[Source, ...] = ()
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(cls, recorded: Mapping[str, Any] | None) -> Sources:
        """Return the sources as the catalog holds them; none of an index that is older than they are."""
        if not recorded:
            return cls()
        return cls(tuple(map(Source.of, recorded["known"])), tuple(recorded["left_out"]))

    def recorded(self) -> dict[str, Any]:
        """Return the sources as JSON values."""
        return asdict(self)

    def adding(self, new: Sequence[Source]) -> Sources:
        """Return these and new ones; one with the same path, include and exclude takes the place of the old one."""
        known = {(source.path, source.include, source.exclude): source for source in self.known}
        for source in new:
            known.pop((source.path, source.include, source.exclude), None)
            known[source.path, source.include, source.exclude] = source
        read_again = [source.path for source in new]
        left_out = tuple(path for path in self.left_out if not any(_is_below(path, above) for above in read_again))
        return Sources(tuple(known.values()), left_out)

    def without(self, paths: Collection[str]) -> Sources:
        """Return these without the sources that have one of some paths."""
        return replace(self, known=tuple(source for source in self.known if source.path not in paths))

    def leaving_out(self, paths: Iterable[str]) -> Sources:
        """Return these without what is at or below some paths, which an update will not bring back."""
        removed = list(paths)
        known = tuple(source for source in self.known if not any(_is_below(source.path, path) for path in removed))
        left_out = list(self.left_out)
        for path in removed:
            reached = any(_is_below(path, literal_folder(source.path)) for source in known)
            if reached and not any(_is_below(path, above) for above in left_out):
                left_out = [*(other for other in left_out if not _is_below(other, path)), path]
        return Sources(known, tuple(left_out))

    def leave_out(self, file: str, sources: Iterable[Source]) -> bool:
        """Tell whether a file that some sources lead to was removed from the index by name or with its folder."""
        paths = [source.path for source in sources]
        return any(_is_below(file, out) and not any(_is_below(path, out) for path in paths) for out in self.left_out)

    def groups(self) -> Iterator[list[Source]]:
        """Yield the sources in groups with the same options; where two lead to a file, the first decides.

        A deeper path goes before the one around it, and a newer source before an older one.
        """
        newest_first = sorted(enumerate(self.known), key=lambda one: (-one[1].path.count(os.sep), -one[0]))
        for _, group in groupby(newest_first, key=lambda one: one[1].options):
            yield [source for _, source in sorted(group)]


def literal_folder(path: str) -> str:
    """Return the innermost folder that a path names without any wildcard; a path without one is its own."""
    while has_magic(path) and not os.path.lexists(path):
        path = os.path.dirname(path)  # noqa: PTH120  # text in, text out
    return path


def _is_below(path: str, above: str) -> bool:
    """Tell whether a path is another, or below it."""
    return path == above or path.startswith(os.path.join(above, ""))  # noqa: PTH118
