"""The elements of a web page to blocks: paragraphs, headings, rows of tables, preformatted text."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import cast

from lxml import etree

from albert_search.readers.blocks import DocumentBuilder, folded

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
))  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CELLS = frozenset(("td", "th"))
_TABLE_PARTS = frozenset(("table", "tr", *_CELLS))
_LAID_OUT = (*HEADINGS, "ul", "ol", "hr", "form", "img")
_ROWS_LOOKED_AT = 50
_BLANK_LINES = re.compile(r"\n\s*\n")


def add_tree(
    builder: DocumentBuilder, root: etree._Element, left_out: Callable[[etree._Element], bool], *, first_line: int
) -> None:
    """Add the blocks below an element.

    Args:
        builder: Takes the blocks.
        root: The element.
        left_out: Tells which elements are no text.
        first_line: Line of the file on which it begins.
    """
    walk = etree.iterwalk(root, events=("start", "end"))
    writer = _Writer(builder, first_line)
    chrome = None
    for event, element in walk:
        if event == "start":
            if left_out(element):
                chrome = element
                walk.skip_subtree()
            else:
                writer.open(element)
        else:
            if element is not chrome:
                writer.close(element)
            writer.write(element.tail, element)
    writer.flush()


class _Writer:
    """Gathers inline text until a block ends."""

    def __init__(self, builder: DocumentBuilder, first_line: int) -> None:
        self._builder = builder
        self._offset = first_line - 1
        self._pieces: list[str] = []
        self._line: int | None = None
        self._anchors: list[str] = []
        self._anchor_begin: int | None = None
        self._layouts: list[bool] = []
        self._row_depth = 0
        self._verbatim_depth = 0

    def open(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in _TABLE_PARTS:
            self._open_part_of_table(tag, element)
        elif tag == "a":
            self._anchor_begin = len(self._pieces) if str(element.get("href") or "").startswith("#") else None
        elif tag in _BLOCKS:
            self._border()
        elif tag == "br":
            self._pieces.append("\n")
        if tag == "pre":
            self._verbatim_depth += 1
        if tag == "img" and (alternative := element.get("alt")):
            self.write(alternative, element)
        self.write(element.text, element)

    def _open_part_of_table(self, tag: object, element: etree._Element) -> None:
        if tag == "table":
            self._border()
            self._layouts.append(_is_layout(element))
        elif self._in_layout():
            self._border()
        elif tag == "tr":
            self.flush()
            self._row_depth += 1
        elif self._pieces and self._row_depth:
            self._pieces.append(" | ")

    def close(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "a" and self._anchor_begin is not None:
            self._anchors.append("".join(self._pieces[self._anchor_begin :]))
            self._anchor_begin = None
        if tag == "table":
            self._border()
            self._layouts.pop()
        elif self._in_layout() and tag in ("tr", *_CELLS):
            self._border()
        elif tag == "tr":
            self._row_depth = max(0, self._row_depth - 1)
            self.flush()
        elif tag in HEADINGS and not self._row_depth:
            self._add_heading(HEADINGS[tag])
        elif tag in _BLOCKS:
            self._border()
        if tag == "pre":
            self._verbatim_depth -= 1

    def write(self, text: str | None, element: etree._Element) -> None:
        if not text:
            return
        if self._line is None and text.strip():
            self._line = self._offset + int(cast(int, element.sourceline or 1))
        self._pieces.append(text if self._verbatim_depth else text.replace("\n", " "))

    def flush(self) -> None:
        anchors, self._anchors = self._anchors, []
        line, text = self._line, self._take()
        if self._verbatim_depth:
            self._builder.add(text, line=line, verbatim=True)
            return
        # A paragraph that is nothing but a link into the same page is a line of its contents.
        points_to = anchors[0] if len(anchors) == 1 and folded(anchors[0]) == folded(text) else None
        for paragraph in _BLANK_LINES.split(text):
            self._builder.add(folded(paragraph), line=line, points_to=points_to)

    def _in_layout(self) -> bool:
        return bool(self._layouts) and self._layouts[-1]

    def _border(self) -> None:
        """End a block; inside the row of a table, which is one block, only a word."""
        if self._row_depth:
            self._pieces.append(" ")
        else:
            self.flush()

    def _add_heading(self, level: int) -> None:
        line, text = self._line, self._take()
        self._builder.add_heading(folded(text), level, line=line)

    def _take(self) -> str:
        text = "".join(self._pieces)
        self._pieces, self._line, self._anchor_begin = [], None, None
        return text


def _is_layout(table: etree._Element) -> bool:
    """Tell a table that only places things on a page from one that holds data."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return True
    if table.find(".//th") is not None:
        return False
    widest = 0
    for row in islice(table.iter("tr"), _ROWS_LOOKED_AT):
        cells = [cell for cell in row if cell.tag in _CELLS]
        widest = max(widest, len(cells))
        for cell in cells:
            if any(cell.find(f".//{tag}") is not None for tag in _LAID_OUT) or len(cell.findall("p")) > 1:
                return True
    return widest < 2
