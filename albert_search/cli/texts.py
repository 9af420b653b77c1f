"""Texts that stand one a line in a file or come in on standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from albert_search.errors import UsageError

STANDARD_INPUT = Path("-")


def read_lines(path: Path) -> Iterator[str]:
    """Open a file, or standard input for ``-``, and return its lines as they come.

    Args:
        path: The file, in UTF-8; what is not UTF-8 in it becomes U+FFFD.

    Returns:
        The lines without their ends.

    Raises:
        UsageError: The file cannot be read.
    """
    try:
        binary = sys.stdin.buffer if path == STANDARD_INPUT else path.open("rb")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    return _lines(binary)


def given_texts(arguments: Sequence[str] | None) -> Iterator[str]:
    """Yield the texts in their order, with the lines of standard input in the place of ``-``."""
    if not arguments:
        raise UsageError("give the texts, or - to read them from standard input, one a line")
    for argument in arguments:
        yield from read_lines(STANDARD_INPUT) if argument == str(STANDARD_INPUT) else (argument,)


def _lines(binary: BinaryIO) -> Iterator[str]:
    with io.TextIOWrapper(binary, encoding="utf-8-sig", errors="replace") as lines:
        for line in lines:
            yield line.rstrip("\n")
