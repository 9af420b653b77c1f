"""Rich Text Format (rtf)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import load
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Metadata

_MARK = b"{\\rtf"
_OUTLINE = re.compile(r"\\outlinelevel([0-8])(?!\d) ?")
_FIRST_LEVEL = 0xE000
"""Characters of the private use area carry the levels of headings through the conversion."""
_HEADING = re.compile(r"\s*([\ue000-\ue008])\??(.*)", re.DOTALL)
_LEVELS = re.compile("[\ue000-\ue008]")
_NOTE = re.compile(r"\{(?:\\super|\\\*|\s)*\\footnote\b")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_INFO = re.compile(r"\{\\(title|author|subject|keywords)\s([^{}]*)\}")
_TIME = re.compile(r"\{\\(creatim|revtim)\\yr(\d+)\\mo(\d+)\\dy(\d+)(?:\\hr(\d+)\\min(\d+))?")
_TIMES = {"creatim": "created", "revtim": "modified"}


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read an RTF file: paragraphs, headings by their outline level, rows of tables; footnotes come last.

    Source: Rich Text Format Specification, version 1.9.1.
    """
    data = load(path)
    if _MARK not in data[:64]:
        raise ReadError("it is damaged, or not RTF at all")
    with reading("RTF", *PARSER_ERRORS):
        body, notes = _without_notes(data.decode("latin-1"))
        builder = DocumentBuilder(str(path), has_lines=False)
        marked = _OUTLINE.sub(lambda match: rf"\u{_FIRST_LEVEL + int(match[1])}?", body)
        _add(builder, clean(rtf_to_text(marked, errors="replace")))
        builder.set_place()
        for note in notes:
            _add(builder, clean(rtf_to_text(_MARK.decode() + note[1:], errors="replace")))
        yield builder.build(_metadata(body))


def _add(builder: DocumentBuilder, text: str) -> None:
    for line in text.replace("\n|", "|").split("\n"):
        if heading := _HEADING.fullmatch(line):
            builder.add_heading(folded(_LEVELS.sub("", heading[2])), ord(heading[1]) - _FIRST_LEVEL + 1)
        elif line.rstrip().endswith("|"):
            builder.add(" | ".join(map(folded, line.rstrip()[:-1].split("|"))))
        else:
            builder.add(_LEVELS.sub("", line))


def _without_notes(source: str) -> tuple[str, list[str]]:
    """Return the source without its footnotes, and these: the conversion would drop them."""
    pieces, notes, position = [], [], 0
    while begin := _NOTE.search(source, position):
        pieces.append(source[position : begin.start()])
        position = _end_of_group(source, begin.start())
        notes.append(source[begin.end() : position].join(("{ ", "")))
    return "".join([*pieces, source[position:]]), notes


def _end_of_group(source: str, begin: int) -> int:
    depth = 0
    for match in _BRACE.finditer(source, begin):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return len(source)


def _metadata(source: str) -> Metadata:
    """Return what the file says about itself."""
    found: dict[str, str] = {}
    for name, value in _INFO.findall(source):
        if text := folded(clean(rtf_to_text(rf"{{\rtf1 {value}}}", errors="replace"))):
            found.setdefault(name, text)
    for name, year, month, day, hour, minute in _TIME.findall(source):
        clock = f"T{int(hour):02}:{int(minute):02}:00" if hour else ""
        found.setdefault(_TIMES[name], f"{int(year):04}-{int(month):02}-{int(day):02}{clock}")
    return found
