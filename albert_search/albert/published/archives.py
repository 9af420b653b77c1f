"""Unpacks an archive of a model: what a stranger packed neither leaves its folder nor fills the disk."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from albert_search.errors import ModelError

MOST_BYTES = 8 * 2**30
"""Of all files together, unpacked; the largest ALBERT that was published takes less than 1 GiB."""

MOST_ENTRIES = 10_000

MOST_AT_ONCE_BYTES = 2**24
"""What the archive's own headers may have read into memory at once."""

GZIP = b"\x1f\x8b"


def unpack(archive: Path, folder: Path) -> None:
    """Unpack the files and folders of a tar archive, compressed with gzip or not.

    Args:
        archive: The archive.
        folder: Where to; an empty folder.

    Raises:
        ModelError: It is damaged, holds something else than files and folders, would write outside, or is too large.
    """
    try:
        with archive.open("rb") as file:
            packed = file.read(len(GZIP)) == GZIP
            file.seek(0)
            content = _Sips(gzip.GzipFile(fileobj=file) if packed else file)
            with tarfile.open(fileobj=content, mode="r:") as entries:  # type: ignore[call-overload]
                _unpack_entries(entries, folder)
    except _Refused as error:
        raise ModelError(f"{archive} is not unpacked: {error}") from error
    except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
        raise ModelError(f"{archive} is no archive of a model, or is cut off: {error}") from error


class _Refused(Exception):
    """What an archive of a model has no reason to hold."""


class _Sips:
    """A file of which much is never read at once: a header may say that it is as large as it likes."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int) -> bytes:
        if size > MOST_AT_ONCE_BYTES:
            raise _Refused(f"one of its headers takes {size:,} bytes")
        return self._file.read(size)


def _unpack_entries(entries: tarfile.TarFile, folder: Path) -> None:
    total_bytes = 0
    for number, entry in enumerate(entries):
        total_bytes += entry.size
        if number >= MOST_ENTRIES or total_bytes > MOST_BYTES:
            raise _Refused(f"it holds more than {MOST_ENTRIES:,} files or {MOST_BYTES / 2**30:.0f} GiB")
        place = folder.joinpath(*_parts(entry.name))
        if entry.isdir():
            place.mkdir(parents=True, exist_ok=True)
        elif entry.type in (tarfile.REGTYPE, tarfile.AREGTYPE):
            place.parent.mkdir(parents=True, exist_ok=True)
            with entries.extractfile(entry) as source, place.open("xb") as target:  # type: ignore[union-attr]
                shutil.copyfileobj(source, target)
        else:
            raise _Refused(f"{entry.name!r} in it is neither a file nor a folder")


def _parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name that stays inside, on whatever system it is unpacked."""
    there = PureWindowsPath(name)
    if there.drive or there.root or name.startswith("/") or ".." in there.parts:
        raise _Refused(f"{name!r} in it is outside its folder")
    return PurePosixPath(name).parts
