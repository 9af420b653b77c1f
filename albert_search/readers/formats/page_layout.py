"""Words on a page to lines in reading order: turned text, columns, rows of tables, and what is set into them.

The order in which a page was drawn is kept where it makes sense, since programs draw what they know to belong
together one after the other. It is given up where it goes from row to row across columns of running text, or upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""

_WIDE_GAP = 1.1
_FEWEST_ROWS_OF_COLUMNS = 3
_MOST_LINES_FOR_COLUMNS = 600
_FILLED = 0.55
_WORDS_OF_PROSE = 3.0
_SMALL_STARTS = 0.25
_UPWARD_SHARE = 0.5
_MOST_COLUMNS_DEEP = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in the frame in which it reads from left to right.

    Attributes:
        text: The word.
        left: Its left end, in points, as all that follow.
        bottom: Its lower end.
        right: Its right end.
        top: Its upper end.
        angle: By how much its line is turned on the page.
        order: Its place in the order in which the page was drawn.
        bold: Whether it is set in bold letters.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    angle: float
    order: int
    bold: bool


@dataclass(frozen=True, slots=True)
class Insert:
    """What is set into a page: the value of a field, a text box, a comment.

    Attributes:
        text: What it says.
        box: Where it stands on the page.
        role: ``value``, ``tick``, ``printed`` or ``comment``.
    """

    text: str
    box: Box
    role: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, in the frame in which it reads from left to right; all lengths in points.

    Attributes:
        text: Its words.
        page: Number of the page, from 0.
        left: Left end.
        right: Right end.
        bottom: Lower end of its type.
        height: Height of its type.
        bold: Whether it is set in bold letters.
        alone: Whether it is no part of a paragraph: the row of a table, a field with its value.
        angle: By how much it is turned on the page.
        parts: The runs of words between wide gaps.
    """

    text: str
    page: int
    left: float
    right: float
    bottom: float
    height: float
    bold: bool = False
    alone: bool = False
    angle: float = 0.0
    parts: tuple[tuple[Word, ...], ...] = field(default=(), repr=False)


def lines_of(words: Sequence[Word], inserts: Iterable[Insert], page: int) -> list[Line]:
    """Return the lines of a page in the order in which they are read."""
    lines: list[Line] = []
    by_angle: dict[float, list[Word]] = {}
    for word in words:
        by_angle.setdefault(word.angle, []).append(word)
    for turned in by_angle.values():
        lines.extend(_rows_marked(_in_order(_drawn_lines(turned, page))))
    for insert in inserts:
        _set_in(lines, insert, page)
    return lines


def _drawn_lines(words: Sequence[Word], page: int) -> list[Line]:
    """Return lines as they were drawn: words that follow each other to the right, on one height."""
    lines: list[Line] = []
    run: list[Word] = []
    for word in words:
        if run and not _goes_on(run[-1], word):
            lines.append(_line(run, page))
            run = []
        run.append(word)
    if run:
        lines.append(_line(run, page))
    return lines


def _goes_on(before: Word, after: Word) -> bool:
    height = min(before.top - before.bottom, after.top - after.bottom)
    overlap = min(before.top, after.top) - max(before.bottom, after.bottom)
    return overlap > 0.4 * height and after.left > before.left - 0.2 * height


def _line(words: Sequence[Word], page: int) -> Line:
    height = median(word.top - word.bottom for word in words)
    parts: list[list[Word]] = [[words[0]]]
    for before, after in pairwise(words):
        if after.left - before.right > _WIDE_GAP * height:
            parts.append([])
        parts[-1].append(after)
    base = min(words, key=lambda word: abs(word.top - word.bottom - height))
    return Line(
        " ".join(word.text for word in words),
        page,
        words[0].left,
        max(word.right for word in words),
        base.bottom,
        height,
        all(word.bold for word in words),
        angle=words[0].angle,
        parts=tuple(map(tuple, parts)),
    )


def _in_order(lines: list[Line], depth: int = 0) -> list[Line]:
    """Return lines in reading order: column by column where there are columns of running text."""
    if len(lines) > _MOST_LINES_FOR_COLUMNS or depth == _MOST_COLUMNS_DEEP:
        return lines
    gutter = _gutter(lines)
    if gutter is not None:
        return _by_column(lines, gutter, depth)
    return _from_top_to_bottom(lines) if _goes_up(lines) else lines


def _from_the_top(line: Line) -> tuple[float, float]:
    return -round(line.bottom / max(line.height, 1.0) * 2), line.left


def _from_top_to_bottom(lines: Sequence[Line]) -> list[Line]:
    """Return lines with those that were drawn one above the other in the order in which they are read."""
    runs: list[list[Line]] = []
    for line in lines:
        if runs and min(runs[-1][-1].right, line.right) > max(runs[-1][-1].left, line.left):
            runs[-1].append(line)
        else:
            runs.append([line])
    return [line for run in runs for line in sorted(run, key=_from_the_top)]


