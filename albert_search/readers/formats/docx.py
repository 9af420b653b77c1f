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
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, folded
from albert_search.readers.encodings import load
from albert_search.readers.outline import bare_title, is_title
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document

_LARGEST_CONTENT_BYTES = 512 * 2**20
_LARGEST_XML_BYTES = 96 * 2**20
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARAGRAPH, _TABLE, _RUN = (qn(f"w:{name}") for name in ("p", "tbl", "r"))
_ROWS = "./w:tr | ./w:sdt/w:sdtContent/w:tr | ./w:ins/w:tr"
_CELLS = "./w:tc | ./w:sdt/w:sdtContent/w:tc"
_STYLE, _LEVEL, _BOX = (qn(f"w:{name}") for name in ("pStyle", "outlineLvl", "txbxContent"))
_PROPERTIES, _RUN_PROPERTIES, _RUN_STYLE = (qn(f"w:{name}") for name in ("pPr", "rPr", "rStyle"))
_HIDDEN, _BOLD = qn("w:vanish"), qn("w:b")
_VALUE, _ID = qn("w:val"), qn("w:id")
_MATHEMATICS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXTS = frozenset((qn("w:t"), f"{_MATHEMATICS}t"))
_WRITTEN = {
    qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-",
    f"{_MATHEMATICS}sup": "^", f"{_MATHEMATICS}sub": "_", f"{_MATHEMATICS}den": "/",
}  # fmt: skip
_NOTES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}
_COPY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNPRINTED = frozenset((_COPY, _PROPERTIES, _BOX, qn("w:del"), qn("w:moveFrom")))
_LONGEST_FAKE_HEADING = 80
_ENDS_A_SENTENCE = (".", "!", "?", ":", ";", ",")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_HEADING_NAME = re.compile(r"heading ([1-9])", re.IGNORECASE)


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a docx file: its body with headings, lists, tables, text boxes and notes; not its margins and comments."""
    data = load(path)
    if data.startswith(_OLD_OR_ENCRYPTED):
        raise ReadError("it is encrypted, or in Word's old doc format")
    with reading("a docx file", zipfile.BadZipFile, OpcError, etree.LxmlError, *PARSER_ERRORS):
        _check_size(data)
        document = docx.Document(BytesIO(data))
        builder = DocumentBuilder(str(path))
        metadata = _metadata(document)
        _Body(document, builder).add(metadata.get("title", ""))
        yield builder.build(metadata)


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
        elif element.tag not in _UNPRINTED:
            waiting.append(iter(element))


class _Body:
    """Turns the paragraphs and tables of a document into blocks."""

    def __init__(self, document: WordDocument, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._body = document.element.body
        self._levels = _heading_levels(document)
        self._hidden = {
            style.style_id for style in document.styles if _is_on(style.element.find(_RUN_PROPERTIES), _HIDDEN)
        }
        self._notes = _notes(document)

    def add(self, title: str) -> None:
        """Add the whole body; the document's title leads it where no heading does."""
        parts = list(_parts(self._body))
        levels = [self._level(element) for element in parts]
        if is_title(title) and not any(level is not None for level in levels):
            first = next((words for element in parts if (words := folded(self._text(element)))), "")
            if bare_title(first) != bare_title(title):
                self._builder.add_heading(title, 0)
        for place, (element, level) in enumerate(zip(parts, levels, strict=True)):
            below = parts[place + 1] if place + 1 < len(parts) else None
            self._add(element, self._level_by_look(element, below) if level is None else level)

    def _add(self, element: Any, level: int | None = None) -> None:
        """Add a paragraph, a heading, or the rows of a table."""
        if element.tag == _TABLE:
            for row in element.xpath(_ROWS):
                cells = [folded(self._text(cell)) for cell in row.xpath(_CELLS)]
                self._builder.add(" | ".join(cells) if any(cells) else "")
            return
        for box in element.iter(_BOX):
            if next(box.iterancestors(_COPY), None) is None:
                for part in _parts(box):
                    self._add(part)
        text = self._text(element)
        if level is not None:
            self._builder.add_heading(folded(text), level)
        else:
            self._builder.add(text)
        for reference in element.iter(*_NOTES):
            self._builder.add(self._notes.get((_NOTES[reference.tag], reference.get(_ID)), ""))

    def _level(self, paragraph: Any) -> int | None:
        properties = paragraph.find(_PROPERTIES)
        if properties is None:
            return None
        outline, style = properties.find(_LEVEL), properties.find(_STYLE)
        if outline is not None and (value := outline.get(_VALUE, "")).isdecimal() and int(value) < 9:
            return int(value) + 1
        return self._levels.get(style.get(_VALUE)) if style is not None else None

    def _level_by_look(self, element: Any, below: Any) -> int | None:
        """Return the level of a short line in bold letters above a paragraph in others."""
        if element.tag == _TABLE or below is None or below.tag == _TABLE or not _is_bold(element) or _is_bold(below):
            return None
        text = folded(self._text(element))
        is_heading = 0 < len(text) <= _LONGEST_FAKE_HEADING and not text.endswith(_ENDS_A_SENTENCE)
        return 4 if is_heading and len(self._text(below)) > len(text) else None

    def _text(self, element: Any) -> str:
        """Return the text of an element as it would be printed: insertions in, deletions out, text boxes apart."""
        pieces: list[str] = []
        walk = etree.iterwalk(element, events=("start",))
        for _, inner in walk:
            if inner.tag in _UNPRINTED or (inner.tag == _RUN and self._is_hidden(inner)):
                walk.skip_subtree()
            elif inner.tag in _TEXTS:
                # What has children has an entity, which is not resolved; its text goes on after it.
                pieces.append("".join(inner.xpath("text()")) if len(inner) else inner.text or "")
            elif inner.tag == _PARAGRAPH and pieces:
                pieces.append("\n")
            else:
                pieces.append(_WRITTEN.get(inner.tag, ""))
        return "".join(pieces)

    def _is_hidden(self, run: Any) -> bool:
        properties = run.find(_RUN_PROPERTIES)
        if properties is None:
            return False
        style = properties.find(_RUN_STYLE)
        return _is_on(properties, _HIDDEN) or (style is not None and style.get(_VALUE) in self._hidden)


