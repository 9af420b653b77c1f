"""reStructuredText, with the directives and roles of Sphinx known or not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from docutils import frontend, nodes, utils
from docutils.parsers.rst import Parser

from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.sphinx import accept_unknown
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document

_VERBATIM = (nodes.literal_block, nodes.doctest_block, nodes.math_block, nodes.line_block)
_SILENT = (nodes.comment, nodes.system_message, nodes.substitution_definition, nodes.target, nodes.pending, nodes.raw)


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a reStructuredText file; the field list at its top becomes the metadata."""
    text = clean(decode(load(path))).expandtabs(8)
    with reading("reStructuredText", *PARSER_ERRORS):
        builder = DocumentBuilder(str(path))
        tree = _parse(text)
        metadata = _take_metadata(tree)
        tree.walkabout(_Visitor(tree, builder))
        yield builder.build(metadata)


def _parse(text: str) -> nodes.document:
    """Parse without warnings, and without touching other files."""
    accept_unknown(text)
    settings = frontend.get_default_settings(Parser)
    settings.report_level = settings.halt_level = utils.Reporter.SEVERE_LEVEL + 1
    settings.warning_stream = False
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.syntax_highlight = "none"
    settings.line_length_limit = sys.maxsize
    tree = utils.new_document("", settings)
    Parser().parse(text, tree)
    return tree


def _take_metadata(tree: nodes.document) -> dict[str, str]:
    """Remove the field list above the text, if there is one, and return it."""
    if not (lists := list(tree.findall(nodes.field_list))):
        return {}
    fields, above = lists[0], lists[0].parent
    before = above[: above.index(fields)]
    if above.parent not in (None, tree) or any(not isinstance(node, (nodes.title, *_SILENT)) for node in before):
        return {}
    above.remove(fields)
    return {folded(field[0].astext()).lower(): folded(field[1].astext()) for field in fields.findall(nodes.field)}


class _Visitor(nodes.GenericNodeVisitor):
    """Turns the nodes that hold text into blocks."""

    def __init__(self, tree: nodes.document, builder: DocumentBuilder) -> None:
        super().__init__(tree)
        self._builder = builder
        self._depth = 0

    def default_visit(self, node: nodes.Node) -> None:
        if isinstance(node, _SILENT):
            raise nodes.SkipNode
        if isinstance(node, nodes.Text):
            return
        if isinstance(node, _VERBATIM):
            self._builder.add(_lines_of(node), line=_line(node), verbatim=True)
        elif isinstance(node, nodes.row):
            self._builder.add(" | ".join(folded(cell.astext()) for cell in node), line=_line(node))
        elif isinstance(node, nodes.field):
            self._builder.add(f"{node[0].astext()}: {folded(node[1].astext())}", line=_line(node))
        elif isinstance(node, nodes.title) and isinstance(node.parent, nodes.section):
            # docutils gives the line of the underline.
            line = _line(node)
            self._builder.add_heading(_text(node), self._depth, line=line and line - 1)
        elif isinstance(node, (nodes.TextElement, nodes.image)):
            self._builder.add(_text(node), line=_line(node))
        else:
            self._depth += isinstance(node, nodes.section)
            return
        raise nodes.SkipNode

    def default_departure(self, node: nodes.Node) -> None:
        self._depth -= isinstance(node, nodes.section)


def _text(node: nodes.Element) -> str:
    """Return the words of a node, without the marks of footnotes."""
    for kind in (nodes.footnote_reference, nodes.citation_reference, nodes.system_message):
        for mark in list(node.findall(kind)):
            if mark.parent is not None:
                mark.parent.remove(mark)
    return node.astext()


def _lines_of(node: nodes.Element) -> str:
    if isinstance(node, nodes.line_block):
        return "\n".join(line.astext() for line in node.findall(nodes.line))
    return node.astext()


def _line(node: nodes.Element) -> int | None:
    """Return the line on which a node begins, that of the nearest one that knows it."""
    inner = next((child.line for child in node.findall() if getattr(child, "line", None)), None)
    if inner is None:
        return node.parent.line if node.parent is not None else None
    return int(inner)
