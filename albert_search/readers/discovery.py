"""Finding the files to read below folders."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from pathspec import GitIgnoreSpec

from albert_search.errors import UsageError
from albert_search.files.listing import listing_digest
from albert_search.readers.ignoring import Rules, relative, rules_above, with_rules_of
from albert_search.readers.registry import is_document
from albert_search.types import Skipped

HIDDEN, IGNORED, EXCLUDED = "hidden", "left out by .gitignore", "left out by --include or --exclude"
UNKNOWN_KIND = "of a kind that is not read:"
"""Why files are passed over; the last with the suffix behind it."""

_LOCK_FILES = ("~$", ".~lock.")
_MACHINERY = frozenset((".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".cache"))
_OTHER_DISKS = ("/media", "/mnt", "/run/media", "/Volumes", "/net")
_ENTRIES_COUNTED = 5_000
_FILES_OF_AN_INDEX = ("catalog.db", "catalog.seal", "vectors.faiss", "writer.lock", "writer.txt")

FolderStamp: TypeAlias = tuple[int, str]
"""When a folder changed last, in nanoseconds since 1970, and a digest of the names in it."""


def discover(
    paths: Iterable[Path],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    marks_of_an_index: Iterable[str] = (),
    walked: dict[str, FolderStamp] | None = None,
    passed_over: Counter[str] | None = None,
) -> Iterator[Path | Skipped]:
    """Find the files that are named, and the documents below the folders that are named.

    Named files come first and are always taken. Below folders, passed over are hidden files and folders, indexes, what
    ``.gitignore`` files name (up to the root of the repository), and files whose name is that of no document.

    Args:
        paths: Files, folders, and patterns such as ``docs/**/*.md``, which stand for the files that they match.
        include: Patterns as in ``.gitignore``, relative to each folder; only matching files are taken. One that ends
            with a suffix, such as ``*.py``, makes documents of the files that have it.
        exclude: Patterns of the same kind; matching files and folders are left out.
        marks_of_an_index: Names of files; a folder that has all of them is an index, and left out.
        walked: Takes the stamp of every folder that is looked through.
        passed_over: Takes the number of files that are passed over, by the reason.

    Raises:
        UsageError: A pattern to include or exclude cannot be understood.

    Yields:
        Absolute paths, each file once however often it is reached, a folder's in order of their names; Skipped for
        what cannot be read.
    """
    counted = Counter[str]() if passed_over is None else passed_over
    walk = _Walk(include, exclude, frozenset(marks_of_an_index), {} if walked is None else walked, counted)
    folders: list[str] = []
    for path in paths:
        for named in _expanded(path):
            if isinstance(named, Skipped):
                yield named
            elif os.path.isdir(named):
                folders.append(named)
            elif os.path.exists(named) and not os.path.isfile(named):
                yield Skipped(printable(named), "it is no ordinary file")
            elif walk.is_new(os.path.realpath(named)):
                yield _checked(named)
    for folder in folders:
        yield from walk.below(folder)


def reaching(paths: Iterable[Path], *, missing_folders: bool = False) -> Callable[[str], bool]:
    """Return what tells whether paths lead to a file, there or not: by name, as its folder, or as a pattern.

    A folder that is missing as a whole may be a disk that is not mounted: it leads to nothing, nor does a file in it,
    unless that is asked for and what it was in is there.

    Args:
        paths: Files, folders and patterns, as `discover` takes them.
        missing_folders: Whether a folder that is missing leads to what was below it.
    """
    named = [os.path.abspath(path) for path in paths]
    files = {path for path in named if os.path.isdir(os.path.dirname(path)) or missing_folders}
    folders = tuple(
        os.path.join(path, "") for path in named if os.path.isdir(path) or (missing_folders and _is_gone(path))
    )
    patterns = [path for path in named if not os.path.lexists(path) and os.path.isdir(_folder_of_pattern(path))]
    # A backslash is itself here, as in a shell's quotes; to git it is not.
    spec = GitIgnoreSpec.from_lines(pattern.replace("\\", "\\\\") for pattern in patterns)
    return lambda file: file in files or file.startswith(folders) or spec.match_file(file)


def _is_gone(folder: str) -> bool:
    """Tell whether a folder is gone for good: the one that it was in is there, and is none of those of other disks."""
    above = os.path.dirname(folder)
    if os.path.lexists(folder) or glob.has_magic(folder) or not os.path.isdir(above):
        return False
    return not above.startswith(_OTHER_DISKS) and not os.path.ismount(above)


def leads_nowhere(path: Path) -> bool:
    """Tell whether a path is neither there nor a pattern that anything matches."""
    return not os.path.exists(path) and next(glob.iglob(str(path), recursive=True), None) is None


def _folder_of_pattern(pattern: str) -> str:
    """Return the innermost folder that a pattern names without any wildcard; a path without one is its own."""
    while glob.has_magic(pattern):
        pattern = os.path.dirname(pattern)
    return pattern


def _expanded(path: Path) -> Iterator[str | Skipped]:
    """Yield the absolute path, or all those that match it where it is a pattern."""
    absolute = os.path.abspath(path)
    if os.path.lexists(absolute):
        yield absolute
    elif glob.has_magic(absolute):
        matches = sorted(glob.iglob(absolute, recursive=True))
        yield from matches
        if not matches:
            yield Skipped(printable(absolute), "no file matches it")
    else:
        yield Skipped(printable(absolute), "it does not exist")


def printable(path: str) -> str:
    r"""Return ``path`` with the bytes that are not UTF-8 written as ``\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _checked(path: str) -> Path | Skipped:
    """Return the path, unless no index could hold its name."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return Skipped(printable(path), "its name is not UTF-8")
    return Path(path)


class _Walk:
    """A walk over folders that remembers where it has been."""

    def __init__(
        self,
        include: Sequence[str],
        exclude: Sequence[str],
        marks_of_an_index: frozenset[str],
        walked: dict[str, FolderStamp],
        passed_over: Counter[str],
    ) -> None:
        self._marks_of_an_index = marks_of_an_index
        self._walked = walked
        self._include = _asked(include) if include else None
        self._exclude = _asked(exclude) if exclude else None
        self._included_suffixes = tuple({os.path.splitext(pattern)[1] for pattern in include} - {""})
        self._passed_over = passed_over
        self._entries_to_count = _ENTRIES_COUNTED
        self._folders: set[str] = set()
        self._files: set[str] = set()

    def is_new(self, real_path: str) -> bool:
        """Remember a file; False if it was met before."""
        if real_path in self._files or os.path.dirname(real_path) in self._folders:
            return False
        self._files.add(real_path)
        return True

    def below(self, root: str) -> Iterator[Path | Skipped]:
        """Yield the documents below a folder."""
        waiting: list[tuple[str, Rules | None]] = [(root, rules_above(root))]
        while waiting:
            folder, rules = waiting.pop()
            real = os.path.realpath(folder)
            if real in self._folders:
                continue
            try:
                changed_ns = os.stat(folder).st_mtime_ns
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                yield Skipped(printable(folder), _reason(error))
                continue
            self._folders.add(real)
            if self._marks_of_an_index and self._marks_of_an_index.issubset(entry.name for entry in entries):
                if folder != root:
                    continue
                entries = [entry for entry in entries if not entry.name.startswith(_FILES_OF_AN_INDEX)]
            self._walked[folder] = (changed_ns, listing_digest(entry.name for entry in entries))
            rules = with_rules_of(folder, rules)
            inner = []
            for entry in entries:
                found = self._look(entry, root, real, rules)
                if found is True:
                    inner.append((entry.path, rules))
                elif found:
                    yield found
            waiting.extend(reversed(inner))

    def _look(self, entry: os.DirEntry[str], root: str, real_folder: str, rules: Rules | None) -> Path | Skipped | bool:
        """Return a document, what is skipped, True for a folder to go into, or False for nothing."""
        if entry.name.startswith(_LOCK_FILES):
            return False
        try:
            is_folder = entry.is_dir()
            if not is_folder and not (entry.is_file() or entry.is_symlink()):
                return False
            if reason := self._reason_against(entry, root, is_folder, rules):
                self._count(entry, is_folder, reason)
                return False
            if is_folder:
                return True
            if entry.is_symlink():
                if not os.path.exists(entry.path):
                    return Skipped(printable(entry.path), "it is a link to nothing")
                return self.is_new(os.path.realpath(entry.path)) and _checked(entry.path)
        except OSError as error:
            return Skipped(printable(entry.path), _reason(error))
        return os.path.join(real_folder, entry.name) not in self._files and _checked(entry.path)

    def _reason_against(self, entry: os.DirEntry[str], root: str, is_folder: bool, rules: Rules | None) -> str | None:
        """Return why a file or folder is passed over; None where it is not."""
        if entry.name.startswith("."):
            return HIDDEN
        known = is_folder or is_document(entry.name) or entry.name.endswith(self._included_suffixes)
        if not known:
            return f"{UNKNOWN_KIND} {os.path.splitext(entry.name)[1].lower() or 'without suffix'}"
        if rules and rules.ignore(entry.path, is_folder):
            return IGNORED
        within = relative(entry.path, root)
        if self._exclude and self._exclude.match_file(within + ("/" if is_folder else "")):
            return EXCLUDED
        unasked = not is_folder and self._include is not None and not self._include.match_file(within)
        return EXCLUDED if unasked else None

    def _count(self, entry: os.DirEntry[str], is_folder: bool, reason: str) -> None:
        """Count a file that is passed over, or the documents in a folder, as far as that takes no long time."""
        if not is_folder:
            self._passed_over[reason] += reason not in (HIDDEN, IGNORED) or is_document(entry.name)
        elif entry.name not in _MACHINERY and not entry.is_symlink():
            for _, folders, files in os.walk(entry.path):
                folders[:] = [folder for folder in folders if folder not in _MACHINERY]
                self._passed_over[reason] += sum(map(is_document, files))
                self._entries_to_count -= len(folders) + len(files)
                if self._entries_to_count < 0:
                    return


def _asked(patterns: Sequence[str]) -> GitIgnoreSpec:
    """Return the patterns that a person asked for.

    Raises:
        UsageError: One cannot be understood.
    """
    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise UsageError(f"cannot understand a pattern to include or exclude: {error}") from error


def _reason(error: OSError) -> str:
    return f"it cannot be read: {error.strerror}"
