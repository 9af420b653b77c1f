"""The file that vectors are kept in: FAISS's bytes, and behind them a trailer that says what they are.

The trailer is JSON (the stamp, the length of FAISS's bytes, their digest), then the digest of that JSON, its length in
eight bytes, little-endian, and a magic word. `indexes/README.md` describes it for people.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

from albert_search.errors import IndexDamaged
from albert_search.files.durable import file_digest, replace_durably
from albert_search.storage.catalog import CatalogState

_MAGIC = b"ALBSVEC1"
_DIGEST_BYTES = 16
_TAIL_BYTES = _DIGEST_BYTES + 8 + len(_MAGIC)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The state of a catalog that a vector file holds.

    Attributes:
        catalog_id: The catalog it was derived from.
        generation: The catalog's generation then.
        last_text_id: The highest text number in it; later ones are not in it.
        recall: Share of the true ten nearest that it finds, in [0, 1]; 1 where search is exact.
        probes: Lists of the inverted file that a search looks through; 0 where search is exact.
        count: Vectors in it.
        file_id: Tells the file from every other; empty in files of versions that drew none.
    """

    catalog_id: str
    generation: int
    last_text_id: int
    recall: float = 1.0
    probes: int = 0
    count: int = 0
    file_id: str = ""

    def belongs_to(self, state: CatalogState) -> bool:
        """Return whether the file holds an earlier or the present state of a catalog, and of no other past of it.

        A catalog that was restored from a backup counts the same generations once more, with other texts.
        """
        known = state.folded_generation <= self.generation <= state.generation
        return known and self.catalog_id == state.catalog_id and self.file_id in state.vector_files


def read_stamp(path: Path) -> Stamp:
    """Return what state of the catalog a vector file holds, without opening the rest of it.

    Raises:
        IndexDamaged: There is no such file, or it is not whole.
    """
    return _read_trailer(path)[0]


def verify_file(path: Path) -> Stamp:
    """Read a vector file to its end and compare it with its own checksum.

    Args:
        path: The file.

    Returns:
        What state of the catalog it holds.

    Raises:
        IndexDamaged: It is missing, cut short, or a byte of it has changed.
    """
    while True:
        stamp, (length, checksum) = _read_trailer(path)
        if file_digest(path, length).hex() == checksum:
            return stamp
        if read_stamp(path) == stamp:  # else another file has taken its place meanwhile
            raise IndexDamaged(f"{path} does not match its checksum: rebuild it")


def write_file(path: Path, stamp: Stamp, write_vectors: Callable[[Callable[[bytes], None]], None]) -> None:
    """Write a vector file so that at any instant either the old or the new one is there whole.

    Args:
        path: Where to.
        stamp: What it holds.
        write_vectors: Passes FAISS's bytes to the function that it is given.

    Raises:
        OSError: The disk is full, read-only or failing.
    """
    digest = blake2b(digest_size=_DIGEST_BYTES)
    temporary = path.with_name(path.name + ".new")
    try:
        with temporary.open("wb") as file:

            def write(chunk: bytes) -> None:
                digest.update(chunk)
                file.write(chunk)

            write_vectors(write)
            trailer = {"stamp": asdict(stamp), "length": file.tell(), "checksum": digest.hexdigest()}
            body = json.dumps(trailer).encode()
            file.write(body + _body_digest(body) + len(body).to_bytes(8, "little") + _MAGIC)
        replace_durably(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _read_trailer(path: Path) -> tuple[Stamp, tuple[int, str]]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            tail = file.read(_TAIL_BYTES)
            length = int.from_bytes(tail[_DIGEST_BYTES:-8], "little")
            if tail[-8:] != _MAGIC or length > size - _TAIL_BYTES:
                raise IndexDamaged(f"{path} is not whole: rebuild it")
            file.seek(size - _TAIL_BYTES - length)
            body = file.read(length)
            if _body_digest(body) != tail[:_DIGEST_BYTES]:
                raise IndexDamaged(f"{path} is damaged: rebuild it")
            trailer = json.loads(body)
        return Stamp(**trailer["stamp"]), (int(trailer["length"]), str(trailer["checksum"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{path} cannot be read: rebuild it") from error


def _body_digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=_DIGEST_BYTES).digest()
