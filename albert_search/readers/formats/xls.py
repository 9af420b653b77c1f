"""Workbooks of Excel before 2007 (xls)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from struct import error as StructError  # noqa: N812
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError

from albert_search.readers.encodings import load
from albert_search.readers.formats.sheets import Sheet, sheet_documents, shown
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Note, Skipped


def read(path: Path, options: ReadOptions) -> Iterator[Document | Note | Skipped]:
    """Read a workbook of Excel 5 to 2003: the values computed last, not the formulas; see `sheet_documents`."""
    with reading("a workbook", xlrd.XLRDError, CompDocError, StructError, *PARSER_ERRORS):
        book = xlrd.open_workbook(
            file_contents=load(path), on_demand=True, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
        sheets = (
            Sheet(name, book._sheet_visibility[number] != 0, _rows(book, number))
            for number, name in enumerate(book.sheet_names())
        )
        yield from sheet_documents(sheets, path, options)


def _rows(book: Any, number: int) -> Iterator[list[str]]:
    sheet = book.sheet_by_index(number)
    for row in range(sheet.nrows):
        yield [_shown(book, cell) for cell in sheet.row(row)]
    book.unload_sheet(number)


def _shown(book: Any, cell: Any) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_DATE:
            try:
                return shown(datetime(*xlrd.xldate_as_tuple(cell.value, book.datemode)))
            except (xlrd.xldate.XLDateError, ValueError):
                return shown(cell.value)
        case xlrd.XL_CELL_BOOLEAN:
            return shown(bool(cell.value))
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, ""))
        case xlrd.XL_CELL_NUMBER:
            style = book.xf_list[cell.xf_index]
            return shown(cell.value, book.format_map[style.format_key].format_str)
    return str(cell.value).strip()
