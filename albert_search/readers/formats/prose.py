"""Lines of plain text to blocks: paragraphs, lists, quotations and code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_NARROWEST_WRAP, _WIDEST_WRAP = 50, 120
_NARROWEST_PARAGRAPH = 30
_FULL_LINE = 0.8
_FULL_SHARE = 0.75
_CODE_INDENT = 4
LIST_ITEM = re.compile(r"\s*(?:[-*+•◦‣▪–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+\S")
"""How a list item begins."""
RULE = re.compile(r"\s*([^\w\s])\1{2,}\s*")
"""A line such as ``-----``."""
_CODE = re.compile(r"[{}();=<>\[\]$#\\|]|^\s*(?:def|class|import|from|return|if|for|while)\b")
_FIELD = re.compile(r"\s*\w[\w .()/-]{0,30}:(?:\s|$)")
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_PROMPT = re.compile(r">>> ?\S|>+ *$|>=")
_ENDS_A_SENTENCE = re.compile(r"[.!?…][)\]\"'”’»]*\s*$")


@dataclass(frozen=True, slots=True)
class Run:
    """Lines that belong together.

    Attributes:
        first: Place of the first among all lines, from 0.
        lines: The lines, without the marks of a quotation.
        verbatim: Whether they are code.
        wrapped: Whether their line ends are those of an editor, so that a word may be broken at them.
    """

    first: int
    lines: list[str]
    verbatim: bool = False
    wrapped: bool = False


def runs(lines: Sequence[str]) -> Iterator[Run]:
    """Yield the blocks of plain text, rules left out.

    A block ends at a blank line, at a rule such as ``-----``, before a list item, where a quotation begins or ends, and
    at a line end that was meant: where lines are wrapped, one after which the next word would easily have fitted
    and a new capital begins; where they are not wrapped, every one.
    """
    width = _wrap_width(lines)
    for first, paragraph in _paragraphs(lines):
        flows = _flows(paragraph, width)
        begin = 0
        for number in range(1, len(paragraph) + 1):
            if number == len(paragraph) or _is_border(paragraph[number - 1], paragraph[number], width, flows):
                run = paragraph[begin:number]
                if not (len(run) == 1 and RULE.fullmatch(run[0])):
                    yield Run(first + begin, run, _is_code(run), flows > 0)
                begin = number


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines between blank ones, of one depth of quotation, with the place of the first."""
    paragraph: list[str] = []
    depth = first = 0
    for number, line in enumerate(lines):
        quote = _quote_of(line)
        inner = line[len(quote) :] if quote else line
        is_blank = not inner or inner.isspace()
        if paragraph and (is_blank or quote.count(">") != depth):
            yield first, paragraph
            paragraph = []
        if not is_blank:
            if not paragraph:
                first, depth = number, quote.count(">")
            paragraph.append(inner)
    if paragraph:
        yield first, paragraph


def _quote_of(line: str) -> str:
    """Return the marks of a quoted mail at the beginning of a line."""
    if not line.startswith(">") or _PROMPT.match(line):
        match = _QUOTE.fullmatch(line) if line.startswith(">") else None
        return match[0] if match else ""
    match = _QUOTE.match(line)
    return match[0] if match else ""


def _wrap_width(lines: Sequence[str]) -> int:
    """Return the width at which the lines of ``lines`` were wrapped, in characters; 0 where they were not."""
    lengths = sorted(len(line) for line, after in pairwise(lines) if line.strip() and after.strip())
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    return max(width, _NARROWEST_WRAP) if width <= _WIDEST_WRAP else 0


def _flows(paragraph: Sequence[str], width: int) -> int:
    """Return the width at which a paragraph is wrapped; 0 where each of its lines stands for itself.

    An editor that wraps breaks a line only where the next word no longer fits.
    """
    if len(paragraph) < 2 or not width:
        return 0
    if 2 * sum(_FIELD.match(line) is not None for line in paragraph) > len(paragraph):
        return 0
    widest = max(map(len, paragraph))
    full = sum(len(line.rstrip()) + 1 + len(after.split(None, 1)[0]) > widest for line, after in pairwise(paragraph))
    is_full = widest >= _NARROWEST_PARAGRAPH and full >= _FULL_SHARE * (len(paragraph) - 1)
    begins_low = paragraph[0].lstrip()[0].islower()
    ends = any(map(_ENDS_A_SENTENCE.search, paragraph))
    if is_full and (len(paragraph) > 2 or not begins_low or ends):
        return min(width, widest) if len(paragraph) > 2 else width
    return width if not begins_low and (ends or len(paragraph) == 2) else 0


def _is_border(before: str, after: str, width: int, flows: int) -> bool:
    """Tell whether a block ends between these two lines of a paragraph."""
    if RULE.fullmatch(before) or RULE.fullmatch(after) or LIST_ITEM.match(after):
        return True
    is_code = after[0].isspace() and min(_indent(before), _indent(after)) >= _CODE_INDENT and _CODE.search(after)
    if is_code:
        return False
    if not width:
        return True
    word = after.split(None, 1)[0]
    if LIST_ITEM.match(before) or (after[0].isspace() and _indent(after) > _indent(before)):
        flows = flows or width
    fitted = len(before.rstrip()) + 1 + min(len(word), 20) <= _FULL_LINE * (flows or width)
    return not flows or (fitted and not word[0].islower())


def _is_code(run: Sequence[str]) -> bool:
    """Tell whether lines are code: all indented, and most with the signs of it."""
    if not run[0][0].isspace() or any(_indent(line) < _CODE_INDENT for line in run):
        return False
    return 2 * sum(_CODE.search(line) is not None for line in run) > len(run)


def _indent(line: str) -> int:
    expanded = line.expandtabs(_CODE_INDENT)
    return len(expanded) - len(expanded.lstrip())
