"""Rows of named fields to documents: which fields are the text, and what becomes of the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from albert_search.readers.blocks import DocumentBuilder
from albert_search.readers.formats.text import add_paragraphs
from albert_search.readers.metadata import as_json
from albert_search.types import Document

_TEXT_NAMES = ("text", "content", "body", "passage", "sentence", "document", "abstract")


def row_uri(path: Path, row: int) -> str:
    """Return the address of a row, from 1. Source: RFC 7111, section 2.1."""
    return f"{path}#row={row}"


def text_fields_among(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Choose the fields that are the text, by their names or else by what some rows hold in them.

    Returns:
        The first field that bears a usual name; else all that hold prose in most rows; else all that hold letters.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    by_usual_name = {name.strip().lower(): name for name in reversed(names)}
    for usual in _TEXT_NAMES:
        if usual in by_usual_name:
            return (by_usual_name[usual],)
    texts = {name: [row[name] for row in rows if isinstance(row.get(name), str) and row[name]] for name in names}
    prose = tuple(name for name in names if _most(texts[name], lambda text: text.count(" ") >= 2))
    return prose or tuple(name for name in names if _most(texts[name], lambda text: any(map(str.isalpha, text))))


def row_document(path: Path, row: int, line: int, fields: Mapping[str, Any], chosen: Sequence[str]) -> Document:
    """Make the document of one row.

    Args:
        path: The file.
        row: Number of the row, from 1 and without the header.
        line: Line of the file on which it begins.
        fields: The row, by field name.
        chosen: The fields that are the text; one that the row lacks is passed over.
    """
    builder = DocumentBuilder(row_uri(path, row))
    for name in chosen:
        if isinstance(text := fields.get(name), str):
            add_paragraphs(builder, text, line=line)
    others = {name: as_json(value) for name, value in fields.items() if name not in chosen}
    return builder.build(others, row=row)


def _most(texts: list[str], rule: Callable[[str], bool]) -> bool:
    return 2 * sum(map(rule, texts)) > len(texts)
