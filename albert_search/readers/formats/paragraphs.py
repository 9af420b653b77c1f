"""Lines on pages to paragraphs: by gaps, indentation and type size, over columns and pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low, quantiles

BROKEN_HYPHEN = "\ufffe"
"""PDFium's mark where a word is broken at the end of a line, for hyphen and line end together."""

LIST_ITEM = re.compile(r"(?:[•◦‣▪■●–—*-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\[\d+\])\s")
"""Beginning of a list item."""

_SENTENCE_END = re.compile(r"""[.!?:;…。！？][)\]"'”’»]*$""")
_WORD = re.compile(r"\w+(?:-\w+)*")
_BROKEN_WORD = re.compile(rf"[\w-]+(?:{BROKEN_HYPHEN}[\w-]*|-$)")
_HYPHENS = ("-", "\u2010", BROKEN_HYPHEN)
_EDGE_LINES = 2
_HEAD_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; all lengths in points, from the lower left corner of the page.

    Attributes:
        text: Its words.
        page: Number of the page, from 0.
        left: Left end of its first character.
        bottom: Lower end of its first character.
        last_bottom: Lower end of its last character, which stands lower where words broken at line ends were joined.
        height: Height of its type; 0 where the place is not known.
    """

    text: str
    page: int
    left: float = 0.0
    bottom: float = 0.0
    last_bottom: float = 0.0
    height: float = 0.0


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """Return all lines, of those repeated at the edges of pages (heads, page numbers) only the first."""
    repeats = Counter(_key(page[index]) for page in pages for index in _edges(page))
    seen: set[str] = set()
    kept = []
    for page in pages:
        edges = _edges(page)
        for index, line in enumerate(page):
            if index in edges and repeats[key := _key(line)] >= _HEAD_REPEATS:
                if key in seen:
                    continue
                seen.add(key)
            kept.append(line)
    return kept


def _edges(page: Sequence[Line]) -> set[int]:
    count = len(page)
    return {*range(min(_EDGE_LINES, count)), *range(max(0, count - _EDGE_LINES), count)}


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.lower())


def paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph."""
    leading = _leading(lines)
    length = median_low(len(line.text) for line in lines) if lines else 0
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and not _continues(paragraph[-1], line, leading, length):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _leading(lines: Sequence[Line]) -> float:
    """Return the usual distance between the lines of a paragraph, as a multiple of the type's height."""
    steps = [
        (before.last_bottom - after.bottom) / after.height
        for before, after in pairwise(lines)
        if before.page == after.page and after.height and before.height
    ]
    # Lines stand closest inside paragraphs, so the lower quartile of all distances is one of these.
    steps = [step for step in steps if 0.8 < step < 2.5]
    return quantiles(steps, n=4)[0] if len(steps) > 1 else 1.25


def _continues(before: Line, after: Line, leading: float, length: int) -> bool:
    """Tell whether ``after`` goes on with the paragraph that ``before`` belongs to."""
    if before.text.endswith(BROKEN_HYPHEN):
        return True
    if LIST_ITEM.match(after.text):
        return False
    ended = _SENTENCE_END.search(before.text) is not None
    if not before.height or not after.height:
        return not (ended and len(before.text) < 0.8 * length)
    same_type = abs(before.height - after.height) < 0.2 * after.height
    drop = before.last_bottom - after.bottom
    if before.page != after.page or drop < -0.5 * after.height:
        return same_type and not ended and (after.text[0].islower() or len(before.text) >= 0.75 * length)
    if not same_type or drop > 1.18 * leading * after.height:
        return False
    indented = after.left > before.left + 0.8 * after.height and drop > 0.5 * after.height
    return not indented or LIST_ITEM.match(before.text) is not None


def words_of(lines: Sequence[Line]) -> frozenset[str]:
    """Return the words that stand unbroken in ``lines``, in lower case, hyphens inside them kept."""
    words: set[str] = set()
    for line in lines:
        words.update(_WORD.findall(_BROKEN_WORD.sub(" ", line.text.lower())))
    return frozenset(words)


def joined(paragraph: Sequence[Line], words: frozenset[str]) -> tuple[str, list[int]]:
    """Return the text of a paragraph and the offset in it at which each line begins.

    Args:
        paragraph: Its lines.
        words: The words of the whole document, which decide whether a hyphen at a line end belongs to the word.
    """
    text, offsets = "", []
    for line in paragraph:
        words_here = _mended(line.text.rstrip(BROKEN_HYPHEN), words)
        if line.text.endswith(BROKEN_HYPHEN):
            words_here += BROKEN_HYPHEN
        if text.endswith(_HYPHENS) and words_here[:1].islower() and text[-2:-1].isalpha():
            head, tail = _last_word(text[:-1]), _WORD.match(words_here)
            text = text[:-1] + _hyphen(head, tail[0] if tail else "", words)
        elif text:
            text = text.rstrip(BROKEN_HYPHEN) + " "
        offsets.append(len(text))
        text += words_here
    return text.rstrip(BROKEN_HYPHEN), offsets


def _mended(text: str, words: frozenset[str]) -> str:
    """Put words together again that PDFium marked as broken."""
    first, *others = text.split(BROKEN_HYPHEN)
    pieces = [first]
    for other in others:
        head, tail = _last_word(pieces[-1]), _WORD.match(other)
        pieces += [_hyphen(head, tail[0] if tail else "", words), other]
    return "".join(pieces)


def _last_word(text: str) -> str:
    return _WORD.findall(text[-80:] or " ")[-1] if _WORD.search(text[-80:]) else ""


def _hyphen(head: str, tail: str, words: frozenset[str]) -> str:
    """Return the hyphen that belongs between the halves of a broken word, or nothing."""
    head, tail = head.lower(), tail.lower()
    if head + tail in words:
        return ""
    is_compound = f"{head}-{tail}" in words or (len(head) > 2 and {head, tail} <= words)
    return "-" if is_compound or not tail[:1].isalpha() else ""
