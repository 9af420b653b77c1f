"""OpenDocument texts and presentations (odt, odp)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from lxml import etree

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.formats.zipped import load_zipped, parse_xml
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Metadata

_NAMESPACES = {
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}
_DEEPEST = 200
_MOST_REPEATS = 1000
_NOTE_BEGIN = " ("


def tag(name: str) -> str:
    """Return the full name of an element or attribute, such as ``text:p``."""
    space, _, local = name.partition(":")
    return f"{{{_NAMESPACES[space]}}}{local}"


_HEADING, _PARAGRAPH, _ROW, _PAGE = map(tag, ("text:h", "text:p", "table:table-row", "draw:page"))
_CELLS = tuple(map(tag, ("table:table-cell", "table:covered-table-cell")))
_SPACE, _TAB, _BREAK, _NOTE = map(tag, ("text:s", "text:tab", "text:line-break", "text:note-citation"))
_LEFT_OUT = frozenset(map(tag, (
    "text:tracked-changes", "text:table-of-content", "text:alphabetical-index", "text:illustration-index",
    "text:table-index", "office:annotation", "office:forms", "office:scripts", "text:sequence-decls",
    "presentation:footer", "presentation:date-time", "draw:page-thumbnail", "text:page-number",
)))  # fmt: skip
_FRAME, _FRAME_KIND = tag("draw:frame"), tag("presentation:class")
_SILENT_FRAMES = frozenset(("footer", "header", "date-time", "page-number"))
_METADATA = {
    "title": "title",
    "initial-creator": "author",
    "creator": "author",
    "subject": "subject",
    "keyword": "keywords",
    "language": "language",
    "creation-date": "created",
    "date": "modified",
}


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read an odt or odp file: headings, paragraphs, lists, tables, text boxes and notes; a slide is a page.

    Left out are what was deleted with changes recorded, comments, indexes, heads and feet.
    Source: https://docs.oasis-open.org/office/OpenDocument/v1.3/.
    """
    with reading("an OpenDocument file", zipfile.BadZipFile, etree.LxmlError, *PARSER_ERRORS):
        with zipfile.ZipFile(BytesIO(load_zipped(path))) as archive:
            content = content_of(archive)
            metadata = _metadata(_part(archive, "meta.xml"))
        builder = DocumentBuilder(str(path), has_lines=False)
        body = content.find("{*}body")
        if body is None:
            raise ReadError("it is damaged: it has no body")
        _add(builder, body, 0)
        yield builder.build(metadata)


def content_of(archive: zipfile.ZipFile) -> etree._Element:
    """Return the root of what an OpenDocument file holds.

    Raises:
        ReadError: It is encrypted.
    """
    if b"manifest:encryption-data" in _part(archive, "META-INF/manifest.xml"):
        raise ReadError("it is encrypted and wants a password")
    return parse_xml(_part(archive, "content.xml"))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a part of the file, empty where it is missing."""
    return archive.read(name) if name in archive.namelist() else b""


def _add(builder: DocumentBuilder, element: etree._Element, depth: int) -> None:
    """Add the blocks inside an element."""
    if depth > _DEEPEST:
        raise ReadError("it is nested too deeply")
    for inner in element:
        if inner.tag in _LEFT_OUT or inner.get(_FRAME_KIND) in _SILENT_FRAMES:
            continue
        if inner.tag == _HEADING:
            level = inner.get(tag("text:outline-level"), "1")
            builder.add_heading(folded(text_of(inner)), int(level) if level.isdecimal() else 1)
        elif inner.tag == _PARAGRAPH:
            builder.add(text_of(inner))
        elif inner.tag == _FRAME and inner.get(_FRAME_KIND) == "title":
            builder.add_heading(folded(text_of(inner)), 1)
        elif inner.tag == _ROW:
            cells = [folded(text_of(cell)) for cell in inner if cell.tag in _CELLS]
            if any(cells):
                builder.add(" | ".join(cells))
        else:
            if inner.tag == _PAGE:
                builder.begin_page()
                builder.set_place()
            _add(builder, inner, depth + 1)


def text_of(element: etree._Element) -> str:
    """Return the text of an element as it would be printed; a note stands in brackets where it is anchored."""
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "start":
            if inner.tag in _LEFT_OUT or inner.tag == _NOTE:
                walk.skip_subtree()
            else:
                pieces.append(_opening(inner, bool(pieces)) + (inner.text or ""))
        elif inner is not element:
            pieces.append((")" if inner.tag == tag("text:note") else "") + (inner.tail or ""))
    return "".join(pieces).replace(_NOTE_BEGIN + "\n", _NOTE_BEGIN)


def _opening(element: etree._Element, is_inside: bool) -> str:
    """Return the white space, or the bracket, that an element stands for or begins with."""
    if element.tag == _SPACE:
        count = element.get(tag("text:c"), "1")
        return " " * min(int(count) if count.isdecimal() else 1, _MOST_REPEATS)
    if element.tag == tag("text:note"):
        return _NOTE_BEGIN
    signs = {_TAB: "\t", _BREAK: "\n", _PARAGRAPH: "\n" if is_inside else "", _HEADING: "\n" if is_inside else ""}
    return signs.get(str(element.tag), "")


def _metadata(data: bytes) -> Metadata:
    """Return what the file says about itself; the first of two words for the same counts."""
    found: dict[str, str] = {}
    if data:
        for element in parse_xml(data).iter():
            if not isinstance(element.tag, str):
                continue
            name = _METADATA.get(etree.QName(element).localname)
            if name and (value := folded(clean(element.text or ""))):
                found[name] = (
                    f"{found[name]}, {value}" if name == "keywords" and name in found else found.get(name, value)
                )
    return found
