"""Bytes to text: which encoding a file is in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from albert_search.errors import ReadError
from albert_search.readers.reasons import reading

LARGEST_FILE_BYTES = 128 * 2**20
"""A file that becomes one document is held in memory as a whole, several times over; larger ones are refused."""
LARGEST_LINE_CHARACTERS = 32 * 2**20

_SAMPLE_BYTES = 64 * 2**10
_CHUNK_BYTES = 2**20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY_FIRST = (
    "cp1252", "gb18030", "cp932", "euc_jp", "cp949", "big5", "cp1251",
    "koi8_r", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp874",
)  # fmt: skip
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


def load(path: Path) -> bytes:
    """Return the bytes of a file that becomes one document.

    Raises:
        ReadError: It cannot be read, is no ordinary file, or is larger than ``LARGEST_FILE_BYTES``.
    """
    with reading("a file"):
        if path.exists() and not path.is_file():
            raise ReadError("it is no ordinary file")
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise ReadError(f"it is larger than {LARGEST_FILE_BYTES // 2**20} MiB; split it into smaller files")
        return path.read_bytes()


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text in ``data``.

    A byte order mark decides; else UTF-8 where that fits; else what the file declares; else the likeliest encoding.

    Args:
        data: The whole file.
        declared: The encoding that the file itself names, as HTML can; believed where it fits.

    Raises:
        ReadError: It is not text.
    """
    return data.decode(encoding_of(data, declared), "replace")


def open_text(path: Path) -> TextIO:
    """Open a file of any size for reading as text, line ends untouched.

    Raises:
        ReadError: It cannot be read or is not text.
    """
    with reading("a text file"):
        if path.exists() and not path.is_file():
            raise ReadError("it is no ordinary file")
        return path.open(encoding=_encoding_of_file(path), errors="replace", newline="")


def lines_of(file: TextIO) -> Iterator[str]:
    """Yield the lines of an open file, with their ends.

    Raises:
        ReadError: A line is longer than ``LARGEST_LINE_CHARACTERS``.
    """
    while line := file.readline(LARGEST_LINE_CHARACTERS):
        if len(line) == LARGEST_LINE_CHARACTERS:
            raise ReadError(f"it holds a line of more than {LARGEST_LINE_CHARACTERS // 2**20} million characters")
        yield line


def encoding_of(data: bytes, declared: str | None = None) -> str:
    """Return the name of the encoding that ``data`` is in; see ``decode``.

    Raises:
        ReadError: It is not text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    head = data[:_SAMPLE_BYTES]
    if wide := _utf_16_without_mark(head):
        return wide
    if len(_BINARY.findall(head)) * 100 > len(head) or b"\0" in head:
        raise ReadError("it is a binary file, not text")
    # ISO-2022 text is valid UTF-8 too: its escape characters tell it apart.
    trusted = (declared, "utf-8") if declared and b"\x1b" in data else ("utf-8", declared)
    return next((name for name in trusted if name and _fits(data, name)), None) or _likeliest(data)


def _encoding_of_file(path: Path) -> str:
    """Return a file's encoding, looking through all of it without holding it in memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        chunk = file.read(_CHUNK_BYTES)
        encoding = encoding_of(_whole_characters(chunk))
        if encoding != "utf-8":
            return encoding
        while chunk:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return _likeliest(chunk)
            chunk = file.read(_CHUNK_BYTES)
    return "utf-8"


def _whole_characters(head: bytes) -> bytes:
    """Return the first chunk of a file up to its last line end, so that no character is cut in two."""
    if len(head) < _CHUNK_BYTES:
        return head
    return head[: head.rfind(b"\n") + 1] or head


def _utf_16_without_mark(head: bytes) -> str | None:
    """Recognise UTF-16 by its zero bytes, which stand on one side of each pair only."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    if pairs and max(even, odd) > 0.3 * pairs and min(even, odd) < 0.02 * pairs:
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _likeliest(data: bytes) -> str:
    """Guess the encoding of text that is not UTF-8.

    Raises:
        ReadError: In no encoding does it look like text.
    """
    if _is_nearly_utf_8(data):
        return "utf-8"
    from charset_normalizer import from_bytes

    first = _NOT_ASCII.search(data)
    begin = max(0, first.start() - 1024) if first else 0
    matches = list(from_bytes(data[begin : begin + _SAMPLE_BYTES], cp_isolation=list(_LIKELY_FIRST)))
    if not matches:
        raise ReadError("it is not text in any known encoding")
    # Short texts often fit several encodings equally well: then the commonest one is meant. Nearly all bytes
    # make half-width Japanese, which few people write.
    best = (matches[0].chaos, matches[0].coherence)
    equals = [match for match in matches if (match.chaos, match.coherence) == best]
    equals.sort(key=lambda match: (_HALF_WIDTH.search(str(match)) is not None, _LIKELY_FIRST.index(match.encoding)))
    return equals[0].encoding


def _is_nearly_utf_8(data: bytes) -> bool:
    """Tell UTF-8 with a few broken characters, such as a file that was cut off, from other encodings."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(not char.isascii() for char in text[:_CHUNK_BYTES]) - broken
    return good > 10 * broken
