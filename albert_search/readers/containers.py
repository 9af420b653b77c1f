"""Files inside of files: the members of an archive and the attachments of a mail, each read by its own reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from albert_search.errors import ReadError
from albert_search.readers.blocks import clean
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.registry import is_document, read
from albert_search.types import Document, Note, Skipped

MOST_FILES = 20_000
MOST_BYTES = 2 * 2**30
LARGEST_RATIO = 200
ALWAYS_ALLOWED_BYTES = 64 * 2**20
DEEPEST = 4

_CHUNK_BYTES = 2**20
_SUFFIXES = re.compile(r"(?:\.tar)?\.[A-Za-z0-9]{1,12}\Z")


class BudgetSpent(ReadError):
    """A file holds more than is read out of one file; what was read before stays."""


@dataclass(slots=True)
class Budget:
    """What may still be read out of one file, and of all files inside it.

    Attributes:
        files: How many files.
        size_bytes: How many bytes, inflated.
    """

    files: int = MOST_FILES
    size_bytes: int = MOST_BYTES

    def spend(self, *, files: int = 0, size_bytes: int = 0) -> None:
        """Take files or bytes from the budget.

        Raises:
            BudgetSpent: There are not so many left.
        """
        self.files -= files
        self.size_bytes -= size_bytes
        if self.files < 0:
            raise BudgetSpent(f"it holds more than {MOST_FILES:,} files; the others are left out")
        if self.size_bytes < 0:
            raise BudgetSpent(
                f"it inflates to more than {MOST_BYTES // 2**30} GiB, or {LARGEST_RATIO} times its size; "
                "what comes after that is left out"
            )


@dataclass(frozen=True, slots=True)
class InnerOptions(ReadOptions):
    """How a file inside another one is read.

    Attributes:
        budget: What the outermost file may still give.
        depth: In how many files this one lies.
    """

    budget: Budget = field(default_factory=Budget)
    depth: int = 0

    @classmethod
    def of(cls, options: ReadOptions, path: Path) -> InnerOptions:
        """Return options for what is inside ``path``: with a budget of its own, unless it lies inside another file."""
        if isinstance(options, InnerOptions):
            return options
        allowed = max(ALWAYS_ALLOWED_BYTES, LARGEST_RATIO * path.stat().st_size)
        chosen = {one.name: getattr(options, one.name) for one in fields(options)}
        return cls(**chosen, budget=Budget(size_bytes=min(MOST_BYTES, allowed)))


def inner_uri(outer: str, name: str) -> str:
    r"""Return the address of a file inside another one, which stands for its folder.

    >>> inner_uri("/a.zip", "docs\\../b.md")
    '/a.zip/docs/b.md'
    """
    parts = [part for part in PurePosixPath(clean(name).replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return "/".join([outer, *parts])


def is_wanted(name: str, options: ReadOptions) -> bool:
    """Tell whether a file inside another one is read: as one that is found in a folder, hidden ones are not."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    hidden = any((part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in parts)
    return bool(parts) and not hidden and is_document(parts[-1], code=options.code)


def read_inner(source: IO[bytes], uri: str, options: InnerOptions) -> Iterator[Document | Note | Skipped]:
    """Read a file that lies inside another one.

    Args:
        source: Its content.
        uri: Its address.
        options: How it is read; its bytes are taken from the budget.

    Yields:
        What its reader makes of it, under addresses that begin with ``uri``; Skipped where it cannot be read.

    Raises:
        BudgetSpent: The budget is spent.
    """
    if options.depth == DEEPEST:
        yield Skipped(uri, f"it lies in {DEEPEST} files inside each other, and no deeper is looked")
        return
    with TemporaryDirectory(prefix="albert-search-") as folder:
        suffix = _SUFFIXES.search(uri)
        path = Path(folder, "inner" + (suffix[0] if suffix else ""))
        _copy(source, path, options.budget)
        here = str(path.absolute())
        try:
            for found in read(path, replace(options, depth=options.depth + 1)):
                yield replace(found, uri=uri + found.uri.removeprefix(here))
        except BudgetSpent:
            raise
        except ReadError as error:
            yield Skipped(uri, str(error))


def _copy(source: IO[bytes], path: Path, budget: Budget) -> None:
    budget.spend(files=1)
    with path.open("wb") as target:
        while chunk := source.read(_CHUNK_BYTES):
            budget.spend(size_bytes=len(chunk))
            target.write(chunk)
