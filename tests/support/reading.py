"""What is in a document that a test has read."""

from __future__ import annotations

from collections.abc import Callable

from albert_search.types import Document

ReadText = Callable[..., Document]


def texts(document: Document) -> list[str]:
    """Return the text of each block."""
    return [document.text[block.start : block.end] for block in document.blocks]


def lines(document: Document) -> list[int | None]:
    """Return the line of each block."""
    return [block.line for block in document.blocks]
