"""Lines of separated values to records: quotes that are meant, and quotes that stand by chance."""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from albert_search.readers.encodings import LARGEST_LINE_CHARACTERS

SEPARATORS = ",;\t|"
_MOST_LINES_OF_A_CELL = 1_000
_EXCEL_SEPARATOR = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
_SPACED_QUOTE = re.compile(r'[,;\t|] "')
_NUMBER = re.compile(r"[-+]?[\d.,:/ %$€£-]*\d[\d.,:/ %$€£-]*")

csv.field_size_limit(LARGEST_LINE_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table as it is written.

    Attributes:
        line: Line of the file on which it begins, from 1.
        cells: What stands in it.
    """

    line: int
    cells: list[str]


class Records:
    """The records in some lines that are not empty.

    A quoted cell may hold separators and line ends (RFC 4180) and quotes, written twice or behind a backslash. A quote
    that does not close where a cell can end is a character like others: it spoils no line but its own.
    Source: https://www.rfc-editor.org/rfc/rfc4180.

    Args:
        lines: The lines with their ends.
        separator: What stands between cells.
        width: How many cells most records have; 0 where that is not known yet.
        spaced: Whether a space behind a separator belongs to it.

    Attributes:
        stray: Lines whose quotes were taken for characters.
    """

    def __init__(self, lines: Iterable[str], separator: str, *, width: int = 0, spaced: bool = False) -> None:
        self.stray: list[int] = []
        self._lines = iter(lines)
        self._waiting: deque[str] = deque()
        self._separator = separator
        self._width = width
        self._spaced = spaced

    def __iter__(self) -> Iterator[Record]:
        number = 1
        while (line := self._next()) is not None:
            cells, taken = self._record(line, number)
            if any(map(str.strip, cells)):
                yield Record(number, cells)
            number += taken

    def _next(self) -> str | None:
        return self._waiting.popleft() if self._waiting else next(self._lines, None)

    def _record(self, line: str, number: int) -> tuple[list[str], int]:
        """Return the cells of the record that begins with ``line``, and how many lines it takes."""
        if '"' not in line:
            return [cell.lstrip(" ") if self._spaced else cell for cell in _bare(line).split(self._separator)], 1
        for escaped in (False, True) if '\\"' in line else (False,):
            taken: list[str] = []
            cells = self._parsed(self._fed(line, taken, escaped=escaped))
            if cells is not None and self._is_one_record(cells, taken):
                return cells, len(taken)
            self._waiting.extendleft(reversed(taken[1:]))
        self.stray.append(number)
        return self._literal(_bare(line)), 1

    def _fed(self, line: str, taken: list[str], *, escaped: bool) -> Iterator[str]:
        """Yield the lines of a record as long as they are asked for, and note them in ``taken``."""
        following: str | None = line
        while following is not None and len(taken) < _MOST_LINES_OF_A_CELL:
            taken.append(following)
            yield following.replace('\\"', '""') if escaped else following
            following = self._next()
        if following is not None:
            self._waiting.appendleft(following)

    def _parsed(self, lines: Iterator[str]) -> list[str] | None:
        try:
            reader = csv.reader(lines, delimiter=self._separator, strict=True, skipinitialspace=self._spaced)
            return next(reader, None)
        except csv.Error:
            return None

    def _is_one_record(self, cells: list[str], lines: list[str]) -> bool:
        """Tell a record over several lines from a stray quote with the next one that happens to close it."""
        if len(lines) == 1:
            return True
        if self._width > 1 and len(cells) != self._width:
            return False
        inner = [self._literal(_bare(line)) for line in lines[1:]]
        rows = sum(len(row) == self._width and _begins_alike(row, cells) for row in inner)
        return not (self._width > 1 and rows and 2 * rows >= len(inner))

    def _literal(self, line: str) -> list[str]:
        """Return the cells of a line in which a quote is a character; what is too many belongs to the quote's cell."""
        cells = line.split(self._separator)
        if 1 < self._width < len(cells):
            lenient = next(csv.reader([line], delimiter=self._separator, skipinitialspace=self._spaced), [])
            if len(lenient) == self._width:
                return lenient
            surplus = len(cells) - self._width
            at = next((at for at, cell in enumerate(cells) if cell.lstrip().startswith('"')), len(cells))
            if at + surplus < len(cells):
                cells[at : at + surplus + 1] = [self._separator.join(cells[at : at + surplus + 1])]
        return [_unquoted(cell) for cell in cells]


def _bare(line: str) -> str:
    return line.rstrip("\r\n")


def _unquoted(cell: str) -> str:
    whole = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if whole else cell


def _begins_alike(row: list[str], record: list[str]) -> bool:
    """Tell whether a row's first cell is of the kind of a record's: a number, or none."""
    return bool(_NUMBER.fullmatch(row[0].strip())) == bool(_NUMBER.fullmatch(record[0].strip()))


def named_separator(line: str) -> str | None:
    """Return the separator that Excel's first line ``sep=;`` names."""
    match = _EXCEL_SEPARATOR.fullmatch(line.lstrip("\ufeff"))
    return match[1] if match else None


def likely_separator(sample: list[str]) -> str:
    """Return the separator that cuts most lines into the same number of cells, of those into the most."""

    def evenness(separator: str) -> tuple[float, int]:
        counts = Counter(len(record.cells) for record in Records(sample, separator, spaced=is_spaced(sample)))
        width, rows = counts.most_common(1)[0] if counts else (1, 0)
        return (rows / counts.total(), width) if width > 1 else (0.0, 0)

    return max(SEPARATORS, key=evenness)


def is_spaced(sample: list[str]) -> bool:
    """Tell whether quoted cells stand behind a separator and a space."""
    return any(_SPACED_QUOTE.search(line) for line in sample)


def usual_width(records: Iterable[Record]) -> int:
    """Return how many cells most records have, trailing empty ones not counted."""
    counts = Counter(filled_width(record.cells) for record in records)
    return max(counts, key=lambda width: (counts[width], width)) if counts else 0


def filled_width(cells: list[str]) -> int:
    """Return the number of cells up to the last that is not empty."""
    return max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)