def _notes(document: WordDocument) -> dict[tuple[str, str | None], str]:
    """Return the text of each foot- and endnote, by its kind and number."""
    found = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in ("footnotes", "endnotes") and not relation.is_external:
            for note in etree.fromstring(relation.target_part.blob, _PARSER):
                texts = ("".join(map(str, part.itertext(*_TEXTS))) for part in note.iter(_PARAGRAPH))
                found[kind, note.get(_ID)] = "\n".join(texts)
    return found


def _is_on(properties: Any, name: str) -> bool:
    """Tell whether properties turn something on."""
    switch = properties.find(name) if properties is not None else None
    return switch is not None and switch.get(_VALUE, "true") not in ("0", "false", "off", "none")


def _is_bold(paragraph: Any) -> bool:
    """Tell whether all text of a paragraph is in bold letters."""
    runs = [run for run in paragraph.iter(_RUN) if any((text.text or "").strip() for text in run.iter(*_TEXTS))]
    return bool(runs) and all(_is_on(run.find(_RUN_PROPERTIES), _BOLD) for run in runs)


def _metadata(document: WordDocument) -> dict[str, str]:
    """Return what the file's properties say; nothing where it has none."""
    found: dict[str, str] = {}
    if not any(
        relation.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES for relation in document.part.package.rels.values()
    ):
        return found
    properties = document.core_properties
    for name in ("title", "author", "subject", "keywords", "language"):
        if value := folded(str(getattr(properties, name) or "")):
            found[name] = value
    for name in ("created", "modified"):
        if isinstance(value := getattr(properties, name), datetime):
            found[name] = value.isoformat()
    return found
