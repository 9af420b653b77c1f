"""What a reader yields, as lines of JSON: how it comes from the process that reads. Nothing in them can be run."""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import Any, TypeAlias

from albert_search.types import Block, Document, Note, Skipped

Item: TypeAlias = "Document | Note | Skipped"


def to_line(item: Item) -> bytes:
    """Return an item as one line of JSON; a lone surrogate stays what it is."""
    kind = type(item).__name__
    if isinstance(item, Document):
        blocks = [astuple(block) for block in item.blocks]
        fields: tuple[Any, ...] = (item.uri, item.text, blocks, dict(item.metadata), item.page_starts, item.row)
    else:
        fields = astuple(item)
    return json.dumps([kind, *fields], default=str).encode() + b"\n"


def from_line(line: bytes) -> Item:
    """Return the item that `to_line` wrote.

    Raises:
        ValueError: The line is no such item.
    """
    match json.loads(line):
        case ["Document", uri, text, blocks, metadata, page_starts, row]:
            cut = tuple(Block(start, end, at, tuple(headings), code) for start, end, at, headings, code in blocks)
            return Document(uri, text, cut, metadata, tuple(page_starts), row)
        case ["Note", uri, text]:
            return Note(uri, text)
        case ["Skipped", uri, reason]:
            return Skipped(uri, reason)
    raise ValueError("this is nothing that a reader yields")
