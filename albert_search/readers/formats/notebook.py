"""Jupyter notebooks: the Markdown and the code of the cells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.markdown import add_markdown
from albert_search.readers.metadata import as_json
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Metadata


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a notebook of format 2 to 4; a cell is a page, counted from 1, and what it printed is left out.

    Source: https://nbformat.readthedocs.io/en/latest/format_description.html.
    """
    with reading("a notebook", *PARSER_ERRORS):
        try:
            notebook = json.loads(decode(load(path)))
        except ValueError as error:
            raise ReadError(f"it is no notebook, since it is not JSON: {error}") from error
        if not isinstance(notebook, dict) or not ("cells" in notebook or "worksheets" in notebook):
            raise ReadError("it is JSON, but no notebook")
        builder = DocumentBuilder(str(path), has_lines=False)
        for cell in _cells(notebook):
            builder.begin_page()
            _add_cell(builder, cell)
        yield builder.build(_metadata(notebook.get("metadata")))


def _cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the cells; until format 3 they lay in worksheets."""
    sheets = [notebook] if "cells" in notebook else notebook["worksheets"]
    for sheet in sheets:
        yield from sheet["cells"]


def _add_cell(builder: DocumentBuilder, cell: dict[str, Any]) -> None:
    source = cell.get("source", cell.get("input", ""))
    text = "".join(source) if isinstance(source, list) else str(source)
    if cell.get("cell_type") == "markdown":
        add_markdown(builder, text)
    elif cell.get("cell_type") == "heading":
        builder.add_heading(text, int(cell.get("level", 1)))
    else:
        builder.add(text, verbatim=True)


def _metadata(values: Any) -> Metadata:
    """Return title, authors and language, as far as the notebook tells them."""
    if not isinstance(values, dict):
        return {}
    known = {name: as_json(values[name]) for name in ("title", "authors") if values.get(name)}
    for holder, name in (("language_info", "name"), ("kernelspec", "language")):
        if isinstance(inner := values.get(holder), dict) and isinstance(language := inner.get(name), str):
            known.setdefault("language", clean(language))
    return known
