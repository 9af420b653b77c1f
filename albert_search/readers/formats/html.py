"""HTML: the readable text of a page, without scripts, navigation and other chrome."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from lxml import etree

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import decode, load
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import reading
from albert_search.types import Document, Metadata

_CHROME = frozenset((
    "script", "style", "template", "noscript", "nav", "footer", "head", "button", "select", "textarea",
    "datalist", "svg", "canvas", "iframe", "object", "audio", "video",
))  # fmt: skip
_CHROME_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "menu"))
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
))  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CELLS = frozenset(("td", "th"))
_PERMALINKS = frozenset(("¶", "#", "§"))
_KEPT_NAMES = frozenset(("author", "description", "keywords", "date"))
_DECLARATION = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w:.-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]+)""", re.I
)
_KNOWN_LABEL = re.compile(
    r"iso-?8859|windows-|cp\d|koi8|gb|big5|shift|sjis|euc|iso-?2022|utf-?(?:8|16|32)|mac|tis|latin|ks_c", re.I
)
_END_OF_PAGE = re.compile(r"</(?:body|html)[ \t]*>", re.I)
"""libxml2 reads nothing behind these, where browsers go on."""
_SUPERSETS = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
"""Browsers read these as their supersets. Source: https://encoding.spec.whatwg.org/#names-and-labels."""


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read an HTML or XHTML file."""
    data = load(path)
    with reading("a web page", etree.LxmlError, ValueError):
        builder = DocumentBuilder(str(path))
        root = _parse(decode(data, _declared(data[:4096])))
        if root is not None:
            _add_tree(builder, root, first_line=1)
        yield builder.build({} if root is None else _metadata(root))


def add_html(builder: DocumentBuilder, source: str, *, line: int) -> None:
    """Add the blocks of a piece of HTML that stands inside another format.

    Args:
        builder: Takes the blocks.
        source: The HTML.
        line: Line of the source file on which it begins.
    """
    root = _parse(source)
    if root is not None:
        _add_tree(builder, root, first_line=line)


def _declared(head: bytes) -> str | None:
    """Return the encoding that the page names, as Python calls it."""
    if not (match := _DECLARATION.search(head)):
        return None
    label = (match[1] or match[2]).decode("ascii", "replace").lower()
    return _SUPERSETS.get(label, label) if _KNOWN_LABEL.match(label) else None


def _parse(source: str) -> etree._Element | None:
    """Return the root of the tree, or None where there is no element.

    Raises:
        ReadError: Elements are nested deeper than libxml2 allows, so that text would be lost.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    data = _END_OF_PAGE.sub("", clean(source)).encode()
    if not data.strip():
        return None
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "empty" in str(error):
            return None
        raise
    if any(entry.type_name in ("ERR_INTERNAL_ERROR", "ERR_RESOURCE_LIMIT") for entry in parser.error_log):
        raise ReadError("it is nested too deeply")
    return root


def _metadata(root: etree._Element) -> Metadata:
    """Return what the head of the page says about it."""
    metadata: dict[str, str] = {}
    if title := folded(root.findtext(".//title") or ""):
        metadata["title"] = title
    for element in root.iterfind(".//meta[@name]"):
        name, value = str(element.get("name")).lower(), folded(element.get("content") or "")
        if name in _KEPT_NAMES and value:
            metadata[name] = value
    if language := root.get("lang"):
        metadata["language"] = language
    return metadata


def _add_tree(builder: DocumentBuilder, root: etree._Element, *, first_line: int) -> None:
    """Add the blocks below ``root``, whose first line is ``first_line`` of the file."""
    walk = etree.iterwalk(root, events=("start", "end"))
    writer = _Writer(builder, first_line)
    chrome = None
    for event, element in walk:
        if event == "start":
            if _is_chrome(element):
                chrome = element
                walk.skip_subtree()
            else:
                writer.open(element)
        else:
            if element is not chrome:
                writer.close(element)
            writer.write(element.tail, element)
    writer.flush()


def _is_chrome(element: etree._Element) -> bool:
    """Tell whether nobody would call an element the text of the page."""
    if element.tag in _CHROME or "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return True
    if element.get("role") in _CHROME_ROLES:
        return True
    return element.tag == "a" and element.text in _PERMALINKS and len(element) == 0


class _Writer:
    """Gathers inline text until a block ends."""

    def __init__(self, builder: DocumentBuilder, first_line: int) -> None:
        self._builder = builder
        self._offset = first_line - 1
        self._pieces: list[str] = []
        self._line: int | None = None
        self._row_depth = 0
        self._verbatim_depth = 0

    def open(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "tr":
            self.flush()
            self._row_depth += 1
        elif tag in _CELLS:
            if self._pieces and self._row_depth:
                self._pieces.append(" | ")
        elif tag in _BLOCKS:
            self._border()
        elif tag == "br":
            self._pieces.append("\n")
        if tag == "pre":
            self._verbatim_depth += 1
        if tag == "img" and (alternative := element.get("alt")):
            self.write(alternative, element)
        self.write(element.text, element)

    def close(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "tr":
            self._row_depth -= 1
            self.flush()
        elif tag in _HEADINGS and not self._row_depth:
            self._add_heading(_HEADINGS[tag])
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
        line, text = self._line, self._take()
        if self._verbatim_depth:
            self._builder.add(text, line=line, verbatim=True)
            return
        for paragraph in re.split(r"\n\s*\n", text):
            self._builder.add(folded(paragraph), line=line)

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
        self._pieces, self._line = [], None
        return text
