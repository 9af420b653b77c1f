"""PowerPoint presentations (pptx): what stands on the slides and in the notes below them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pptx
from lxml import etree
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.slide import Slide

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, folded
from albert_search.readers.formats.properties import core_metadata
from albert_search.readers.formats.zipped import load_zipped, parse_xml
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document

_DEEPEST = 50
_SILENT = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER)
_DIAGRAM = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a pptx file: titles, texts, tables, diagrams and notes; a slide is a page, its title the heading."""
    with reading("a presentation", zipfile.BadZipFile, etree.LxmlError, PythonPptxError, *PARSER_ERRORS):
        presentation = pptx.Presentation(BytesIO(load_zipped(path)))
        builder = DocumentBuilder(str(path), has_lines=False)
        for slide in presentation.slides:
            builder.begin_page()
            builder.set_place()
            _add_slide(builder, slide)
        has_properties = any(
            relation.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES
            for relation in presentation.part.package._rels.values()  # made up where it is missing
        )
        yield builder.build(core_metadata(presentation.core_properties) if has_properties else {})


def _add_slide(builder: DocumentBuilder, slide: Slide) -> None:
    title = slide.shapes.title
    if title is not None:
        builder.add_heading(folded(title.text_frame.text), 1)
    for shape in _flat(slide.shapes, 0):
        if title is None or shape.shape_id != title.shape_id:
            _add_shape(builder, shape)
    for relation in slide.part.rels.values():
        if relation.reltype == _DIAGRAM and not relation.is_external:
            for words in parse_xml(relation.target_part.blob).iterfind(".//{*}t/{*}p"):
                builder.add("".join(str(text.text or "") for text in words.iterfind(".//{*}t")))
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
        for paragraph in notes.paragraphs:
            builder.add(_text(paragraph))


def _flat(shapes: Iterable[Any], depth: int) -> Iterator[Any]:
    """Yield the shapes, those in groups too."""
    if depth > _DEEPEST:
        raise ReadError("it is nested too deeply")
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _flat(shape.shapes, depth + 1)
        elif not (shape.is_placeholder and shape.placeholder_format.type in _SILENT):
            yield shape


def _add_shape(builder: DocumentBuilder, shape: Any) -> None:
    if shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            builder.add(_text(paragraph))
    elif getattr(shape, "has_table", False):
        for row in shape.table.rows:
            builder.add(" | ".join(folded(cell.text) for cell in row.cells if not cell.is_spanned))
    elif getattr(shape, "has_chart", False) and shape.chart.has_title:
        builder.add(shape.chart.chart_title.text_frame.text)


def _text(paragraph: Any) -> str:
    return str(paragraph.text).replace("\v", "\n")
