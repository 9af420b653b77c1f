"""Filters on documents, as SQL."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence

from albert_search.errors import FilterError
from albert_search.storage.catalog.filters import (
    A_DATE,
    AllOf,
    Comparison,
    Filter,
    Not,
    OneOf,
    Value,
    WrittenComparison,
)

_DATE_GLOB = "[0-9][0-9][0-9][0-9]-[01][0-9]*"

_LARGEST_INTEGER = 2**63 - 1


def to_sql(where: Filter) -> tuple[str, list[Value]]:
    """Compile a filter for the table ``documents`` under the alias ``d``.

    Args:
        where: The filter.

    Returns:
        A boolean SQL expression, and the values for its question marks.

    Raises:
        FilterError: A comparison makes no sense, such as ``<`` with a list.
    """
    if isinstance(where, Comparison):
        return _comparison(where)
    if isinstance(where, OneOf):
        return _one_of(where)
    if isinstance(where, Not):
        sql, values = to_sql(where.part)
        return f"NOT coalesce({sql}, 0)", values
    every = isinstance(where, AllOf)
    return _joined(where.parts, " AND " if every else " OR ") if where.parts else ("1" if every else "0", [])


def _joined(parts: Sequence[Filter], word: str) -> tuple[str, list[Value]]:
    if len(parts) == 1:
        return to_sql(parts[0])
    # In halves, since SQLite bounds the depth of an expression, and a chain of n links is n deep.
    halves = (parts[: len(parts) // 2], parts[len(parts) // 2 :])
    (left, first), (right, second) = (_joined(half, word) for half in halves)
    return f"({left}{word}{right})", [*first, *second]


def _comparison(where: Comparison) -> tuple[str, list[Value]]:
    field, names = _field(where.field)
    value = _bindable(where)
    match where.operator:
        case "exists":
            return f"{field} IS NOT NULL", names
        case "glob":
            if where.field == "path":
                return _below(str(value))
            return f"coalesce({field} GLOB ?, 0)", [*names, value]
        case "contains":
            # json_each of a missing or plain value holds nothing or that one value.
            if where.field == "path":
                return "instr(d.uri, ?) > 0", [value]
            return "EXISTS (SELECT 1 FROM json_each(d.metadata, ?) WHERE value = ?)", [*names, value]
        case "=" | "!=" if value is None:
            return f"{field} IS {'NOT ' if where.operator == '!=' else ''}NULL", names
        case "!=":
            sql, values = _comparison(Comparison(where.field, "=", value))
            return f"NOT {sql}", values
        case "=" | "<" | "<=" | ">" | ">=":
            if isinstance(where, WrittenComparison) and A_DATE.fullmatch(str(value)):
                return _ordered_date(where, field, names)
            return f"coalesce({_typed(field, value)} {where.operator} ?, 0)", [*names, value]
    raise FilterError(f"{where.operator!r} is no comparison: use one of = != < <= > >= glob contains exists")


def _below(path: str) -> tuple[str, list[Value]]:
    """Find what a path stands for: a document, the rows of a table, all that is below a folder."""
    if not path:
        return "0", []
    name = path.rstrip("/")
    sql = "(d.uri = ? OR '/' || d.uri || '/' GLOB ? OR '/' || d.uri GLOB ?)"
    return sql, [path, f"*/{name}/*", f"*/{name}#row=*"]


def _ordered_date(where: Comparison, field: str, names: list[Value]) -> tuple[str, list[Value]]:
    """Compare a field that holds a date as far as the date is written; one that holds a number as that."""
    written, value = str(where.value), _bindable(where)
    sql = f"""CASE WHEN {field} GLOB ? THEN substr({field}, 1, ?) {where.operator} ?
        ELSE coalesce({_typed(field, value)} {where.operator} ?, 0) END"""
    return sql, [*names, _DATE_GLOB, *names, len(written), written, *names, value]


def _one_of(where: OneOf) -> tuple[str, list[Value]]:
    field, names = _field(where.field)
    if not all(isinstance(value, str | int | float | None) for value in where.values):
        raise FilterError(f"cannot compare {where.field} with lists or objects: give text, numbers, true or false")
    finite = [value for value in where.values if not isinstance(value, float) or math.isfinite(value)]
    # One bound value, however many there are: SQLite bounds both the variables and the depth of an expression.
    listed = json.dumps(finite, ensure_ascii=False).encode(errors="replace").decode()
    sql = f"{field} IN (SELECT value FROM json_each(?))"
    if None not in where.values:
        return sql, [*names, listed]
    return f"({field} IS NULL OR {sql})", [*names, *names, listed]


def _bindable(where: Comparison) -> Value:
    """Return the value as SQLite takes it: integers of 64 bits, text that is UTF-8."""
    value = where.value
    if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
        return float(str(value))
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if not isinstance(value, int | float | None):
        raise FilterError(f"cannot compare {where.field} with {value!r}: give text, a number, true or false")
    return value


def _typed(field: str, value: Value) -> str:
    if isinstance(value, bool):
        return f"as_boolean({field})"
    return f"as_number({field})" if isinstance(value, int | float) else f"CAST({field} AS TEXT)"


def _field(name: str) -> tuple[str, list[Value]]:
    if name == "path":
        return "d.uri", []
    if not name.strip() or re.search(r'["\\\x00]', name):
        raise FilterError(f"{name!r} cannot be the name of a field: it is empty or holds a quote, a backslash or a NUL")
    written = name.removeprefix(".").encode(errors="backslashreplace").decode()
    path = "$" + "".join(f'."{part}"' for part in written.split("."))
    return "json_extract(d.metadata, ?)", [path]


def as_number(value: object) -> float | int | None:
    """Read a metadata value as a number: the SQL function of the same name.

    Args:
        value: What SQLite hands over.

    Returns:
        The number; None for anything that is none, which makes every comparison with it false.
    """
    if isinstance(value, int | float):
        return value
    try:
        return float(str(value)) if value is not None else None
    except ValueError:
        return None


def as_boolean(value: str | int | float | bytes | None) -> str | int | float | bytes | None:
    """Read a metadata value as a truth value: the SQL function of the same name.

    Args:
        value: What SQLite hands over: JSON's true is 1 there, a table's is text.

    Returns:
        1 or 0 for text that spells one; anything else as it is.
    """
    return {"true": 1, "false": 0}.get(value.lower(), value) if isinstance(value, str) else value
