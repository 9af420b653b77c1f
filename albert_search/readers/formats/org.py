"""Org mode: headings, paragraphs, lists, tables and blocks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.text import add_paragraphs
from albert_search.readers.read_options import ReadOptions
from albert_search.types import Document, Metadata

_HEADING = re.compile(
    r"(\*+)[ \t]+(?:(?:TODO|NEXT|WAIT(?:ING)?|HOLD|STARTED|DONE|CANCELL?ED)[ \t]+)?(?:\[#\w\][ \t]*)?(.*?)"
    r"(?:[ \t]+:(?:[\w@#%]+:)+)?[ \t]*"
)
_KEYWORD = re.compile(r"[ \t]*#\+(\w+)(?:\[[^\]]*\])?:[ \t]*(.*)")
_BEGIN = re.compile(r"[ \t]*#\+begin_(\w+).*", re.I)
_DRAWER = re.compile(r"[ \t]*:[\w-]+:[ \t]*")
_END = re.compile(r"[ \t]*(?::end:|#\+end_(\w+).*)[ \t]*", re.I)
_DRAWER_END, _HEADING_LINE = ":end:", "*"
_SILENT = re.compile(r"[ \t]*(?:#(?:[ \t].*|\+(?:begin|end)_\w+.*)?|(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):.*)", re.I)
_TABLE = re.compile(r"[ \t]*\|(.*?)\|?[ \t]*")
_TABLE_RULE = re.compile(r"[ \t]*\|[-+:]+\|?[ \t]*")
_FIXED = re.compile(r"[ \t]*:(?: (.*))?")
_TEXT_BLOCKS = frozenset(("quote", "verse", "center"))
_LINK = re.compile(r"\[\[([^\[\]]+)\](?:\[([^\[\]]+)\])?\]")
_FOOTNOTE = re.compile(r"\[fn:[^:\[\]]*\]|\[fn:[^:\[\]]*:([^\[\]]*)\]")
_EMPHASIS = re.compile(
    r"(?<![^\s\-({'\"])([*/_+=~])(?=\S)([^\n]{0,300}?(?:\n[^\n]{0,300}?)?\S)\1(?![^\s\-.,;:!?')}\"\[])"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_METADATA = {
    "title": "title",
    "author": "author",
    "date": "date",
    "email": "email",
    "language": "language",
    "description": "description",
    "keywords": "keywords",
    "filetags": "tags",
}


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read an Org file; ``#+TITLE:`` and its like become the metadata.

    Left out are comments, drawers, planning lines and the marks of tasks. Source: https://orgmode.org/worg/org-syntax.html.
    """
    lines = clean(decode(load(path))).split("\n")
    reader = _Reader(DocumentBuilder(str(path)), lines)
    number = 0
    while number < len(lines):
        number = reader.take(number)
    reader.flush()
    yield reader.builder.build(_as_metadata(reader.keywords))


class _Reader:
    """Gathers the lines of paragraphs until something else begins."""

    def __init__(self, builder: DocumentBuilder, lines: list[str]) -> None:
        self.builder = builder
        self._lines = lines
        self._ends = _ends(lines)
        self.keywords: dict[str, str] = {}
        self._run: list[str] = []
        self._first = 0

    def take(self, number: int) -> int:
        """Deal with the line ``number``, from 0, and return the number of the next one to deal with."""
        line = self._lines[number]
        if heading := _HEADING.fullmatch(line):
            self.flush()
            self.builder.add_heading(_inline(heading[2]), len(heading[1]), line=number + 1)
        elif (begin := _BEGIN.fullmatch(line)) and (end := self._end_of_block(number, begin[1].lower())):
            self.flush()
            if begin[1].lower() != "comment":
                self.builder.add("\n".join(self._lines[number + 1 : end]), line=number + 2, verbatim=True)
            return end + 1
        elif _DRAWER.fullmatch(line) and (end := self._end(number, _DRAWER_END)):
            self.flush()
            return end + 1
        elif keyword := _KEYWORD.fullmatch(line):
            self._take_keyword(keyword[1].lower(), keyword[2], number)
        elif _SILENT.fullmatch(line) or _TABLE_RULE.fullmatch(line):
            self.flush()
        elif row := _TABLE.fullmatch(line):
            self.flush()
            cells = [folded(_inline(cell)) for cell in row[1].split("|")]
            self.builder.add(" | ".join(cells), line=number + 1)
        elif fixed := _FIXED.fullmatch(line):
            self.flush()
            self.builder.add(fixed[1] or "", line=number + 1, verbatim=True)
        else:
            self._first = self._first if self._run else number
            self._run.append(line)
        return number + 1

    def flush(self) -> None:
        """End the paragraphs that were gathered."""
        if self._run:
            add_paragraphs(self.builder, _inline("\n".join(self._run)), line=self._first + 1)
        self._run = []

    def _end_of_block(self, number: int, kind: str) -> int | None:
        """Return the number of the line that ends a block whose lines are meant; others hold ordinary text."""
        return None if kind in _TEXT_BLOCKS else self._end(number, kind)

    def _end(self, number: int, kind: str) -> int | None:
        """Return the number of the line that ends what begins at ``number``; None where a heading comes before it."""
        end, heading = (self._next(number, ends) for ends in (kind, _HEADING_LINE))
        return None if end is None or (heading is not None and heading < end) else end

    def _next(self, number: int, kind: str) -> int | None:
        numbers = self._ends.get(kind, [])
        place = bisect_right(numbers, number)
        return numbers[place] if place < len(numbers) else None

    def _take_keyword(self, name: str, value: str, number: int) -> None:
        self.flush()
        if name == "caption":
            self.builder.add(_inline(value), line=number + 1)
        elif name in _METADATA and value:
            known = self.keywords.get(_METADATA[name])
            self.keywords[_METADATA[name]] = f"{known} {folded(value)}" if known else folded(value)


def _as_metadata(keywords: dict[str, str]) -> Metadata:
    """Return a date without its weekday and brackets, and tags as a list."""
    metadata: dict[str, str | list[str]] = dict(keywords)
    if day := _DAY.search(keywords.get("date", "")):
        metadata["date"] = day[0]
    if "tags" in keywords:
        metadata["tags"] = [tag for tag in re.split(r"[:\s]+", keywords["tags"]) if tag]
    return metadata


def _ends(lines: list[str]) -> dict[str, list[int]]:
    """Return the numbers of the lines that are headings, or end a drawer or a block of each kind."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        if match := _END.fullmatch(line):
            found.setdefault((match[1] or _DRAWER_END).lower(), []).append(number)
        elif _HEADING.fullmatch(line):
            found.setdefault(_HEADING_LINE, []).append(number)
    return found


def _inline(text: str) -> str:
    """Return text without the marks of links, footnotes and emphasis; line ends stay where they are.

    >>> _inline("see [[https://orgmode.org][the *Org* manual]], it is /long/")
    'see the Org manual, it is long'
    """
    text = _LINK.sub(lambda match: match[2] or match[1], text)
    text = _FOOTNOTE.sub(lambda match: (match[1] and f" ({match[1]})") or "", text)
    return _EMPHASIS.sub(r"\2", text)
