"""Markdown: CommonMark with tables, strikethrough, footnotes, front matter, and what note-taking programs add."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.front_matter import split_front_matter
from albert_search.readers.formats.html import add_html
from albert_search.readers.outline import bare_title
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Note

_DEEPEST = 100
_CELL_BORDER = " | "
_CELLS = ("td", "th")
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_BREAKING_TAG = re.compile(r"</?(?:br|p|div|li|tr|hr|h[1-6])\b[^>]*>", re.IGNORECASE)
_EMBEDDED = re.compile(r"!\[\[[^\[\]\n]+\]\]")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]+)\]\]")
_CALLOUT = re.compile(r"\[!([\w-]+)\][+-]?[ \t]*")
_MARKS = re.compile(
    r"%%.{0,2000}?%%"  # Obsidian's comments
    r"|\{\{[<%].{0,500}?[%>]\}\}|\{%.{0,500}?%\}"  # short codes of Hugo, tags of Jekyll and Jinja
    r"|^:{3,}[ \t]*(?:\{?[\w-]+\}?)?[ \t]*"  # containers
    r"|[ \t]+\{:?[ \t]*[#.][^{}\n]*\}[ \t]*$"  # attributes
    r"|[ \t]\^[\w-]+$",  # the names of blocks
    re.MULTILINE | re.DOTALL,
)
_HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]+)(?<=\S)==")


def read(path: Path, _options: ReadOptions) -> Iterator[Document | Note]:
    """Read a Markdown file; its front matter becomes the metadata."""
    text, metadata, doubt = split_front_matter(clean(decode(load(path))))
    with reading("Markdown", *PARSER_ERRORS):
        tokens = _parse(text)
        builder = DocumentBuilder(str(path))
        title = metadata.get("title")
        if isinstance(title, str) and "{{" not in title and bare_title(title) not in _titles(tokens):
            builder.add_heading(title, 0, line=1)
        _add_tokens(builder, tokens)
        yield builder.build(metadata)
    if doubt:
        yield Note(str(path), doubt)


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
    return parser.use(footnote_plugin).use(deflist_plugin).use(admon_plugin)


def _titles(tokens: Sequence[Token]) -> set[str]:
    """Return the headings of a parsed file, as they can be compared."""
    return {
        bare_title(_inline_text(token.children or ()))
        for opening, token in pairwise(tokens)
        if opening.type == "heading_open"
    }


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
                cells.append(folded(text))
            elif level := _LEVELS.get(opened):
                builder.add_heading(text, level, line=line)
            else:
                _add_paragraph(builder, text, line, _anchored(token.children or ()))
        elif token.type == "tr_open":
            row_line = line
        elif token.type == "tr_close":
            builder.add(_CELL_BORDER.join(cells), line=row_line)
            cells = []
        else:
            _add_leaf(builder, token, line or 1)


def _add_paragraph(builder: DocumentBuilder, text: str, line: int | None, points_to: str | None) -> None:
    """Add a paragraph; the title of a callout is a block of its own."""
    callout = _CALLOUT.match(text)
    if callout:
        title, border, text = text[callout.end() :].partition("\n")
        builder.add(title, line=line)
        line = line + 1 if line and border else line
    builder.add(text, line=line, points_to=points_to)


def _anchored(children: Sequence[Token]) -> str | None:
    """Return the text of a paragraph that is nothing but a link to a heading of the same file."""
    if len(children) < 3 or children[0].type != "link_open" or children[-1].type != "link_close":
        return None
    if sum(child.type == "link_open" for child in children) > 1:
        return None
    return _inline_text(children) if str(children[0].attrGet("href") or "").startswith("#") else None


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
        elif child.type == "text" or child.type == "code_inline":
            pieces.append(child.content)
        elif child.type == "html_inline" and _BREAKING_TAG.fullmatch(child.content):
            # One that ends a line of the source is no second line end.
            pieces.append(" ")
    text = "".join(pieces)
    return _without_marks(text) if any(mark in text for mark in ("[[", "%", "{", ":::", "==", "^")) else text


def _without_marks(text: str) -> str:
    """Return inline text without what note-taking programs and site builders write for themselves."""
    text = _WIKI_LINK.sub(r"\1", _EMBEDDED.sub("", text))
    text = _MARKS.sub(lambda match: "\n" * match[0].count("\n"), text)
    return _HIGHLIGHT.sub(r"\1", text)
