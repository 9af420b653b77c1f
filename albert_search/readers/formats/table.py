"""Tables with separated values: one document a row, of any number of rows."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from albert_search.errors import ReadError
from albert_search.readers.encodings import LARGEST_LINE_CHARACTERS, lines_of, open_text
from albert_search.readers.formats.fields import row_document, text_fields_among
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import reading
from albert_search.types import Document

_SAMPLE_LINES = 200
_SAMPLE_ROWS = 100
_SEPARATORS = ",;\t|"
_LONGEST_NAME = 64

csv.field_size_limit(LARGEST_LINE_CHARACTERS)


def read(path: Path, options: ReadOptions) -> Iterator[Document]:
    """Read a csv or tsv file; see ``ReadOptions`` for which columns are the text.

    The first row names the columns if all its cells are different, short words and no numbers; otherwise they are
    called ``column 1`` and so on. Empty rows do not count. Cells beyond the last named column belong to that one.
    """
    with reading("a table", csv.Error), open_text(path) as file:
        lines = (line.replace("\0", "") for line in lines_of(file))
        sample = list(islice(lines, _SAMPLE_LINES))
        separator = "\t" if path.suffix.lower() in (".tsv", ".tab") else _separator(sample)
        rows = _rows(chain(sample, lines), separator)
        first = list(islice(rows, _SAMPLE_ROWS))
        names = _column_names(first[0][1] if first else [])
        if first and names == first[0][1]:
            del first[0]
        named = ((line, _by_name(names, cells, separator)) for line, cells in chain(first, rows))
        known = list(islice(named, _SAMPLE_ROWS))
        chosen = _chosen(options, names) or text_fields_among([fields for _, fields in known])
        for number, (line, fields) in enumerate(chain(known, named), start=1):
            yield row_document(path, number, line, fields, chosen)


def _rows(lines: Iterator[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, with the line on which it begins."""
    reader = csv.reader(lines, delimiter=separator)
    line = 1
    for cells in reader:
        if any(cells):
            yield line, cells
        line = reader.line_num + 1


def _separator(sample: list[str]) -> str:
    """Return the separator that cuts most rows into the same number of cells, of those into the most."""

    def evenness(separator: str) -> tuple[float, int]:
        widths = Counter(len(cells) for _, cells in _rows(iter(sample), separator))
        width, rows = widths.most_common(1)[0] if widths else (1, 0)
        return (rows / widths.total(), width) if width > 1 else (0.0, 0)

    return max(_SEPARATORS, key=evenness)


def _column_names(first: list[str]) -> list[str]:
    """Return the first row if it is a header, else names made up."""
    names = [name.strip() for name in first]
    is_header = len(set(names)) == len(names) and all(_is_name(name) for name in names)
    return first if is_header else [f"column {number}" for number in range(1, len(first) + 1)]


def _is_name(cell: str) -> bool:
    return 0 < len(cell) <= _LONGEST_NAME and any(map(str.isalpha, cell)) and cell[-1] not in ".!?"


def _by_name(names: list[str], cells: list[str], separator: str) -> dict[str, str]:
    """Give the cells of a row their names; missing cells are empty."""
    if len(cells) > len(names):
        cells = [*cells[: len(names) - 1], separator.join(cells[len(names) - 1 :])]
    return {name.strip(): cell for name, cell in zip(names, cells + [""] * (len(names) - len(cells)), strict=True)}


def _chosen(options: ReadOptions, names: list[str]) -> tuple[str, ...]:
    """Return the text columns that were asked for.

    Raises:
        ReadError: The table lacks one of them.
    """
    there = [name.strip() for name in names]
    if missing := [name for name in options.text_fields if name not in there]:
        raise ReadError(f"it has no column {missing[0]!r}; its columns are {', '.join(there) or 'none'}")
    return options.text_fields
