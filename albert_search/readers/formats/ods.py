"""OpenDocument spreadsheets (ods)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from lxml import etree

from albert_search.readers.formats.opendocument import content_of, tag, text_of
from albert_search.readers.formats.sheets import Sheet, sheet_documents
from albert_search.readers.formats.zipped import load_zipped
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Note, Skipped

_MOST_COPIES = 1_000
_ROW, _CELL, _COVERED = map(tag, ("table:table-row", "table:table-cell", "table:covered-table-cell"))
_ROWS_REPEATED, _CELLS_REPEATED = tag("table:number-rows-repeated"), tag("table:number-columns-repeated")
_PARAGRAPH, _DATE, _STYLE = tag("text:p"), tag("office:date-value"), tag("table:style-name")


def read(path: Path, options: ReadOptions) -> Iterator[Document | Note | Skipped]:
    """Read an ods file: what its cells show, dates as ISO 8601; see `sheet_documents`."""
    with reading("an OpenDocument spreadsheet", zipfile.BadZipFile, etree.LxmlError, *PARSER_ERRORS):
        with zipfile.ZipFile(BytesIO(load_zipped(path))) as archive:
            content = content_of(archive)
        hidden = {
            style.get(tag("style:name"))
            for style in content.iterfind(".//{*}automatic-styles/{*}style")
            if any(inner.get(tag("table:display")) == "false" for inner in style)
        }
        sheets = (
            Sheet(table.get(tag("table:name"), "sheet"), table.get(_STYLE) in hidden, _rows(table))
            for table in content.iterfind("./{*}body/{*}spreadsheet/{*}table")
        )
        yield from sheet_documents(sheets, path, options)


def _rows(table: etree._Element) -> Iterator[list[str]]:
    """Yield the rows; one that stands for many, as the empty ones at the end do, is repeated as often as may be."""
    for row in table.iter(_ROW):
        cells: list[str] = []
        for cell in row:
            if cell.tag in (_CELL, _COVERED):
                cells += [_shown(cell)] * _repeats(cell.get(_CELLS_REPEATED))
        while cells and not cells[-1]:
            cells.pop()
        for _ in range(_repeats(row.get(_ROWS_REPEATED)) if cells else 1):
            yield cells


def _repeats(written: str | None) -> int:
    return min(int(written), _MOST_COPIES) if written and written.isdecimal() else 1


def _shown(cell: etree._Element) -> str:
    date = cell.get(_DATE)
    if date:
        return date.removesuffix("T00:00:00")
    return "\n".join(text_of(paragraph) for paragraph in cell if paragraph.tag == _PARAGRAPH).strip()
