"""Plain text: paragraphs, lists, code and headings, told apart by blank lines, indentation and line lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from albert_search.readers.blocks import DocumentBuilder, clean
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.prose import LIST_ITEM, RULE, Run, runs
from albert_search.readers.hyphens import mended, words_of
from albert_search.readers.outline import contents_title, has_leader, level_by_look, pointed_title
from albert_search.readers.read_options import ReadOptions
from albert_search.types import Document, Metadata

_LONGEST_TITLE = 80
_UNDERLINES = {"=": 1, "*": 1, "#": 1, "-": 2, "~": 3}
_ENDS_A_SENTENCE = re.compile(r"[.!?…][)\]\"'”’»]*$")


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a text file; in one named ``.log`` every line is a block of its own."""
    builder = DocumentBuilder(str(path))
    text = decode(load(path))
    if path.suffix.lower() == ".log":
        for number, line in enumerate(clean(text).split("\n"), start=1):
            builder.add(line, line=number)
    else:
        _add_with_headings(builder, text)
    yield builder.build()


def from_text(text: str, uri: str, metadata: Metadata | None = None) -> Document:
    """Make a document of plain text that a program hands over.

    Args:
        text: The text; cut into paragraphs as that of a ``.txt`` file is.
        uri: The name under which it is found again.
        metadata: What else is known about it, as JSON values.

    Returns:
        The document; its lines are counted in ``text``.
    """
    builder = DocumentBuilder(uri)
    _add_with_headings(builder, text)
    return builder.build(metadata)


def add_paragraphs(builder: DocumentBuilder, text: str, *, line: int = 1) -> None:
    """Cut plain text into blocks and add them.

    Args:
        builder: Takes the blocks.
        text: The text; its headings are paragraphs like others.
        line: Line of the source file on which ``text`` begins.
    """
    lines = clean(text).split("\n")
    for run in runs(lines):
        _add_run(builder, run, lines, line)


def _add_with_headings(builder: DocumentBuilder, text: str) -> None:
    """Cut a text into blocks, with headings and lines of contents known as such."""
    lines = clean(text).split("\n")
    found = list(runs(lines))
    for place, run in enumerate(found):
        below = found[place + 1] if place + 1 < len(found) else None
        title = contents_title(run.lines[0]) if len(run.lines) == 1 else None
        if level := _level(run, below, lines):
            builder.add_heading(run.lines[0], level, line=run.first + 1)
        elif title and (has_leader(run.lines[0]) or _is_entry(found, place)):
            builder.add(title, line=run.first + 1, points_to=title)
        else:
            _add_run(builder, run, lines, 1)


def _add_run(builder: DocumentBuilder, run: Run, lines: list[str], line: int) -> None:
    if len(run.lines) > 1 and not run.verbatim and pointed_title(run.lines[-1]):
        _add_run(builder, replace(run, lines=run.lines[:-1]), lines, line)
        run = Run(run.first + len(run.lines) - 1, run.lines[-1:])
    text = "\n".join(run.lines)
    if run.wrapped and "-\n" in text:
        text = mended(text, words_of(lines))
    builder.add(text, line=line + run.first, verbatim=run.verbatim)


def _is_entry(found: list[Run], place: int) -> bool:
    """Tell whether a line of contents without a row of dots has another one beside it."""
    beside = (found[near] for near in (place - 1, place + 1) if 0 <= near < len(found))
    return any(len(run.lines) == 1 and contents_title(run.lines[0]) for run in beside)


def _level(run: Run, below: Run | None, lines: list[str]) -> int | None:
    """Return the level of the heading that a block is; None where it is none."""
    if len(run.lines) != 1 or run.verbatim or below is None or len(run.lines[0]) > _LONGEST_TITLE:
        return None
    following = lines[run.first + 1] if run.first + 1 < len(lines) else ""
    if RULE.fullmatch(following) and len(following.strip()) >= len(run.lines[0].strip()) / 2:
        return _UNDERLINES.get(following.strip()[0], 2)
    apart = run.first == 0 or not lines[run.first - 1].strip()
    return level_by_look(run.lines[0], apart=apart, leads_prose=_is_prose(below))


def _is_prose(run: Run) -> bool:
    """Tell whether a block is running text, as a heading has below it."""
    if run.verbatim or LIST_ITEM.match(run.lines[0]):
        return False
    return len(run.lines) > 1 or _ENDS_A_SENTENCE.search(run.lines[0].rstrip()) is not None
