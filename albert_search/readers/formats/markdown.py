"""Markdown: CommonMark with tables, strikethrough, footnotes and front matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.html import add_html
from albert_search.readers.metadata import as_json
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Metadata

_LARGEST_FRONT_MATTER = 64 * 2**10
_DEEPEST = 100
_CELL_BORDER = " | "
_CELLS = ("td", "th")
_LEVELS = {f"h{level}": level for level in range(1, 7)}


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a Markdown file; its front matter becomes the metadata."""
    text = clean(decode(load(path)))
    with reading("Markdown", *PARSER_ERRORS):
        tokens = _parse(text)
        builder = DocumentBuilder(str(path))
        _add_tokens(builder, tokens)
        yield builder.build(_front_matter(tokens))


def add_markdown(builder: DocumentBuilder, source: str) -> None:
    """Add the blocks of a piece of Markdown that stands inside another format.

    Raises:
        ReadError: It is nested too deeply.
    """
    _add_tokens(builder, _parse(clean(source)))


def _parse(text: str) -> list[Token]:
    tokens = _parser().parse(text)
    if any(token.level >= _DEEPEST for token in tokens):
        raise ReadError("it is nested too deeply")
    return tokens


class _Parser(MarkdownIt):
    """A parser that spends no time on addresses, since nobody sees them here."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802
        return True


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"maxNesting": _DEEPEST + 1}).enable(["table", "strikethrough"])
    return parser.use(front_matter_plugin).use(footnote_plugin)


def _add_tokens(builder: DocumentBuilder, tokens: Iterable[Token]) -> None:
    """Add the blocks of a parsed file."""
    opened = ""
    cells: list[str] = []
    for token in tokens:
        line = token.map[0] + 1 if token.map else None
        if token.nesting == 1:
            opened = token.tag
        if token.type == "inline":
            text = _inline_text(token.children or ())
            if opened in _CELLS:
                cells.append(text)
            elif level := _LEVELS.get(opened):
                builder.add_heading(text, level, line=line)
            else:
                builder.add(text, line=line)
        elif token.type == "tr_open":
            row_line = line
        elif token.type == "tr_close":
            builder.add(_CELL_BORDER.join(cells), line=row_line)
            cells = []
        else:
            _add_leaf(builder, token, line or 1)


def _add_leaf(builder: DocumentBuilder, token: Token, line: int) -> None:
    """Add a block whose content is not Markdown."""
    if token.type == "fence":
        builder.add(token.content, line=line + 1, verbatim=True)
    elif token.type == "code_block":
        builder.add(token.content, line=line, verbatim=True)
    elif token.type == "html_block":
        add_html(builder, token.content, line=line)


def _inline_text(children: Sequence[Token]) -> str:
    """Return inline text without its markup; a line end of the source stays one."""
    pieces = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif child.type == "image":
            pieces.append(_inline_text(child.children or ()))
        elif child.type in ("text", "code_inline"):
            pieces.append(child.content)
    return "".join(pieces)


def _front_matter(tokens: Sequence[Token]) -> Metadata:
    """Return the YAML above the text; what is no mapping, or is broken, says nothing."""
    source = tokens[0].content if tokens and tokens[0].type == "front_matter" else ""
    # An anchor that is used again and again can make a short text unfold to gigabytes.
    if not source or len(source) > _LARGEST_FRONT_MATTER or ("&" in source and "*" in source):
        return {}
    try:
        found = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return {str(name): as_json(value) for name, value in found.items()} if isinstance(found, dict) else {}
