"""Rows of the catalog as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was read last.

    Attributes:
        path: Absolute path.
        size_bytes: Its size.
        mtime_ns: When it was changed last, in nanoseconds since 1970.
        content_hash: Digest of its bytes; None while its documents are not all in the catalog.
        reader: The settings it was read with; other ones mean reading it again.
    """

    path: str
    size_bytes: int
    mtime_ns: int
    content_hash: bytes | None
    reader: str
