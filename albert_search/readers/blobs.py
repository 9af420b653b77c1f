"""Text that nobody reads: encoded bytes and code without spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from albert_search.types import Block, Document

_LONG_RUN = re.compile(r"[!-~]{200,}")
_LINES_OF_BASE64 = re.compile(
    r"(?:^[ \t]*[A-Za-z0-9+/]{60,80}={0,2}[ \t]*\n){3,}[ \t]*[A-Za-z0-9+/]*={0,2}", re.MULTILINE
)
_MINIFIED_LINE = re.compile(r"^[^\n]{500,}$", re.MULTILINE)
_SIGNS = re.compile(r"[{}()\[\];=,:!&|]")
_SHARE_OF_SIGNS = 0.12
_ADDRESS = "://"


def without_blobs(document: Document) -> tuple[Document, int]:
    """Return a document whose blocks leave out what is encoded or minified, and how many such places it has.

    The text stays as it is; what no block holds becomes no sentence.
    """
    if len(document.text) < 200:
        return document, 0
    blobs = list(_blobs(document.text))
    if not blobs:
        return document, 0
    blocks = tuple(part for block in document.blocks for part in _parts(document.text, block, blobs))
    return replace(document, blocks=blocks), len(blobs)


def _blobs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each blob begins and ends, in order."""
    spans = [match.span() for match in _LONG_RUN.finditer(text) if _is_encoded(match[0])]
    spans += [match.span() for match in _LINES_OF_BASE64.finditer(text) if _is_mixed(match[0])]
    spans += [match.span() for match in _MINIFIED_LINE.finditer(text) if _is_minified(match[0])]
    end = -1
    for begin, stop in sorted(spans):
        if begin >= end:
            yield begin, stop
            end = stop


def _is_encoded(run: str) -> bool:
    return _ADDRESS not in run[:12] and len(set(run)) > 10


def _is_mixed(lines: str) -> bool:
    """Tell base64 from long words: it has small and capital letters and digits everywhere."""
    first = lines.split()[0]
    return any(map(str.isdigit, first)) and first.lower() != first != first.upper()


def _is_minified(line: str) -> bool:
    return len(_SIGNS.findall(line)) > _SHARE_OF_SIGNS * len(line) and line.count(" ") < 0.08 * len(line)


def _parts(text: str, block: Block, blobs: list[tuple[int, int]]) -> Iterator[Block]:
    """Yield what is left of a block."""
    start = block.start
    for begin, end in blobs:
        if end <= start or begin >= block.end:
            continue
        if text[start:begin].strip():
            yield _part(text, block, start, begin)
        start = max(start, end)
    if text[start : block.end].strip():
        yield _part(text, block, start, block.end)


def _part(text: str, block: Block, start: int, end: int) -> Block:
    if (start, end) == (block.start, block.end):
        return block
    tight = start + len(text[start:end]) - len(text[start:end].lstrip())
    line = None if block.line is None else block.line + text.count("\n", block.start, tight)
    return replace(block, start=tight, end=tight + len(text[tight:end].rstrip()), line=line)
