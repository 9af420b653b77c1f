"""Excel workbooks (xlsx, xlsm)."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException

from albert_search.readers.formats.sheets import Sheet, sheet_documents, shown
from albert_search.readers.formats.zipped import load_zipped
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Note, Skipped


def read(path: Path, options: ReadOptions) -> Iterator[Document | Note | Skipped]:
    """Read an Excel workbook: the values that were computed last, not the formulas; see `sheet_documents`."""
    with reading("a workbook", zipfile.BadZipFile, InvalidFileException, etree.LxmlError, *PARSER_ERRORS):
        with warnings.catch_warnings():  # about what it leaves out: charts, print settings
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(BytesIO(load_zipped(path)), read_only=True, data_only=True)
        sheets = (Sheet(sheet.title, sheet.sheet_state != "visible", _rows(sheet)) for sheet in workbook.worksheets)
        yield from sheet_documents(sheets, path, options)
        workbook.close()


def _rows(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what a file says about its size is not always true
    for row in sheet.iter_rows():
        yield [shown(cell.value, cell.number_format if isinstance(cell.value, int | float) else "") for cell in row]
