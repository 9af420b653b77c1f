"""Finding the files to read below folders."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pathspec import GitIgnoreSpec

from albert_search.errors import UsageError
from albert_search.files.listing import listing_digest
from albert_search.readers.registry import is_document
from albert_search.types import Skipped

_IGNORE_FILE = ".gitignore"

FolderStamp: TypeAlias = tuple[int, str]
"""When a folder changed last, in nanoseconds since 1970, and a digest of the names in it."""


def discover(
    paths: Iterable[Path],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    marks_of_an_index: Iterable[str] = (),
    walked: dict[str, FolderStamp] | None = None,
) -> Iterator[Path | Skipped]:
    """Find the files that are named, and the documents below the folders that are named.

    Named files come first and are always taken. Below folders, left out without a word are hidden files and folders,
    indexes, what ``.gitignore`` files name (up to the root of the repository), and files whose name is that of no
    document.

    Args:
        paths: Files, folders, and patterns such as ``docs/**/*.md``, which stand for the files that they match.
        include: Patterns as in ``.gitignore``, relative to each folder; only matching files are taken. One that ends
            with a suffix, such as ``*.py``, makes documents of the files that have it.
        exclude: Patterns of the same kind; matching files and folders are left out.
        marks_of_an_index: Names of files; a folder that has all of them is an index, and left out.
        walked: Takes the stamp of every folder that is looked through.

    Raises:
        UsageError: A pattern to include or exclude cannot be understood.

    Yields:
        Absolute paths, each file once however often it is reached, a folder's in order of their names; Skipped for
        what cannot be read.
    """
    walk = _Walk(include, exclude, frozenset(marks_of_an_index), {} if walked is None else walked)
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


def reaching(paths: Iterable[Path]) -> Callable[[str], bool]:
    """Return what tells whether paths lead to a file, there or not: by name, as its folder, or as a pattern.

    A folder that is missing as a whole may be a disk that is not mounted: it leads to nothing.

    Args:
        paths: Files, folders and patterns, as `discover` takes them.
    """
    named = [os.path.abspath(path) for path in paths]
    folders = tuple(os.path.join(path, "") for path in named if os.path.isdir(path))
    patterns = [path for path in named if not os.path.lexists(path) and os.path.isdir(_folder_of_pattern(path))]
    # A backslash is itself here, as in a shell's quotes; to git it is not.
    spec = GitIgnoreSpec.from_lines(pattern.replace("\\", "\\\\") for pattern in patterns)
    return lambda file: file in named or file.startswith(folders) or spec.match_file(file)


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


@dataclass(frozen=True, slots=True)
class _Rules:
    """The ``.gitignore`` file of a folder, and of those above it."""

    folder: str
    spec: GitIgnoreSpec
    above: _Rules | None

    def ignore(self, path: str, is_folder: bool) -> bool:
        """Tell whether ``path`` is ignored; the file nearest to it decides."""
        relative = _relative(path, self.folder) + ("/" if is_folder else "")
        verdict = self.spec.check_file(relative).include
        if verdict is None:
            return self.above is not None and self.above.ignore(path, is_folder)
        return verdict


class _Walk:
    """A walk over folders that remembers where it has been."""

    def __init__(
        self,
        include: Sequence[str],
        exclude: Sequence[str],
        marks_of_an_index: frozenset[str],
        walked: dict[str, FolderStamp],
    ) -> None:
        self._marks_of_an_index = marks_of_an_index
        self._walked = walked
        self._include = _asked(include) if include else None
        self._exclude = _asked(exclude) if exclude else None
        self._included_suffixes = tuple({os.path.splitext(pattern)[1] for pattern in include} - {""})
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
        waiting: list[tuple[str, _Rules | None]] = [(root, _rules_above(root))]
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
                continue
            self._walked[folder] = (changed_ns, listing_digest(entry.name for entry in entries))
            rules = _with_rules_of(folder, rules)
            inner = []
            for entry in entries:
                found = self._look(entry, root, real, rules)
                if found is True:
                    inner.append((entry.path, rules))
                elif found:
                    yield found
            waiting.extend(reversed(inner))

    def _look(
        self, entry: os.DirEntry[str], root: str, real_folder: str, rules: _Rules | None
    ) -> Path | Skipped | bool:
        """Return a document, what is skipped, True for a folder to go into, or False for nothing."""
        if entry.name.startswith("."):
            return False
        try:
            is_folder = entry.is_dir()
            if not is_folder and not (entry.is_file() or entry.is_symlink()):
                return False
            if not self._is_wanted(entry, root, is_folder) or (rules and rules.ignore(entry.path, is_folder)):
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

    def _is_wanted(self, entry: os.DirEntry[str], root: str, is_folder: bool) -> bool:
        if not (is_folder or is_document(entry.name) or entry.name.endswith(self._included_suffixes)):
            return False
        relative = _relative(entry.path, root)
        if self._exclude and self._exclude.match_file(relative + ("/" if is_folder else "")):
            return False
        return is_folder or self._include is None or self._include.match_file(relative)


def _asked(patterns: Sequence[str]) -> GitIgnoreSpec:
    """Return the patterns that a person asked for.

    Raises:
        UsageError: One cannot be understood.
    """
    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise UsageError(f"cannot understand a pattern to include or exclude: {error}") from error


def _rules_above(root: str) -> _Rules | None:
    """Return the rules of the repository around ``root``, unless they ignore ``root`` itself."""
    parents = [os.fspath(parent) for parent in Path(root).parents]
    repository = next((i for i, parent in enumerate(parents) if os.path.exists(os.path.join(parent, ".git"))), None)
    if repository is None or os.path.exists(os.path.join(root, ".git")):
        return None
    rules: _Rules | None = None
    for parent in reversed(parents[: repository + 1]):
        rules = _with_rules_of(parent, rules)
    return None if rules and rules.ignore(root, is_folder=True) else rules


def _with_rules_of(folder: str, above: _Rules | None) -> _Rules | None:
    """Return the rules that hold in ``folder``."""
    try:
        with open(os.path.join(folder, _IGNORE_FILE), encoding="utf-8", errors="surrogateescape") as file:
            return _Rules(folder, GitIgnoreSpec.from_lines(filter(_is_understood, file)), above)
    except OSError:
        return above


def _is_understood(line: str) -> bool:
    """Tell whether a line of a ``.gitignore`` file makes sense; git passes over one that does not."""
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _relative(path: str, folder: str) -> str:
    """Return the part of ``path`` below ``folder``."""
    return path[len(folder) :].lstrip(os.sep)


def _reason(error: OSError) -> str:
    return f"it cannot be read: {error.strerror}"
