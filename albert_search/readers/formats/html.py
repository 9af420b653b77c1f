"""HTML: the readable text of a page, without scripts, navigation and other chrome."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.html_chrome import is_chrome, is_never_text
from albert_search.readers.formats.html_writer import HEADINGS, add_tree
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import reading
from albert_search.types import Document, Note

_KEPT_NAMES = frozenset(("author", "description", "keywords", "date"))
_DECLARATION = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w:.-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]+)""", re.I
)
_KNOWN_LABEL = re.compile(
    r"iso-?8859|windows-|cp\d|koi8|gb|big5|shift|sjis|euc|iso-?2022|utf-?(?:8|16|32)|mac|tis|latin|ks_c", re.I
)
_END_OF_PAGE = re.compile(r"</(?:body|html)[ \t]*>", re.I)
"""libxml2 reads nothing behind these, where browsers go on."""
_SWALLOWING = (
    ("<!--", "-->"),
    *((f"<{tag}", f"</{tag}>") for tag in ("script", "style", "title", "textarea", "noscript")),
)
_BLOCK_BEGINS = re.compile(r"<(?:p|div|h[1-6]|main|body|article|section|table|ul|ol|dl|nav|header)\b", re.IGNORECASE)
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


def read(path: Path, _options: ReadOptions) -> Iterator[Document | Note]:
    """Read an HTML or XHTML file."""
    data = load(path)
    with reading("a web page", etree.LxmlError, ValueError):
        builder = DocumentBuilder(str(path))
        source = decode(data, _declared(data[:4096]))
        root = _parse(source)
        metadata = {} if root is None else _metadata(root)
        if root is not None:
            if next(root.iter(*HEADINGS), None) is None and (title := metadata.get("title")):
                builder.add_heading(title, 0, line=1)
            begin = builder.length
            add_tree(builder, root, is_chrome, first_line=1)
            if builder.length == begin:  # what looks like chrome is all there is
                add_tree(builder, root, is_never_text, first_line=1)
            if builder.length == begin and next(root.iter("script"), None) is not None:
                yield Note(str(path), "it holds no text without running its scripts; save it as a browser shows it")
        yield builder.build(metadata)


def add_html(builder: DocumentBuilder, source: str, *, line: int) -> None:
    """Add the blocks of a piece of HTML that stands inside another format.

    Args:
        builder: Takes the blocks.
        source: The HTML.
        line: Line of the source file on which it begins.
    """
    root = _parse(source)
    if root is not None:
        add_tree(builder, root, is_chrome, first_line=line)


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
    data = _END_OF_PAGE.sub("", _closed(clean(source))).encode()
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


def _metadata(root: etree._Element) -> dict[str, str]:
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


def _closed(source: str) -> str:
    """Return a page in which nothing that is never closed swallows what comes behind it."""
    small = source.lower()
    if len(small) != len(source):
        return source
    for opening, closing in _SWALLOWING:
        begin = small.rfind(opening)
        if begin > small.rfind(closing) and (block := _BLOCK_BEGINS.search(source, begin + len(opening))):
            source = source[: block.start()] + closing + source[block.start() :]
            small = source.lower()
    return source
