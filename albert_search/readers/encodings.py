"""Bytes to text: which encoding a file is in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import local
from typing import TextIO

from albert_search.errors import ReadError
from albert_search.readers.guessing import cost, likeliest
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
_ESCAPES = (
    (re.compile(rb"\x1b(?:\$[@B]|\(J)"), "iso2022_jp"),
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
)
"""By these seven-bit encodings change their characters. Source: ISO/IEC 2022."""
_HOLE = re.compile(rb"\0{4,}")
"""What a file system leaves where the power went before the data was written."""
_WIDEST_COST = 9.5
_doubts = local()
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
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
    Single bytes of cp1252 may stand in UTF-8, as where a file was put together from two.

    Args:
        data: The whole file.
        declared: The encoding that the file itself names, as HTML can; believed where it fits.

    Raises:
        ReadError: It is not text.
    """
    encoding = encoding_of(data, declared)
    return data.decode(encoding, "cp1252" if encoding == "utf-8" else "replace")


def take_doubts() -> list[str]:
    """Return what was doubtful about the encodings of what this thread has read, and forget it."""
    doubts: list[str] = getattr(_doubts, "found", [])
    _doubts.found = []
    return doubts


def open_text(path: Path) -> TextIO:
    """Open a file of any size for reading as text, line ends untouched.

    Raises:
        ReadError: It cannot be read or is not text.
    """
    with reading("a text file"):
        if path.exists() and not path.is_file():
            raise ReadError("it is no ordinary file")
        encoding = _encoding_of_file(path)
        return path.open(encoding=encoding, errors="cp1252" if encoding == "utf-8" else "replace", newline="")


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
    # Text of seven-bit encodings is valid UTF-8 too: its escapes tell it apart.
    escaped = (name for escape, name in _ESCAPES if b"\x1b" in head and escape.search(head))
    if seven_bit := next(filter(partial(_fits, data), escaped), None):
        return seven_bit
    if _BINARY.search(head):
        if wide := _utf_16_without_mark(head):
            return wide
        solid = _HOLE.sub(b"", head)
        if len(_BINARY.findall(solid)) * 100 > len(solid) or b"\0" in solid:
            raise ReadError("it is a binary file, not text")
    return next((name for name in ("utf-8", declared) if name and _fits(data, name)), None) or _likeliest(data)


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
    """Recognise UTF-16 by what it says: by zero bytes on one side of each pair, or by letters that are likely."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    if pairs and max(even, odd) > 0.3 * pairs and min(even, odd) < 0.02 * pairs:
        return "utf-16-be" if even > odd else "utf-16-le"
    if len(head) % 2 and len(head) < _SAMPLE_BYTES:
        return None
    whole = head[: len(head) // 2 * 2]
    costs = {
        name: cost(text) / len(text)
        for name in ("utf-16-le", "utf-16-be")
        if _fits(whole, name) and (text := whole.decode(name)) and not _CONTROL.search(text)
    }
    best = min(costs, key=lambda name: costs[name], default=None)
    return best if best and costs[best] < _WIDEST_COST else None


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
    guess = likeliest(data)
    if guess is None:
        raise ReadError("it is not text in any known encoding")
    if guess.is_doubtful:
        doubt = f"there is little to tell its encoding by; it was read as {guess.encoding}"
        _doubts.found = [*getattr(_doubts, "found", []), doubt]
    return guess.encoding


def _is_nearly_utf_8(data: bytes) -> bool:
    """Tell UTF-8 with a few broken characters, such as a file that was cut off, from other encodings."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(not char.isascii() for char in text[:_CHUNK_BYTES]) - broken
    return good > 10 * broken
