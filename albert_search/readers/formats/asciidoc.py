"""AsciiDoc: titles, paragraphs, lists, tables and delimited blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.text import add_paragraphs
from albert_search.readers.read_options import ReadOptions
from albert_search.types import Document

_TITLE = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?[ \t]*")
_UNDERLINES = "=-~^+"
_ATTRIBUTE = re.compile(r":!?([\w-]+)!?:(?:[ \t]+(.*))?")
_AUTHOR = r"(?:[\w.'-]+[ \t]+){0,2}[\w.'-]+(?:[ \t]+<[^>]+>)?"
_AUTHORS = re.compile(rf"{_AUTHOR}(?:;[ \t]*{_AUTHOR})*")
_REVISION = re.compile(r"v?(\d[\w.]*)?(?:,[ \t]*)?([^:]*\d{4}[^:]*)?(?::.*)?")
_VERBATIM = re.compile(r"(-{4,}|\.{4,}|\+{4,}|`{3,})[ \t]*\w*")
_COMMENT_BLOCK = re.compile(r"(/{4,})[ \t]*")
_FENCE = re.compile(r"(?:={4,}|\*{4,}|_{4,}|--|\+)[ \t]*")
_SILENT = re.compile(
    r"//(?!/).*|\[[^\]]*\]|(?:include|ifdef|ifndef|ifeval|endif|toc|image|video|audio)::.*|'{3,}|<{3,}"
)
_IMAGE = re.compile(r"image::[^\[\]]*\[([^\]]*)\]")
_BLOCK_TITLE = re.compile(r"\.([^\s.].*)")
_TABLE = re.compile(r"([|,:!])={3,}[ \t]*")
_CELL = re.compile(r"(?:(?<=\s)|^)(?:\d+(?:\.\d+)?[+*])?(?:[<^>.]{0,2}[aehlmsdv]?)?\|")
_COLUMNS = re.compile(r"""cols=(?:"([^"]*)"|'([^']*)'|([^\],]*))""")
_REPEATED_COLUMN = re.compile(r"(\d+)\*")
_DESCRIPTION = re.compile(r"(?m)^([ \t]*\S.*?):{2,4}(?=[ \t]|$)")
_MACRO = re.compile(
    r"(?:link|xref|mailto|kbd|btn|menu|image|icon|pass|indexterm2?|stem|latexmath):[^\s\[]{0,500}\[([^\]]{0,1000})\]"
)
_FOOTNOTE = re.compile(r"[ \t]{0,5}footnote:[\w-]{0,100}\[([^\]]{0,1000})\]")
_ADDRESS = re.compile(r"(?:link:)?(?:https?|ftp)://[^\s\[\]]{1,500}\[([^\]]{1,1000})\]")
_REFERENCE = re.compile(r"<<([^<>,]{1,300})(?:,([^<>]{1,300}))?>>")
_ANCHOR = re.compile(r"\[\[[^\[\]]{0,300}\]\]|\(\(\([^()]{0,300}\)\)\)|[ \t]\+$", re.MULTILINE)
_MARKS = re.compile(
    r"(?<![\w*_`#+\\])(?:\[[^\]]{0,100}\])?([*_`#+])(?=\S)([^\n]{0,300}?(?:\n[^\n]{0,300}?)?\S)\1(?![\w*_`#+])"
)
_DOUBLE_MARKS = re.compile(r"(\*\*|__|``|##|\+\+)(?=\S)([^\n]{0,300}?\S)\1")
_USED = re.compile(r"\{([\w-]+)\}")
_LONGEST_ATTRIBUTE = 200  # one may hold others again and again
_METADATA = {
    "author": "author",
    "revdate": "date",
    "description": "description",
    "keywords": "keywords",
    "lang": "language",
}


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read an AsciiDoc file; the title, author and date above the text become the metadata.

    Left out are comments, attributes, conditions and what would be included from other files.
    Source: https://docs.asciidoctor.org/asciidoc/latest/.
    """
    lines = clean(decode(load(path))).split("\n")
    reader = _Reader(DocumentBuilder(str(path)), lines)
    number = 0
    while number < len(lines):
        number = reader.take(number)
    reader.flush()
    yield reader.builder.build(reader.metadata())


class _Reader:
    """Gathers the lines of paragraphs until something else begins."""

    def __init__(self, builder: DocumentBuilder, lines: list[str]) -> None:
        self.builder = builder
        self._lines = lines
        self._attributes: dict[str, str] = {}
        self._title = ""
        self._columns = 0
        self._run: list[str] = []
        self._first = 0

    def metadata(self) -> dict[str, str]:
        """Return what the head of the document says about it."""
        metadata = {"title": self._title} if self._title else {}
        return metadata | {_METADATA[name]: value for name, value in self._attributes.items() if name in _METADATA}

    def take(self, number: int) -> int:
        """Deal with the line ``number``, from 0, and return the number of the next one to deal with."""
        line = self._lines[number]
        if self._is_underlined(number):
            return self._take_title(_UNDERLINES.index(self._lines[number + 1][0]) + 1, line, number, number + 2)
        if title := _TITLE.fullmatch(line):
            return self._take_title(len(title[1]), title[2], number, number + 1)
        if (block := _VERBATIM.fullmatch(line) or _COMMENT_BLOCK.fullmatch(line)) and (
            end := self._end(number, block[1])
        ):
            self.flush()
            if block[1][0] != "/":
                self.builder.add("\n".join(self._lines[number + 1 : end]), line=number + 2, verbatim=True)
            return end + 1
        if (table := _TABLE.fullmatch(line)) and (end := self._end(number, line.strip())):
            self.flush()
            self._add_table(number + 1, end, table[1])
            return end + 1
        self._take_line(line, number)
        return number + 1

    def flush(self) -> None:
        """End the paragraphs that were gathered."""
        if self._run:
            add_paragraphs(self.builder, self._inline("\n".join(self._run)), line=self._first + 1)
        self._run = []

    def _take_line(self, line: str, number: int) -> None:
        if attribute := _ATTRIBUTE.fullmatch(line):
            self.flush()
            self._attributes[attribute[1].lower()] = self._inline(folded(attribute[2] or ""))[:_LONGEST_ATTRIBUTE]
        elif image := _IMAGE.fullmatch(line.strip()):
            self.flush()
            alternative = image[1].split(",")[0].strip('"')
            self.builder.add("" if "=" in alternative else self._inline(alternative), line=number + 1)
        elif _SILENT.fullmatch(line.rstrip()) or _FENCE.fullmatch(line):
            self.flush()
            self._columns = _columns(line) or self._columns
        elif (title := _BLOCK_TITLE.fullmatch(line)) and not self._in_paragraph():
            self.builder.add(self._inline(title[1]), line=number + 1)
        else:
            self._first = self._first if self._run else number
            self._run.append(line)

    def _in_paragraph(self) -> bool:
        return bool(self._run and self._run[-1].strip())

    def _take_title(self, level: int, title: str, number: int, after: int) -> int:
        self.flush()
        text = folded(self._inline(title))
        self.builder.add_heading(text, level, line=number + 1)
        if level > 1 or self._title:
            return after
        self._title = text
        return self._take_head(after)

    def _take_head(self, number: int) -> int:
        """Take the lines of author and revision, which may stand right below the title of the document."""
        following = [line.strip() for line in self._lines[number : number + 2]]
        if following and following[0] and following[0][0] not in ":/[" and _AUTHORS.fullmatch(following[0]):
            authors = [folded(re.sub(r"<[^>]*>", "", name)) for name in following[0].split(";")]
            self._attributes.setdefault("author", ", ".join(authors))
            number += 1
            if following[1:] and following[1] and (revision := _REVISION.fullmatch(following[1])):
                if revision[2]:
                    self._attributes.setdefault("revdate", folded(revision[2]))
                number += 1
        return number

    def _is_underlined(self, number: int) -> bool:
        """Tell whether a line is a title in the older form, with a row of signs of the same length below it."""
        if number + 1 >= len(self._lines) or self._in_paragraph():
            return False
        title, below = self._lines[number].rstrip(), self._lines[number + 1].rstrip()
        if len(below) < 3 or below[0] not in _UNDERLINES or below.strip(below[0]) or not title[:1].isalnum():
            return False
        return abs(len(title) - len(below)) <= 1

    def _end(self, number: int, delimiter: str) -> int | None:
        """Return the number of the line that ends the block begun at ``number``, if there is one."""
        lines = self._lines
        return next((below for below in range(number + 1, len(lines)) if lines[below].rstrip() == delimiter), None)

    def _add_table(self, begin: int, end: int, separator: str) -> None:
        """Add the rows between two lines, as wide as the first line with cells where the columns are not given."""
        width, line = self._columns, begin
        row: list[str] = []
        self._columns = 0
        for number in range(begin, end):
            source = self._lines[number]
            cells = _CELL.split(source) if separator in "|!" else [" ", *source.split(separator)]
            if cells[0].strip() and row:
                row[-1] += " " + cells[0]
            line = line if row else number
            row += cells[1:]
            width = width or len(row)
            while width and len(row) >= width:
                self._add_row(row[:width], line)
                row, line = row[width:], number
        self._add_row(row, line)

    def _add_row(self, row: list[str], number: int) -> None:
        self.builder.add(" | ".join(folded(self._inline(cell)) for cell in row), line=number + 1)

    def _inline(self, text: str) -> str:
        """Return text without the marks of links, anchors and emphasis; line ends stay where they are."""
        text = _USED.sub(lambda match: self._attributes.get(match[1].lower(), match[0]), text)
        text = _ANCHOR.sub("", text)
        text = _FOOTNOTE.sub(r" (\1)", _MACRO.sub(r"\1", _ADDRESS.sub(r"\1", text)))
        text = _REFERENCE.sub(lambda match: match[2] or match[1], text)
        text = _DESCRIPTION.sub(r"\1:", text)
        return _MARKS.sub(r"\2", _DOUBLE_MARKS.sub(r"\2", text))


def _columns(attributes: str) -> int:
    """Return how many columns a table has by the attributes above it; 0 where they do not tell.

    >>> _columns('[%header,cols="1,3*"]')
    4
    """
    if not (match := _COLUMNS.search(attributes)):
        return 0
    columns = (match[1] or match[2] or match[3] or "").split(",")
    return sum(int(repeated[1]) if (repeated := _REPEATED_COLUMN.match(one.strip())) else 1 for one in columns)
