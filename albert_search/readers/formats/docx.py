"""Word documents (Office Open XML)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, folded
from albert_search.readers.encodings import load
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Metadata

_LARGEST_CONTENT_BYTES = 512 * 2**20
_LARGEST_XML_BYTES = 96 * 2**20
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARAGRAPH, _TABLE, _ROW = (qn(f"w:{name}") for name in ("p", "tbl", "tr"))
_CELLS = "./w:tc | ./w:sdt/w:sdtContent/w:tc"
_TEXT, _STYLE, _LEVEL = (qn(f"w:{name}") for name in ("t", "pStyle", "outlineLvl"))
_VALUE = qn("w:val")
_BREAKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_PROPERTIES = qn("w:pPr")
_COPY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING_NAME = re.compile(r"heading ([1-9])", re.IGNORECASE)


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a docx file: its body with headings, lists and tables; not its margins, notes and comments."""
    data = load(path)
    if data.startswith(_OLD_OR_ENCRYPTED):
        raise ReadError("it is encrypted, or in Word's old doc format")
    with reading("a docx file", zipfile.BadZipFile, OpcError, etree.LxmlError, *PARSER_ERRORS):
        _check_size(data)
        document = docx.Document(BytesIO(data))
        builder = DocumentBuilder(str(path))
        levels = _heading_levels(document)
        for element in _parts(document.element.body):
            _add(builder, element, levels)
        yield builder.build(_metadata(document))


def _check_size(data: bytes) -> None:
    """Refuse what would inflate to more than the memory should hold."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        infos = archive.infolist()
    if any(info.flag_bits & 1 for info in infos):
        raise ReadError("it is encrypted")
    xml = sum(info.file_size for info in infos if info.filename.lower().endswith((".xml", ".rels")))
    if xml > _LARGEST_XML_BYTES or sum(info.file_size for info in infos) > _LARGEST_CONTENT_BYTES:
        raise ReadError(
            f"it inflates to more than {_LARGEST_XML_BYTES // 2**20} MiB of text "
            f"or {_LARGEST_CONTENT_BYTES // 2**20} MiB in all"
        )


def _heading_levels(document: WordDocument) -> dict[str, int]:
    """Return the level of every style that is one of a heading, by the style's id."""
    levels = {}
    for style in document.styles:
        name = style.name or ""
        if match := _HEADING_NAME.fullmatch(name):
            levels[style.style_id] = int(match[1])
        elif name.lower() == "title":
            levels[style.style_id] = 0
    return levels


def _parts(body: Any) -> Iterator[Any]:
    """Yield the outermost paragraphs and tables in order, those inside content controls and changes too."""
    waiting = [iter(body)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif element.tag in (_PARAGRAPH, _TABLE):
            yield element
        elif element.tag != _COPY:
            waiting.append(iter(element))


def _add(builder: DocumentBuilder, element: Any, levels: dict[str, int]) -> None:
    """Add a paragraph, a heading, or the rows of a table."""
    if element.tag == _TABLE:
        for row in element.iterchildren(_ROW):
            builder.add(" | ".join(folded(_text(cell)) for cell in row.xpath(_CELLS)))
        return
    level = _level(element, levels)
    if level is not None:
        builder.add_heading(folded(_text(element)), level)
    else:
        builder.add(_text(element))


def _level(paragraph: Any, levels: dict[str, int]) -> int | None:
    properties = paragraph.find(_PROPERTIES)
    if properties is None:
        return None
    outline, style = properties.find(_LEVEL), properties.find(_STYLE)
    if outline is not None and (value := outline.get(_VALUE, "")).isdecimal() and int(value) < 9:
        return int(value) + 1
    return levels.get(style.get(_VALUE)) if style is not None else None


def _text(element: Any) -> str:
    """Return the text of an element as it would be printed: insertions in, deletions out."""
    pieces = []
    walk = etree.iterwalk(element, events=("start",), tag=None)
    for _, inner in walk:
        if inner.tag == _COPY or inner.tag == _PROPERTIES:
            walk.skip_subtree()
        elif inner.tag == _TEXT:
            # What has children has an entity, which is not resolved; its text goes on after it.
            pieces.append("".join(inner.xpath("text()")) if len(inner) else inner.text or "")
        elif inner.tag == _PARAGRAPH and pieces:
            pieces.append("\n")
        else:
            pieces.append(_BREAKS.get(inner.tag, ""))
    return "".join(pieces)


def _metadata(document: WordDocument) -> Metadata:
    """Return what the file's properties say."""
    properties = document.core_properties
    metadata: dict[str, str] = {}
    for name in ("title", "author", "subject", "keywords", "language"):
        if value := folded(str(getattr(properties, name) or "")):
            metadata[name] = value
    for name in ("created", "modified"):
        if isinstance(value := getattr(properties, name), datetime):
            metadata[name] = value.isoformat()
    return metadata
