"""JSON Lines: one document a line, of any number of lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeAlias

from albert_search.readers.encodings import lines_of, open_text
from albert_search.readers.formats.fields import row_document, row_uri, text_fields_among
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import reading
from albert_search.types import Document, Skipped

_SAMPLE_ROWS = 100
_Row: TypeAlias = tuple[int, int, "dict[str, Any] | str"]


def read(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    """Read a JSON Lines file; see ``ReadOptions`` for which fields are the text.

    A line is an object, or a string that is the text itself. One that is neither, or that lacks every text field,
    is skipped. Empty lines do not count.
    """
    with reading("JSON Lines"), open_text(path) as file:
        rows = _rows(lines_of(file))
        first = list(islice(rows, _SAMPLE_ROWS))
        chosen = options.text_fields or text_fields_among([row for _, _, row in first if isinstance(row, dict)])
        for number, line, row in chain(first, rows):
            if isinstance(row, str):
                yield Skipped(row_uri(path, number), row)
            elif not any(isinstance(row.get(name), str) for name in chosen):
                wanted = " or ".join(chosen) or "text"
                yield Skipped(row_uri(path, number), f"it has no field {wanted} that holds a text")
            else:
                yield row_document(path, number, line, row, chosen)


def _rows(lines: Iterator[str]) -> Iterator[_Row]:
    """Yield the number and line of each row, with its fields or the reason why it has none."""
    number = 0
    for line_number, line in enumerate(lines, start=1):
        if line.strip():
            number += 1
            yield number, line_number, _fields(line)


def _fields(line: str) -> dict[str, Any] | str:
    try:
        row = json.loads(line.lstrip("\ufeff"), parse_constant=lambda _: None)
    except RecursionError:
        return "it is nested too deeply"
    except ValueError as error:
        return f"it is not JSON: {error}"
    if isinstance(row, str):
        return {"text": row}
    return row if isinstance(row, dict) else "it is neither an object nor a string"
