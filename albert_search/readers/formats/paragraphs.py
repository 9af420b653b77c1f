"""Lines on pages to paragraphs: by gaps, indentation and type size, over columns and pages; and which are headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median_low, quantiles

from albert_search.readers.formats.page_layout import Line
from albert_search.readers.hyphens import first_word, hyphen, last_word
from albert_search.readers.outline import has_leader

BROKEN_HYPHEN = "\ufffe"
"""Marks the end of a line at which a word is broken, for hyphen and line end together."""

LIST_ITEM = re.compile(r"(?:[•◦‣▪■●–—*-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\[\d+\])\s")
"""How a list item begins."""

_SENTENCE_END = re.compile(r"""[.!?:;…。！？][)\]"'”’»]*$""")
_NUMBER = re.compile(r"\d+")
_HYPHENS = ("-", "\u2010", BROKEN_HYPHEN)
_LARGER = 1.15
_LONGEST_HEADING = 120
_MOST_HEADING_LINES = 3
_DEEPEST_SIZE = 4


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
        (before.bottom - after.bottom) / after.height
        for before, after in pairwise(lines)
        if before.page == after.page and after.height and before.height
    ]
    # Lines stand closest inside paragraphs, so the lower quartile of all distances is one of these.
    steps = [step for step in steps if 0.8 < step < 2.5]
    return quantiles(steps, n=4)[0] if len(steps) > 1 else 1.25


def _continues(before: Line, after: Line, leading: float, length: int) -> bool:
    """Tell whether ``after`` goes on with the paragraph that ``before`` belongs to."""
    if before.alone or after.alone or before.angle != after.angle or has_leader(before.text) or has_leader(after.text):
        return False
    if before.text.endswith(BROKEN_HYPHEN):
        return True
    if LIST_ITEM.match(after.text) or _are_rows(before.text, after.text):
        return False
    ended = _SENTENCE_END.search(before.text) is not None
    same_type = abs(before.height - after.height) < 0.2 * after.height and before.bold == after.bold
    drop = before.bottom - after.bottom
    if before.page != after.page or drop < -0.5 * after.height:
        is_small = after.text[0].islower()
        # What stands behind a foot of the page, or in bold there, need not begin as the paragraph ended.
        return not ended and (same_type or is_small) and (is_small or len(before.text) >= 0.75 * length)
    if not _is_one_type(before, after) or drop > 1.18 * leading * after.height:
        return False
    indented = after.left > before.left + 0.8 * after.height and drop > 0.5 * after.height
    return not indented or LIST_ITEM.match(before.text) is not None


def _are_rows(before: str, after: str) -> bool:
    """Tell whether two lines differ in their numbers alone, as the rows of a table do."""
    return before != after and _NUMBER.sub("#", before) == _NUMBER.sub("#", after)


def _is_one_type(before: Line, after: Line) -> bool:
    """Tell whether two lines are set in the same type; a line wholly in bold above others is a heading."""
    if abs(before.height - after.height) >= 0.2 * after.height:
        return False
    return not (before.bold and not after.bold and not before.text.endswith((",", "-")) and len(before.text) < 80)


def heading_levels(found: Sequence[Sequence[Line]]) -> list[int | None]:
    """Return the level of each paragraph that is a heading by its type: larger than most, or in bold."""
    sizes: Counter[float] = Counter()
    for paragraph in found:
        for line in paragraph:
            sizes[_size(line)] += len(line.text)
    usual = max(sizes, key=lambda size: sizes[size]) if sizes else 0.0
    bold_share = sum(len(line.text) for paragraph in found for line in paragraph if line.bold)
    bold_means_something = 3 * bold_share < sum(sizes.values())
    larger = sorted(
        {_size(paragraph[0]) for paragraph in found if _may_be_heading(paragraph) and _is_larger(paragraph[0], usual)},
        reverse=True,
    )
    ranks = {size: min(rank, _DEEPEST_SIZE) for rank, size in enumerate(larger, start=1)}
    levels: list[int | None] = []
    for place, paragraph in enumerate(found):
        level = ranks.get(_size(paragraph[0])) if _may_be_heading(paragraph) else None
        if level is None and bold_means_something and _may_be_heading(paragraph) and _is_in_bold(paragraph, usual):
            level = len(larger) + 1
        levels.append(level if place + 1 < len(found) else None)
    return levels


def _size(line: Line) -> float:
    return round(2 * line.height) / 2


def _is_larger(line: Line, usual: float) -> bool:
    return _size(line) >= _LARGER * usual


def _is_in_bold(paragraph: Sequence[Line], usual: float) -> bool:
    return all(line.bold for line in paragraph) and _size(paragraph[0]) >= 0.9 * usual


def _may_be_heading(paragraph: Sequence[Line]) -> bool:
    text = " ".join(line.text for line in paragraph)
    if len(paragraph) > _MOST_HEADING_LINES or len(text) > _LONGEST_HEADING or any(line.alone for line in paragraph):
        return False
    return any(map(str.isalpha, text)) and not text.endswith((".", ";", ",", ":")) and not has_leader(text)


def joined(paragraph: Sequence[Line], words: frozenset[str]) -> tuple[str, list[int]]:
    """Return the text of a paragraph and the offset in it at which each line begins.

    Args:
        paragraph: Its lines.
        words: The words of the whole document, which decide whether a hyphen at a line end belongs to the word.
    """
    text, offsets = "", []
    for line in paragraph:
        if text.endswith(_HYPHENS) and line.text[:1].islower() and text[-2:-1].isalnum():
            text = text[:-1] + hyphen(last_word(text[:-1]), first_word(line.text), words)
        elif text.endswith(BROKEN_HYPHEN):
            text = text[:-1] + "-"
        elif text and not (_is_unspaced(text[-1]) and _is_unspaced(line.text[0])):
            text += " "
        offsets.append(len(text))
        text += line.text
    return text.removesuffix(BROKEN_HYPHEN), offsets


def _is_unspaced(char: str) -> bool:
    """Tell whether a character is of a script that has no spaces between words."""
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\u3000" <= char <= "\u303f"
