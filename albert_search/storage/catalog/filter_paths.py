"""Filters on where a document is, as SQL: a file with its rows, a folder with all below it, or a pattern."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from albert_search.errors import FilterError
from albert_search.storage.catalog.filters import Comparison, OneOf, Value, WrittenComparison

_URI = "coalesce(d.address, d.uri)"
"""A document's address in NFC; ``address`` holds it where that is another spelling than its own."""


def path_sql(where: Comparison | OneOf) -> tuple[str, list[Value]]:
    """Compile a filter on ``path`` for the table ``documents`` under the alias ``d``.

    Args:
        where: The filter.

    Returns:
        A boolean SQL expression, and the values for its question marks.

    Raises:
        FilterError: The comparison makes no sense.
    """
    if isinstance(where, OneOf):
        listed = json.dumps([one_form(str(value)) for value in where.values if value is not None], ensure_ascii=False)
        wanted = "(SELECT value FROM json_each(?))"
        return f"(d.uri IN {wanted} OR d.address IN {wanted})", [listed, listed]
    if where.operator == "exists" or where.value is None:
        return "1" if where.operator in ("exists", "!=") else "0", []
    path = one_form(str(where.value))
    match where.operator:
        case "glob":
            return _below(path)
        case "=" if isinstance(where, WrittenComparison):
            return _meant(_plain(path))
        case "contains":
            return f"instr({_URI}, ?) > 0", [path]
        case "!=":
            return f"{_URI} != ?", [path]
        case "=":
            return "(d.uri = ? OR d.address = ?)", [path, path]
        case "<" | "<=" | ">" | ">=":
            return f"{_URI} {where.operator} ?", [path]
    raise FilterError(f"{where.operator!r} is no comparison: use one of = != < <= > >= glob contains exists")


def one_form(address: str) -> str:
    """Return an address in the one Unicode form that addresses are compared in: NFC."""
    return unicodedata.normalize("NFC", address.encode(errors="backslashreplace").decode())


def _plain(path: str) -> str:
    """Return a path without ``./``; one that begins where we are from the root on."""
    if path in (".", "..") or path.startswith("../"):
        return one_form(str(Path(path).resolve()))
    return re.sub(r"/(\./)+", "/", re.sub(r"^(\./+)+", "", path))


def _meant(path: str) -> tuple[str, list[Value]]:
    """Find what has the very name that is written, or else what fits it as a pattern."""
    if not re.search(r"[*?\[]", path):
        return _below(path)
    literal, values = _below(re.sub(r"[*?\[]", r"[\g<0>]", path))
    pattern, more = _below(path)
    named = f"EXISTS (SELECT 1 FROM documents d WHERE {literal})"
    return f"CASE WHEN {named} THEN {literal} ELSE {pattern} END", [*values, *values, *more]


def _below(path: str) -> tuple[str, list[Value]]:
    """Find what a pattern stands for: a document, the rows of a table, all that is below a folder."""
    name = path.rstrip("/")
    if not path:
        return "0", []
    return f"('/' || {_URI} || '/' GLOB ? OR '/' || {_URI} GLOB ?)", [f"*/{name}/*", f"*/{name}#row=*"]
