"""Running heads, page numbers and what else is printed on every page: known by its place and by how it changes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from albert_search.readers.formats.page_layout import Line

_EDGE_LINES = 2
_FEWEST_PAGES = 3
_SAME_HEIGHT = 3.0
_PAGE_NUMBER = re.compile(r"(?:page|seite|p\.?|s\.)?\s*\d+(?:\s*(?:/|of|von)\s*\d+)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """Return all lines, of those that are printed at the edges of pages again and again only the first.

    A running head stands at the same height on several pages, with the same words, and its numbers stay or count with
    the pages. The rows of a table that look alike but for their numbers do neither. A page number alone is left out
    wherever it counts with the pages.
    """
    edges = [line for page in pages for line in _edges(page)]
    usual = median(line.height for page in pages for line in page) if edges else 0.0
    heads: set[int] = set()
    for group in _at_one_height(edges):
        heads.update(_repeated(group, usual))
    return [line for page in pages for line in page if id(line) not in heads]


def _edges(page: Sequence[Line]) -> list[Line]:
    """Return the upmost and the lowest lines of a page."""
    upright = sorted((line for line in page if line.height), key=lambda line: line.bottom)
    if len(upright) <= 2 * _EDGE_LINES:
        return upright
    return upright[:_EDGE_LINES] + upright[-_EDGE_LINES:]


def _at_one_height(edges: Iterable[Line]) -> Iterable[list[Line]]:
    """Group lines that stand at one height and look alike but for their numbers."""
    groups: dict[str, list[list[Line]]] = defaultdict(list)
    for line in edges:
        alike = groups[_NUMBER.sub("#", line.text.casefold())]
        group = next((group for group in alike if abs(group[-1].bottom - line.bottom) <= _SAME_HEIGHT), None)
        if group is None:
            alike.append([line])
        else:
            group.append(line)
    return [group for alike in groups.values() for group in alike]


def _repeated(group: Sequence[Line], usual: float) -> set[int]:
    """Return which lines of a group are repetitions."""
    pages = {line.page for line in group}
    if len(pages) < _FEWEST_PAGES:
        return set()
    numbers = [[int(number) for number in _NUMBER.findall(line.text)[:9]] for line in group]
    columns = list(zip(*numbers, strict=True))
    steps = [
        {(after - before) for before, after in pairwise(column)} == {0}
        or _counts(column, [line.page for line in group])
        for column in columns
    ]
    if not all(steps):
        return set()
    changes = any(len(set(column)) > 1 for column in columns)
    if changes and all(_PAGE_NUMBER.fullmatch(line.text.strip(" -–|")) for line in group):
        return {id(line) for line in group}
    if changes and group[0].height > 1.35 * usual:
        return set()  # "Lesson 1", "Lesson 2": titles
    return {id(line) for line in group[1:]}


def _counts(column: Sequence[int], pages: Sequence[int]) -> bool:
    """Tell whether numbers count with the pages."""
    return len({number - page for number, page in zip(column, pages, strict=True)}) == 1
