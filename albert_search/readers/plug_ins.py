"""Readers that other packages bring, through the entry points of the group ``albert_search.readers``.

An entry point is named for a suffix, without its dot, and leads to a function that makes a document of a file's bytes
and its address::

    def read(data: bytes, uri: str) -> Document: ...

``tests/plug_in`` is a package that does so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from albert_search.errors import ReadError
from albert_search.readers.encodings import load
from albert_search.types import Document

GROUP = "albert_search.readers"


@cache
def plug_ins() -> Mapping[str, EntryPoint]:
    """Return the reader that a package brings for each suffix, which goes before our own."""
    return {f".{point.name.lower().lstrip('.')}": point for point in entry_points(group=GROUP)}


def read_by(plug_in: EntryPoint, path: Path) -> Iterator[Document]:
    """Read a file by the reader of another package.

    Raises:
        ReadError: The file cannot be read, or the reader fails in any way: it is not ours to know how.
    """
    data = load(path)
    try:
        document = plug_in.load()(data, str(path))
    except ReadError:
        raise
    except Exception as error:
        raise ReadError(f"the reader {plug_in.value} failed on it: {type(error).__name__}: {error}") from error
    if not isinstance(document, Document):
        raise ReadError(f"the reader {plug_in.value} returned {type(document).__name__}, which is no Document")
    yield document
