"""The values that travel between the parts: frozen, slotted, and free of behaviour that needs a library."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Metadata: TypeAlias = Mapping[str, Any]
"""What is known about a document besides its text: names to JSON values."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that no sentence crosses the border of: a paragraph, a heading, a list item, a table cell.

    Attributes:
        start: First character of the block in ``Document.text``.
        end: One past its last character.
        line: Line of the source file, from 1, on which the block begins; None where lines mean nothing.
        headings: The headings that stand above it, outermost first. A heading's own block holds those above it.
        verbatim: True for code and preformatted text, whose line ends are meant.
    """

    start: int
    end: int
    line: int | None = None
    headings: tuple[str, ...] = ()
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One text with an address: a file, a row of a table, or what a program hands over.

    Attributes:
        uri: The address: an absolute path, ``path#row=7`` for a row of a table, or the caller's own name.
        text: The readable text, NFC; markup is gone, line ends are ``\\n``.
        blocks: Where the text is cut before sentences are looked for, in order, not overlapping.
        metadata: What else is known, as JSON values.
        page_starts: Offset in ``text`` at which each page begins, page 1 first; empty where there are no pages.
        row: Row of the table, from 1 and without the header; None for anything else.
    """

    uri: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata = field(default_factory=dict)
    page_starts: tuple[int, ...] = ()
    row: int | None = None

    def page_at(self, offset: int) -> int | None:
        """Return the page, from 1, on which the character at ``offset`` stands; None without pages."""
        return bisect_right(self.page_starts, offset) or None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of a document that gets a vector of its own.

    Attributes:
        text: What is embedded and shown: the characters of the span, white space folded, hyphenation undone.
        start: First character in ``Document.text``.
        end: One past the last character.
        line: Line of the source file, from 1, on which it begins.
        page: Page, from 1, on which it begins.
        headings: The headings above it, outermost first.
    """

    text: str
    start: int
    end: int
    line: int | None = None
    page: int | None = None
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was left out, and why.

    Attributes:
        uri: What was left out.
        reason: Why, in a few words.
    """

    uri: str
    reason: str
