"""LaTeX: sections, paragraphs, lists, tables and formulas."""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerError

from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.text import add_paragraphs
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document

_LEVELS = {
    "part": 1, "chapter": 2, "section": 3, "frametitle": 3, "subsection": 4, "subsubsection": 5, "paragraph": 6,
    "subparagraph": 7,
}  # fmt: skip
_ABOUT = frozenset(("title", "author", "date"))
_VERBATIM = frozenset(("verbatim", "verbatim*", "Verbatim", "lstlisting", "minted", "alltt"))
_TABLES = frozenset(("tabular", "tabular*", "tabularx", "tabulary", "longtable", "supertabular"))
_SILENT = frozenset(("comment", "tikzpicture", "pgfpicture", "picture", "filecontents", "filecontents*"))
_MATHS = frozenset(("equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "flalign", "alignat"))

_OPTION = r"(?:[ \t]*\[[^\[\]]{0,500}\])"
_BLOCK = re.compile(
    rf"\\begin\s*\{{(?P<begin>[^{{}}]{{1,40}})\}}{_OPTION}*|\\end\s*\{{[^{{}}]{{1,40}}\}}"
    rf"|\\(?P<macro>{'|'.join((*_LEVELS, *_ABOUT, 'caption'))})\*?{_OPTION}?\s*(?=\{{)|\\item\b{_OPTION}?|\n[ \t]*\n\s*"
)
_COMMENT_OR_VERBATIM = re.compile(rf"\\begin\{{({'|'.join(map(re.escape, _VERBATIM))})\}}|(?<!\\)(?:\\\\)*%[^\n]*")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_SILENT_MACRO = re.compile(
    r"\\(?:label|hypertarget|vspace|hspace|cline|cmidrule|index|input|include|bibliography|bibliographystyle|pagestyle"
    r"|thispagestyle|includegraphics|thanks|cite\w*|ref|eqref|pageref|autoref|cref)\*?"
    rf"{_OPTION}{{0,2}}(?:\([^()]*\))?\{{[^{{}}]{{0,500}}\}}"
    r"|\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|maketitle|tableofcontents|centering"
    r"|noindent|newpage|clearpage|tightlist|and)\b"
)
_ROW_END = re.compile(rf"\\\\\*?{_OPTION}?|\\tabularnewline\b|\\cr\b")
_CELL_END = re.compile(r"(?<!\\)&")
_LONGEST_RUN = 5_000
_SPACES = re.compile(r"[ \t]+")
_CONVERTER = LatexNodes2Text(math_mode="text", strict_latex_spaces=False)

logging.getLogger("pylatexenc").setLevel(logging.ERROR)  # it tells of each macro that it does not know


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    r"""Read a LaTeX file; of what stands above ``\begin{document}`` only title, author and date are taken.

    Left out are comments, drawings, labels and references. Files that it would include are read on their own.
    """
    source = clean(decode(load(path)))
    with reading("LaTeX", LatexWalkerError, *PARSER_ERRORS):
        reader = _Reader(DocumentBuilder(str(path)), _without_comments(source))
        reader.run()
        yield reader.builder.build(reader.about)


class _Reader:
    """Goes from one border of blocks to the next."""

    def __init__(self, builder: DocumentBuilder, source: str) -> None:
        self.builder = builder
        self.about: dict[str, str] = {}
        self._source = source
        self._line_ends = [match.start() for match in re.finditer("\n", source)]

    def run(self) -> None:
        """Add all blocks."""
        head = re.search(r"\\begin\s*\{document\}", self._source)
        position = head.end() if head else 0
        if head:
            self._source = self._source.split(r"\end{document}")[0]
        for about in _BLOCK.finditer(self._source, 0, position):
            if about["macro"] in _ABOUT:
                self._take_macro(about)
        while match := _BLOCK.search(self._source, position):
            name = match["begin"]
            self._add(position, match.start())
            if name and name.rstrip("*") in _MATHS:
                position = self._end_of(name, match.end())
                self._add(match.start(), position)
                continue
            position = self._take_environment(name, match.end()) if name else match.end()
            if match["macro"]:
                position = self._take_macro(match)
        self._add(position, len(self._source))

    def _take_macro(self, match: re.Match[str]) -> int:
        """Take a heading, a caption, or what the document says about itself; return where its argument ends."""
        begin, name = match.end(), match["macro"]
        end = _end_of_group(self._source, begin)
        text = folded(_text(self._source[begin + 1 : end - 1]))
        line = self._line_at(match.start())
        if name in _ABOUT:
            self.about[name] = text
        elif name in _LEVELS:
            self.builder.add_heading(text, _LEVELS[name], line=line)
        else:
            self.builder.add(text, line=line)
        return end

    def _take_environment(self, name: str, begin: int) -> int:
        """Take an environment that is read as a whole; return where to go on."""
        if name not in _VERBATIM | _TABLES | _SILENT and name != "Highlighting":
            return begin
        end = self._end_of(name, begin)
        body = self._source[begin : max(begin, end - len(rf"\end{{{name}}}"))]
        if name in _TABLES:
            self._take_table(body, begin)
        elif name not in _SILENT:
            text = body if name in _VERBATIM else _text(body)
            argument = re.match(r"\s*\{\w*\}", text) if name == "minted" else None
            self.builder.add(text[argument.end() if argument else 0 :], line=self._line_at(begin), verbatim=True)
        return end

    def _take_table(self, body: str, position: int) -> None:
        """Add the rows of a table, below the widths and kinds of its columns."""
        begin = 0
        while (begin := len(body) - len(body[begin:].lstrip())) < len(body) and body[begin] == "{":
            begin = _end_of_group(body, begin)
        for end in [*(match.start() for match in _ROW_END.finditer(body, begin)), len(body)]:
            row = body[begin:end]
            cells = [folded(_text(cell)) for cell in _CELL_END.split(_ROW_END.sub("", row))]
            if any(cells):
                words = _SILENT_MACRO.sub(_blank, _ROW_END.sub(_blank, row))
                first = begin + len(words) - len(words.lstrip())
                self.builder.add(" | ".join(cells), line=self._line_at(position + first))
            begin = end

    def _add(self, begin: int, end: int) -> None:
        """Add a paragraph, or a formula between two."""
        while begin < end:
            stop = end if end - begin <= _LONGEST_RUN else self._source.rfind(" ", begin + 1, begin + _LONGEST_RUN)
            stop = stop if stop > begin else min(end, begin + _LONGEST_RUN)
            run = _SILENT_MACRO.sub(_blank, self._source[begin:stop])
            first = begin + len(run) - len(run.lstrip())
            add_paragraphs(self.builder, _text(run).strip(), line=self._line_at(first))
            begin = stop

    def _end_of(self, name: str, begin: int) -> int:
        """Return where the environment ends, or the file where it does not."""
        mark = rf"\end{{{name}}}"
        end = self._source.find(mark, begin)
        return end + len(mark) if end >= 0 else len(self._source)

    def _line_at(self, position: int) -> int:
        return bisect_right(self._line_ends, position - 1) + 1


def _without_comments(source: str) -> str:
    """Return the source with spaces in place of comments; in verbatim text there are none."""
    pieces, position, unending = [], 0, set()
    while match := _COMMENT_OR_VERBATIM.search(source, position):
        name = match[1]
        end = match.end()
        if name and name not in unending:
            end = source.find(rf"\end{{{name}}}", end)
            if end < 0:
                unending.add(name)
                end = match.end()
        pieces.append(source[position : match.start()])
        pieces.append(source[match.start() : end] if name else _blank(match))
        position = end
    return "".join([*pieces, source[position:]])


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _end_of_group(source: str, begin: int) -> int:
    """Return where the group that begins with a brace ends."""
    depth = 0
    for match in _BRACE.finditer(source, begin, begin + 10 * _LONGEST_RUN):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return min(len(source), begin + _LONGEST_RUN)


def _text(source: str) -> str:
    r"""Return inline LaTeX as text: accents and symbols as characters, formulas as they are read out.

    >>> _text(r"It keeps \emph{f\"ur} $n^2$~days --- see \cite{a}.")
    'It keeps für n^2 days — see .'
    """
    source = _SILENT_MACRO.sub(" ", source)
    if "\\" not in source and "$" not in source:
        plain = source.replace("{", "").replace("}", "").replace("~", " ")
        plain = plain.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
        return _SPACES.sub(" ", plain)
    return _SPACES.sub(" ", str(_CONVERTER.latex_to_text(source)).replace("\xa0", " "))
