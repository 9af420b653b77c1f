"""Archives (zip, tar) and single compressed files: what is in them, as if it lay in a folder."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, cast

from albert_search.errors import ReadError
from albert_search.readers.containers import BudgetSpent, InnerOptions, inner_uri, is_wanted, read_inner
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Note, Skipped

_LARGEST_DIRECTORY_BYTES = 32 * 2**20
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, gzip.BadGzipFile, zlib.error, EOFError)
_TAR_SUFFIXES = (".tar", ".tgz", ".tbz2", ".txz")


def read(path: Path, options: ReadOptions) -> Iterator[Document | Note | Skipped]:
    """Read the documents in an archive; their addresses go on from the archive's as from a folder's.

    As below a folder, hidden files and those whose name is that of no document are left out. The bounds of
    `albert_search.readers.containers` hold for an archive with all archives inside it.
    """
    with reading("an archive", *_DAMAGED, *PARSER_ERRORS):
        inner = InnerOptions.of(options, path)
        if path.suffix.lower() == ".zip":
            yield from _read_zip(path, inner)
        elif path.suffix.lower() in _TAR_SUFFIXES or path.stem.lower().endswith(".tar"):
            yield from _read_tar(path, inner)
        else:
            with _decompressed(path) as source:
                yield from read_inner(source, inner_uri(str(path), path.stem), inner)


def _decompressed(path: Path) -> IO[bytes]:
    match path.suffix.lower():
        case ".gz":
            return cast(IO[bytes], gzip.open(path))
        case ".bz2":
            return bz2.open(path)
    return lzma.open(path)


def _read_zip(path: Path, options: InnerOptions) -> Iterator[Document | Note | Skipped]:
    with path.open("rb") as file:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                name = _name(info)
                if info.is_dir() or not is_wanted(name, options):
                    continue
                uri = inner_uri(str(path), name)
                if info.flag_bits & 1:
                    yield Skipped(uri, "it is encrypted")
                    continue
                yield from _one(partial(archive.open, info), uri, options)


def _read_tar(path: Path, options: InnerOptions) -> Iterator[Document | Note | Skipped]:
    with tarfile.open(path) as archive:
        for info in archive:
            if not info.isfile():
                continue
            if not is_wanted(info.name, options):
                options.budget.spend(size_bytes=info.size)  # to skip it is to inflate it
                continue
            uri = inner_uri(str(path), info.name)
            yield from _one(partial(archive.extractfile, info), uri, options)


def _one(
    open_member: Callable[[], IO[bytes] | None], uri: str, options: InnerOptions
) -> Iterator[Document | Note | Skipped]:
    """Read one member; one that is damaged does not stop the others."""
    try:
        with reading("a file", *_DAMAGED, *PARSER_ERRORS), open_member() or BytesIO() as source:
            yield from read_inner(source, uri, options)
    except BudgetSpent:
        raise
    except ReadError as error:
        yield Skipped(uri, str(error))


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; many programs write UTF-8 without the flag that says so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _check_directory(file: BinaryIO) -> None:
    """Refuse a zip file whose directory, which is read as a whole, would fill the memory.

    Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.14 and 4.3.16.
    """
    file.seek(max(0, file.seek(0, os.SEEK_END) - 70_000))
    tail = file.read()
    end, end_64 = tail.rfind(b"PK\5\6"), tail.rfind(b"PK\6\6")
    size = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if size == 0xFFFFFFFF and end_64 >= 0:
        size = int.from_bytes(tail[end_64 + 40 : end_64 + 48], "little")
    if size > _LARGEST_DIRECTORY_BYTES:
        raise ReadError("it holds too many files to be listed")
