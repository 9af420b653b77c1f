"""Putting a document together from its blocks."""

from __future__ import annotations

import re
import unicodedata

from albert_search.readers.outline import bare_title, pointed_title
from albert_search.types import Block, Document, Metadata

_BORDER = "\n\n"
_LONGEST_HEADING = 200
_LINE_END = re.compile("\r\n?")
_BLANK_CHARACTER = re.compile("[\x0b\x0c\u2028\u2029]")
_NO_CHARACTER = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]+"
)
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
"""What steers a terminal: colours, movements, titles, links. Source: ECMA-48, 5.4."""
_STRUCK_OVER = re.compile("[^\n]\x08")
_SAME_LETTER = re.compile(
    "[\ufb00-\ufb06\ufb13-\ufb17\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f\ufb50-\ufdfd\ufe70-\ufefc"
    "\U0001d400-\U0001d7ff]+"
)
"""Ligatures, full-width, half-width, presentation and mathematical forms of letters that are written otherwise too."""
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    r"""Return ``text`` in NFC with ``\n`` line ends, without what nobody sees: control characters, colours.

    Ligatures and full-width letters become the letters that are searched for.
    """
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    if "\x08" in text:
        text = _STRUCK_OVER.sub("", text)
    if not text.isprintable():
        text = _BLANK_CHARACTER.sub(" ", text)
        text = _NO_CHARACTER.sub("", text)
        text = _HALF_CHARACTER.sub("\ufffd", text)
    if text.isascii():
        return text
    text = _SAME_LETTER.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """Return ``text`` on one line, each run of white space as one space."""
    return " ".join(text.split())


class DocumentBuilder:
    """Collects the blocks of one document in reading order.

    Args:
        uri: Address of the document.
        has_lines: False where lines of the source file mean nothing to a person: no block keeps one.

    Attributes:
        length: Length of the text so far; the next block begins two characters later, or at 0.
    """

    def __init__(self, uri: str, *, has_lines: bool = True) -> None:
        self.length = 0
        self._uri = uri
        self._has_lines = has_lines
        self._page_starts: list[int] = []
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._above: list[tuple[int, str]] = []
        self._headings: tuple[str, ...] = ()
        self._titles: set[str] = set()
        self._contents: dict[int, str] = {}

    def add(self, text: str, *, line: int | None = None, verbatim: bool = False, points_to: str | None = None) -> None:
        """Add a block; one without text is left out.

        Args:
            text: The text of the block, cleaned here.
            line: Line of the source file on which ``text`` begins, from 1.
            verbatim: True for code and preformatted text.
            points_to: The heading that a line of a table of contents repeats; where it is there, the line is no block.
        """
        text = clean(text).rstrip()
        body = text.lstrip()
        if not body:
            return
        lead = text[: len(text) - len(body)]
        if line is not None:
            line += lead.count("\n")
        if verbatim:
            body = text[lead.rfind("\n") + 1 :]
        points_to = points_to or pointed_title(body)
        if points_to:
            self._contents[len(self._blocks)] = bare_title(clean(points_to))
        start = self.length + len(_BORDER) if self._parts else 0
        self.length = start + len(body)
        self._parts.append(body)
        self._blocks.append(Block(start, self.length, line if self._has_lines else None, self._headings, verbatim))

    def add_heading(self, text: str, level: int, *, line: int | None = None) -> None:
        """Add a heading, which stands above all that follows until one of its own or a higher level.

        Args:
            text: The heading.
            level: 1 for the outermost.
            line: Line of the source file on which it begins, from 1.
        """
        self._above = [entry for entry in self._above if entry[0] < level]
        self._headings = tuple(title for _, title in self._above)
        self.add(text, line=line)
        if title := folded(clean(text))[:_LONGEST_HEADING]:
            self._above.append((level, title))
            self._headings = (*self._headings, title)
            self._titles.add(bare_title(title))

    def begin_page(self) -> None:
        """Begin the next page, from 1: what people count in this format, such as a slide or the cell of a notebook."""
        self._page_starts.append(self.length + len(_BORDER) if self._parts else 0)

    def set_place(self, *names: str) -> None:
        """Name the place of what follows, outermost first, where its headings are no text: a path of keys, a time."""
        self._headings = tuple(folded(clean(name))[:_LONGEST_HEADING] for name in names)
        self._above = list(enumerate(self._headings))

    def build(
        self, metadata: Metadata | None = None, *, row: int | None = None, page_starts: tuple[int, ...] = ()
    ) -> Document:
        """Return the document."""
        return Document(
            uri=self._uri,
            text=_BORDER.join(self._parts),
            blocks=tuple(
                block for place, block in enumerate(self._blocks) if self._contents.get(place) not in self._titles
            ),
            metadata=metadata or {},
            page_starts=page_starts or tuple(self._page_starts),
            row=row,
        )
