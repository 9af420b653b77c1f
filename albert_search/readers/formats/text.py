"""Plain text: paragraphs, lists and code, told apart by blank lines, indentation and line lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from albert_search.readers.blocks import DocumentBuilder, clean
from albert_search.readers.encodings import decode, load
from albert_search.readers.read_options import ReadOptions
from albert_search.types import Document, Metadata

_NARROWEST_WRAP, _WIDEST_WRAP = 50, 120
_FULL_LINE = 0.8
_CODE_INDENT = 4
_LIST_ITEM = re.compile(r"\s*(?:[-*+•◦‣▪–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+\S")
_RULE = re.compile(r"\s*([^\w\s])\1{2,}\s*")
_CODE = re.compile(r"[{}();=<>\[\]$#\\|]|^\s*(?:def|class|import|from|return|if|for|while)\b")


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a text file; in one named ``.log`` every line is a block of its own."""
    builder = DocumentBuilder(str(path))
    text = decode(load(path))
    if path.suffix.lower() == ".log":
        for number, line in enumerate(clean(text).split("\n"), start=1):
            builder.add(line, line=number)
    else:
        add_paragraphs(builder, text)
    yield builder.build()


def from_text(text: str, uri: str, metadata: Metadata | None = None) -> Document:
    """Make a document of plain text that a program hands over.

    Args:
        text: The text; cut into paragraphs as that of a ``.txt`` file is.
        uri: The name under which it is found again.
        metadata: What else is known about it, as JSON values.

    Returns:
        The document; its lines are counted in ``text``.
    """
    builder = DocumentBuilder(uri)
    add_paragraphs(builder, text)
    return builder.build(metadata)


def add_paragraphs(builder: DocumentBuilder, text: str, *, line: int = 1) -> None:
    """Cut plain text into blocks and add them.

    A block ends at a blank line, at a rule such as ``-----``, before a list item, and at a line end that was meant:
    where lines are wrapped, one after which the next word would easily have fitted and a new capital begins;
    where they are not wrapped, every one.

    Args:
        builder: Takes the blocks.
        text: The text.
        line: Line of the source file on which ``text`` begins.
    """
    lines = clean(text).split("\n")
    width = _wrap_width(lines)
    begin = 0
    for number in range(1, len(lines) + 1):
        if number == len(lines) or _is_border(lines[number - 1], lines[number], width):
            _add_run(builder, lines[begin:number], line + begin)
            begin = number


def _add_run(builder: DocumentBuilder, run: list[str], line: int) -> None:
    if not (len(run) == 1 and _RULE.fullmatch(run[0])):
        builder.add("\n".join(run), line=line, verbatim=_is_code(run))


def _wrap_width(lines: list[str]) -> int:
    """Return the width at which the lines of ``lines`` were wrapped, in characters; 0 where they were not."""
    lengths = sorted(len(line) for line, after in pairwise(lines) if line.strip() and after.strip())
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    return max(width, _NARROWEST_WRAP) if width <= _WIDEST_WRAP else 0


def _is_border(before: str, after: str, width: int) -> bool:
    """Tell whether a block ends between these two lines."""
    if not before or not after or before.isspace() or after.isspace():
        return True
    if _RULE.fullmatch(before) or _RULE.fullmatch(after) or _LIST_ITEM.match(after):
        return True
    if _indent(before) >= _CODE_INDENT and _indent(after) >= _CODE_INDENT and _CODE.search(after):
        return False
    word = after.split(None, 1)[0]
    fitted = len(before.rstrip()) + 1 + min(len(word), 20) <= _FULL_LINE * width
    return not width or (fitted and not word[0].islower())


def _is_code(run: list[str]) -> bool:
    """Tell whether lines are code: all indented, and most with the signs of it."""
    if any(_indent(line) < _CODE_INDENT for line in run):
        return False
    return 2 * sum(_CODE.search(line) is not None for line in run) > len(run)


def _indent(line: str) -> int:
    expanded = line.expandtabs(_CODE_INDENT)
    return len(expanded) - len(expanded.lstrip())
