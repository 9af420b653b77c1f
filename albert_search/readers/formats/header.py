"""Finds the row that names the columns of a table: decided by comparing the first row with the rows below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_MOST = 0.8
_ABOVE_AT_MOST = 40
_LONGEST_NAME = 64
_KINDS = (
    ("number", re.compile(r"[-+(]?[$€£]? ?\d[\d.,' \u00a0]*(?:[eE][-+]?\d+)? ?(?:%|[$€£]|[A-Z]{3})?\)?")),
    ("date", re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d\d(?::\d\d)?\S*)?|\d{1,2}:\d\d(?::\d\d)?")),
    ("truth", re.compile(r"true|false|yes|no|y|n|t|f", re.IGNORECASE)),
    ("address", re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\S+")),
    ("code", re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])[\w-]+")),
)
_USUAL_NAMES = frozenset((
    "id", "no", "nr", "number", "name", "title", "text", "content", "body", "passage", "sentence", "document",
    "abstract", "question", "answer", "label", "category", "type", "kind", "date", "time", "timestamp",
    "author", "price", "amount", "description", "comment", "note", "notes", "tag", "tags", "url", "link",
    "email", "phone", "country", "city", "year", "month", "day", "status", "user", "value", "key", "source",
    "language", "lang", "subject", "message", "score", "rating",
))  # fmt: skip


def header_row(rows: Sequence[Sequence[str]], wanted: Sequence[str] = ()) -> int | None:
    """Return the place, from 0, of the row that names the columns; None where none does.

    A header differs from the rows below it: they hold numbers, dates or codes where it has words, longer texts than it,
    and never its words again. Lines above it, as in a bank's statement, are narrower than the table.

    Args:
        rows: The first rows, none of them empty.
        wanted: Columns that a person asked for: a row that has them all is the header.
    """
    for place, row in enumerate(rows[:_ABOVE_AT_MOST]):
        if wanted and set(wanted) <= {cell.strip() for cell in row}:
            return place
    first = first_of_table(rows)
    return first if first < len(rows) and _names(rows[first], rows[first + 1 :]) else None


def first_of_table(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows stand above the table, being narrower than most that follow."""
    widths = [sum(1 for cell in row if cell.strip()) for row in rows]
    if not widths:
        return 0
    counts = Counter(widths)
    usual = max(counts, key=lambda width: (counts[width], width))
    if usual < 2 or 2 * counts[usual] < len(rows) or _is_one_column(rows):
        return 0
    for place, width in enumerate(widths[:_ABOVE_AT_MOST]):
        # A header may lack the name of its first column; above a table stand lines of one or two cells.
        if width >= usual - 1 and width > usual // 2 and (width > 1 or not place):
            return place
    return 0


def _is_one_column(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a single name stands above texts that are cut only because they hold separators themselves."""
    name = [cell for cell in rows[0] if cell.strip()]
    return (
        len(name) == 1
        and not any(map(str.isspace, name[0]))
        and (len(rows) < 2 or _evidence_of_row(rows[1], rows[2:]) <= 0)
    )


def column_names(row: Sequence[str]) -> list[str]:
    """Return a name for each column, all different: ``column 2`` where there is none, ``note (2)`` for one met before.

    >>> column_names(["", "note", "note"])
    ['column 1', 'note', 'note (2)']
    """
    names: list[str] = []
    for place, cell in enumerate(row, start=1):
        name = " ".join(cell.split()) or f"column {place}"
        copies = 1
        while (unique := name if copies == 1 else f"{name} ({copies})") in names:
            copies += 1
        names.append(unique)
    return names


def _names(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row names the columns of those below it."""
    if evidence := _evidence_of_row(first, below):
        return evidence > 0
    named = [cell.strip() for cell in first if cell.strip()]
    return len(set(named)) == len(named) and all(map(_looks_like_name, named))


def _evidence_of_row(first: Sequence[str], below: Sequence[Sequence[str]]) -> int:
    """Return what speaks for a row of names: above 0 for, below 0 against it."""
    cells = [cell.strip() for cell in first]
    if _is_series(cells, below):
        return 2
    evidence = sum(
        _evidence(cell, [row[place].strip() for row in below if place < len(row) and row[place].strip()])
        for place, cell in enumerate(cells)
        if cell
    )
    evidence += sum(cell.lower() in _USUAL_NAMES for cell in cells)
    if not cells[0] and _is_counted([row[0] for row in below if row]):
        evidence += 2
    return evidence


def _evidence(cell: str, column: Sequence[str]) -> int:
    """Return what a column says about its first cell: above 0 for a name, below 0 for one value more."""
    if not column:
        return 0
    if cell in column:
        return -2
    kinds = Counter(_kind(value) for value in column)
    kind, count = kinds.most_common(1)[0]
    if kind != "words" and count >= _MOST * len(column):
        if _kind(cell) != kind:
            return 2
        return -2 if kind != "truth" else 0
    if _kind(cell) not in ("words", kind):
        return -1
    mean = sum(map(len, column)) / len(column)
    shortest, longest = min(map(len, column)), max(map(len, column))
    if mean > 20 and len(cell) < min(mean / 2, shortest):
        return 1
    prose = sum(value.count(" ") >= 2 for value in column) > len(column) / 2
    return -1 if prose and cell.count(" ") >= 2 and shortest / 2 <= len(cell) <= 2 * longest else 0


def _kind(cell: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(cell)), "words")


def _is_series(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether the numbers in a row count on in equal steps, as years do that name columns, and others do not."""
    places = [place for place, cell in enumerate(cells) if _is_short_number(cell)]
    step = _step(cells, places)
    if not step:
        return False
    alike = sum(_step(row, [place for place in places if place < len(row)]) == step for row in below)
    return 2 * alike < len(below)


def _step(row: Sequence[str], places: Sequence[int]) -> int | None:
    """Return by how much each of some numbers is greater than the one before; None where they differ in that."""
    if len(places) < 2 or not all(_is_short_number(row[place].strip()) for place in places):
        return None
    steps = {int(row[after]) - int(row[before]) for before, after in pairwise(places)}
    return steps.pop() if len(steps) == 1 else None


def _is_short_number(cell: str) -> bool:
    return cell.isdecimal() and len(cell) < 10


def _is_counted(column: Sequence[str]) -> bool:
    """Tell whether a column only counts its rows."""
    return _step(column, range(len(column))) == 1 or [cell.strip() for cell in column] in (["0"], ["1"])


def _looks_like_name(cell: str) -> bool:
    return 0 < len(cell) <= _LONGEST_NAME and any(map(str.isalpha, cell)) and cell[-1] not in ".!?"
