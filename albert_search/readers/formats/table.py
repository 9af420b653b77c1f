"""Tables with separated values: one document a row, of any number of rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from albert_search.errors import ReadError
from albert_search.readers.encodings import lines_of, open_text
from albert_search.readers.formats.fields import row_document, text_fields_among
from albert_search.readers.formats.header import column_names, first_of_table, header_row
from albert_search.readers.formats.records import (
    Record,
    Records,
    filled_width,
    is_spaced,
    likely_separator,
    named_separator,
    usual_width,
)
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import reading
from albert_search.types import Document, Note

_SAMPLE_LINES = 200
_SAMPLE_ROWS = 100
_LINES_NAMED = 5
_LONGEST_ABOVE = 2_000


def read(path: Path, options: ReadOptions) -> Iterator[Document | Note]:
    """Read a csv or tsv file; see ``ReadOptions`` for which columns are the text.

    Which row names the columns is decided by comparing it with the rows below; where none does, they are called
    ``column 1`` and so on. Lines above the header become metadata of every row, as ``above``. Empty rows do not count.
    Cells beyond the last named column belong to that one. A quote that is never closed spoils its own row alone.
    """
    with reading("a table", csv.Error), open_text(path) as file:
        lines = (line.replace("\0", "") for line in lines_of(file))
        sample = list(islice(lines, _SAMPLE_LINES))
        separator = named_separator(sample[0]) if sample else None
        if separator:
            sample[0] = "\n"
        elif path.suffix.lower() in (".tsv", ".tab"):
            separator = "\t"
        else:
            separator = likely_separator(sample)
        spaced = is_spaced(sample)
        width = usual_width(Records(sample, separator, spaced=spaced))
        records = Records(chain(sample, lines), separator, width=width, spaced=spaced)
        table = Table(path, options, separator)
        yield from table.documents(iter(records))
        yield from table.notes(records.stray)


class Table:
    """Gives cells their names."""

    def __init__(self, path: Path, options: ReadOptions, separator: str) -> None:
        self._path = path
        self._options = options
        self._separator = separator
        self._names: list[str] = []
        self._header: int | None = None
        self._too_wide = 0

    def documents(self, records: Iterator[Record]) -> Iterator[Document]:
        """Yield the document of each row."""
        first = list(islice(records, _SAMPLE_ROWS))
        above = self._name_columns(first)
        named = ((record.line, self._by_name(record.cells)) for record in chain(first, records))
        known = list(islice(named, _SAMPLE_ROWS))
        chosen = self._chosen() or text_fields_among([fields for _, fields in known])
        for number, (line, fields) in enumerate(chain(known, named), start=1):
            yield row_document(self._path, number, line, {**above, **fields}, chosen)

    def notes(self, stray: list[int]) -> Iterator[Note]:
        """Yield what a person should know about how the table was read."""
        if self._names and self._header:
            yield Note(str(self._path), f"line {self._header} names the columns: {', '.join(self._names)}")
        elif self._names:
            yield Note(str(self._path), f"no line names the columns, so they are called {self._names[0]} and so on")
        if stray:
            yield Note(
                str(self._path),
                f"a quotation mark that encloses no cell stands {_on_lines(stray)}; it was read as it stands",
            )
        if self._too_wide:
            rows = f"{self._too_wide:,} row{'' if self._too_wide == 1 else 's'}"
            yield Note(str(self._path), f"{rows} with more cells than there are columns; the last column has the rest")

    def _name_columns(self, first: list[Record]) -> dict[str, str]:
        """Find the header, take it and what stands above it away, and return the latter as a field of every row."""
        rows = [record.cells for record in first]
        place = header_row(rows, self._options.text_fields)
        begin = first_of_table(rows) if place is None else place
        if place is not None:
            self._header = first[place].line
            self._names = column_names(_trimmed(rows[place], rows[place + 1 :]))
        elif rows:
            width = max(map(filled_width, rows[begin:]))
            self._names = [f"column {number}" for number in range(1, width + 1)]
        above = "\n".join(" ".join(filter(None, map(str.strip, row))) for row in rows[:begin])
        del first[: begin if place is None else begin + 1]
        return {"above": above[:_LONGEST_ABOVE]} if above else {}

    def _by_name(self, cells: list[str]) -> dict[str, str]:
        """Give the cells of a row their names; missing cells are empty."""
        names = self._names
        if len(cells) > len(names):
            cells = cells[: max(len(names), filled_width(cells))]
        if len(cells) > len(names):
            self._too_wide += 1
            cells = [*cells[: len(names) - 1], self._separator.join(cells[len(names) - 1 :])]
        return dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=True))

    def _chosen(self) -> tuple[str, ...]:
        """Return the text columns that were asked for.

        Raises:
            ReadError: The table lacks one of them.
        """
        if missing := [name for name in self._options.text_fields if name not in self._names]:
            raise ReadError(f"it has no column {missing[0]!r}; its columns are {', '.join(self._names) or 'none'}")
        return self._options.text_fields


def _trimmed(header: list[str], below: Iterable[list[str]]) -> list[str]:
    """Return a header without the empty cells at its end below which nothing stands."""
    return header[: max(filled_width(header), *map(filled_width, below), 0)] if below else header


def _on_lines(lines: list[int]) -> str:
    """Say which lines, as far as a person would read on."""
    shown = ", ".join(map(str, lines[:_LINES_NAMED]))
    more = f" and {len(lines) - _LINES_NAMED:,} more" if len(lines) > _LINES_NAMED else ""
    return f"on line{'' if len(lines) == 1 else 's'} {shown}{more}"