def _goes_up(lines: Sequence[Line]) -> bool:
    """Tell whether lines below each other were drawn from the bottom to the top."""
    up = down = 0
    for before, after in pairwise(lines):
        if min(before.right, after.right) > max(before.left, after.left):
            rise = after.bottom - before.bottom
            up += 0.5 * after.height < rise < 4 * after.height
            down += rise < -0.5 * after.height
    return up > 1 and up > _UPWARD_SHARE * (up + down)


def _gutter(lines: Sequence[Line]) -> float | None:
    """Return where the white between two columns of running text stands that were drawn across it."""
    gaps = [gap for line in lines for gap in _gaps(line)]
    best, rows = 0.0, 0
    for left, right in gaps:
        middle = (left + right) / 2
        count = sum(begin < middle < end for begin, end in gaps)
        if count > rows:
            best, rows = middle, count
    crossing = sum(any(word.left < best < word.right for part in line.parts for word in part) for line in lines)
    if rows < _FEWEST_ROWS_OF_COLUMNS or crossing > rows:
        return None
    halves = [_halves(line, best) for line in lines if any(a < best < b for a, b in _gaps(line))]
    sides = ([left for left, _ in halves], [right for _, right in halves])
    return best if all(map(_is_prose, sides)) else None


def _gaps(line: Line) -> list[tuple[float, float]]:
    return [(before[-1].right, after[0].left) for before, after in pairwise(line.parts)]


def _halves(line: Line, gutter: float) -> tuple[list[Word], list[Word]]:
    words = [word for part in line.parts for word in part]
    return [word for word in words if word.left < gutter], [word for word in words if word.left >= gutter]


def _is_prose(side: Sequence[Sequence[Word]]) -> bool:
    """Tell lines of running text, which fill their column and begin in the middle of sentences, from cells."""
    widths = [words[-1].right - words[0].left for words in side if words]
    counts = [len(words) for words in side if words]
    if not widths or median(widths) < _FILLED * max(widths) or sum(counts) / len(counts) < _WORDS_OF_PROSE:
        return False
    small = sum(words[0].text[:1].islower() for words in side if words)
    return small >= _SMALL_STARTS * len(side)


def _by_column(lines: Sequence[Line], gutter: float, depth: int) -> list[Line]:
    """Return lines column by column; one that crosses the gutter stands between what is above and what is below it."""
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []

    def end_band() -> None:
        ordered.extend(_in_order(left, depth + 1) + _in_order(right, depth + 1))
        left.clear()
        right.clear()

    for line in sorted(lines, key=_from_the_top):
        first, second = _halves(line, gutter)
        if any(word.right > gutter for word in first):
            end_band()
            ordered.append(line)
            continue
        if first:
            left.append(_line(first, line.page))
        if second:
            right.append(_line(second, line.page))
    end_band()
    return ordered


def _rows_marked(lines: Sequence[Line]) -> list[Line]:
    """Return lines with those marked that are rows of a table: their parts stand below those of a neighbour."""
    marked = list(lines)
    for place, line in enumerate(lines):
        if len(line.parts) < 2:
            continue
        near = [lines[other] for other in (place - 1, place + 1) if 0 <= other < len(lines)]
        if any(_aligned(line, other) for other in near):
            cells = (" ".join(word.text for word in part) for part in line.parts)
            marked[place] = replace(line, text=" | ".join(cells), alone=True)
    return marked


def _aligned(line: Line, other: Line) -> bool:
    if len(other.parts) < 2:
        return False
    ends = [(part[0].left, part[-1].right) for part in other.parts[1:]]
    slack = 0.6 * line.height
    return any(
        abs(part[0].left - left) < slack or abs(part[-1].right - right) < slack
        for part in line.parts[1:]
        for left, right in ends
    )


def _set_in(lines: list[Line], insert: Insert, page: int) -> None:
    """Set a value beside its label, a tick before it, and a box where it stands on the page."""
    left, bottom, right, top = insert.box
    new = Line(insert.text, page, left, right, bottom, min(top - bottom, 12.0), alone=True)
    if insert.role == "comment":
        lines.append(new)
        return
    upright = [(place, line) for place, line in enumerate(lines) if not line.angle and line.height]
    beside = [
        (place, line)
        for place, line in upright
        if min(top, line.bottom + line.height) - max(bottom, line.bottom) > 0.4 * min(line.height, top - bottom)
    ]
    if insert.role == "tick":
        behind = [entry for entry in beside if entry[1].left >= right - 2]
        if labels := behind or beside:
            place, line = min(labels, key=lambda entry: abs(entry[1].left - right))
            lines[place] = replace(line, text=f"{insert.text} {line.text}", alone=True)
        return
    if insert.role == "value" and (labels := [entry for entry in beside if entry[1].right <= left + 2]):
        place, line = max(labels, key=lambda entry: entry[1].right)
        lines[place] = replace(line, text=f"{line.text} {insert.text}", right=right, alone=True)
        return
    above = [place for place, line in upright if line.bottom >= top - 2]
    lines.insert(max(above, default=-1) + 1, new)
