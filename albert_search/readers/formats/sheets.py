"""The sheets of spreadsheets of any format: a document for each row of a table, or for a sheet that is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import Any

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder
from albert_search.readers.containers import inner_uri
from albert_search.readers.formats.header import header_row
from albert_search.readers.formats.records import Record, filled_width
from albert_search.readers.formats.table import Table
from albert_search.readers.read_options import ReadOptions
from albert_search.types import Document, Note, Skipped

_SAMPLE_ROWS = 100
_MOST_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a spreadsheet.

    Attributes:
        name: What its tab says.
        is_hidden: Whether its tab is not shown.
        rows: Its rows, empty ones too: what the cells show.
    """

    name: str
    is_hidden: bool
    rows: Iterable[list[str]]


def sheet_documents(sheets: Iterable[Sheet], path: Path, options: ReadOptions) -> Iterator[Document | Note | Skipped]:
    """Make documents of sheets; the address of a sheet goes on from the file's as from a folder's.

    A sheet is a table where one of its first rows is a header and most have at least two cells. Its rows are read as
    those of a csv file, with the number that the row has in the sheet as line. Any other sheet is one document, in
    which a line is a row. Hidden sheets are left out.
    """
    for sheet in sheets:
        uri = inner_uri(str(path), sheet.name)
        if sheet.is_hidden:
            yield Note(uri, "it is a hidden sheet and left out")
            continue
        try:
            for found in _documents(sheet, uri, options):
                if isinstance(found, Document):
                    yield replace(found, metadata={"sheet": sheet.name, **found.metadata})
                else:
                    yield found
        except ReadError as error:
            yield Skipped(uri, str(error))


def _documents(sheet: Sheet, uri: str, options: ReadOptions) -> Iterator[Document | Note]:
    records = _records(sheet.rows)
    first = list(islice(records, _SAMPLE_ROWS))
    rows = [record.cells for record in first]
    if header_row(rows, options.text_fields) is not None and _has_columns(rows):
        table = Table(Path(uri), options, " ")
        yield from table.documents(chain(first, records))
        yield from table.notes([])
    elif first:
        builder = DocumentBuilder(uri)
        for record in chain(first, records):
            builder.add(" | ".join(filter(None, record.cells)), line=record.line)
        yield builder.build()


def _has_columns(rows: list[list[str]]) -> bool:
    """Tell whether most rows have at least two cells."""
    return 2 * sum(sum(map(bool, row)) >= 2 for row in rows) > len(rows) > 1


def _records(rows: Iterable[list[str]]) -> Iterator[Record]:
    """Yield the rows that are not empty, with their numbers in the sheet."""
    cells = 0
    for number, row in enumerate(rows, start=1):
        cells += len(row)
        if cells > _MOST_CELLS:
            raise ReadError(f"it holds more than {_MOST_CELLS:,} cells; those from row {number:,} on are left out")
        if any(row):
            yield Record(number, row[: filled_width(row)])


def shown(value: Any, number_format: str = "") -> str:
    """Return what a cell shows, but for units: numbers without needless digits, dates as ISO 8601.

    >>> shown(3.0), shown(0.1 + 0.2), shown(0.15, "0%"), shown(datetime(2024, 3, 1)), shown(True), shown(None)
    ('3', '0.3', '15%', '2024-03-01', 'TRUE', '')
    """
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            is_share = "%" in number_format
            return f"{100 * value:.12g}%" if is_share else f"{value:.15g}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
    return str(value).strip()
