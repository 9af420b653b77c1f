"""Filters on documents, as SQL over the table of their fields."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

from albert_search.errors import FilterError
from albert_search.storage.catalog.filter_paths import path_sql
from albert_search.storage.catalog.filters import (
    A_DATE,
    LARGEST_INTEGER,
    AllOf,
    AnyOf,
    Comparison,
    Filter,
    Not,
    OneOf,
    Value,
    WrittenComparison,
    as_number,
)
from albert_search.storage.catalog.metadata_fields import KEPT_CHARACTERS

Sql: TypeAlias = tuple[str, list[Value]]
"""A piece of SQL, and the values for its question marks."""

_DATE_GLOB = "[0-9][0-9][0-9][0-9]-[01][0-9]*"
_YEAR_GLOB = "[0-9][0-9][0-9][0-9]"
_TRUTHS: dict[bool, str] = {True: "'true', 'True', 'TRUE'", False: "'false', 'False', 'FALSE'"}
_HOLDS_ALL: Sql = ("1", [])
_HOLDS_NONE: Sql = ("0", [])


def to_sql(where: Filter) -> Sql:
    """Compile a filter for the table ``documents`` under the alias ``d``.

    Args:
        where: The filter.

    Returns:
        A boolean SQL expression, and the values for its question marks.

    Raises:
        FilterError: A comparison makes no sense, such as ``<`` with a list.
    """
    match where:
        case Not(part):
            sql, values = to_sql(part)
            # Most addresses have no other spelling, and what is compared with NULL is neither true nor false.
            return f"NOT coalesce({sql}, 0)", values
        case AllOf(parts):
            return _joined(parts, " AND ") if parts else _HOLDS_ALL
        case AnyOf(parts):
            return _joined(parts, " OR ") if parts else _HOLDS_NONE
        case OneOf(field) | Comparison(field) if field == "path":
            return path_sql(where)
        case Comparison(field, "!=", value):
            return to_sql(Not(Comparison(field, "=", value)))
        case Comparison(_, "exists" | "=", None):
            missing = where.operator == "="
            sql, values = _exists(where)
            return f"{'NOT ' if missing else ''}{sql}", values
        case OneOf(field, wanted) if None in wanted:
            rest = OneOf(field, tuple(value for value in wanted if value is not None))
            return to_sql(AnyOf((Comparison(field, "=", None), rest)))
    # The plus keeps SQLite from looking among all documents' values: one document has few.
    sql, values = _rows(where)
    return f"EXISTS (SELECT 1 FROM fields f WHERE f.document_id = d.id AND +{sql})", values


def parts_of(where: Filter) -> Sequence[Filter]:
    """Return filters that must all hold for a filter to hold."""
    return [deeper for part in where.parts for deeper in parts_of(part)] if isinstance(where, AllOf) else [where]


def finder(where: Filter) -> Sql | None:
    """Compile a filter to a query that finds the numbers of the documents by an index.

    Args:
        where: The filter.

    Returns:
        A SELECT; None where every document would have to be looked at.
    """
    match where:
        case AnyOf(parts):
            each = [finder(part) for part in parts]
            known = [sql for sql in each if sql is not None]
            if not parts or len(known) < len(parts) or len(known) > MOST_UNITED:
                return None
            return " UNION ALL ".join(sql for sql, _ in known), [value for _, values in known for value in values]
        case Comparison(field, operator, value) if field != "path" and operator != "!=" and value is not None:
            pass
        case OneOf(field, wanted) if field != "path" and None not in wanted:
            pass
        case _:
            return None
    sql, values = _rows(where)
    return f"SELECT f.document_id FROM fields f WHERE {sql}", values


MOST_UNITED = 100
"""Alternatives that are looked up one by one; SQLite bounds how many queries may be united."""


def _joined(parts: Sequence[Filter], word: str) -> Sql:
    if len(parts) == 1:
        return to_sql(parts[0])
    # In halves, since SQLite bounds the depth of an expression, and a chain of n links is n deep.
    halves = (parts[: len(parts) // 2], parts[len(parts) // 2 :])
    (left, first), (right, second) = (_joined(half, word) for half in halves)
    return f"({left}{word}{right})", [*first, *second]


def _exists(where: Comparison) -> Sql:
    """Find a field that holds something, itself or below it."""
    name = _name(where.field)
    sql = "EXISTS (SELECT 1 FROM fields f WHERE f.document_id = d.id AND (f.name = ? OR f.name >= ? AND f.name < ?))"
    return sql, [name, f"{name}.", f"{name}/"]


def _rows(where: Comparison | OneOf) -> Sql:
    """Return what holds of a row of ``fields`` that meets a comparison; each alternative can use an index."""
    condition, values = _one_of(where) if isinstance(where, OneOf) else _compared(where)
    return f"f.name = ? AND ({condition})", [_name(where.field), *values]


def _compared(where: Comparison) -> Sql:
    value = _bindable(where)
    match where.operator:
        case "contains":
            return _one_of(OneOf(where.field, (value,)))
        case "glob":
            return _glob(str(value))
        case "=" if isinstance(value, bool):
            return f"f.value = ? OR f.value IN ({_TRUTHS[value]})", [int(value)]
        case "=" if isinstance(where, WrittenComparison):
            return _written(where.field, value)
        case "=" | "<" | "<=" | ">" | ">=":
            if isinstance(where, WrittenComparison) and A_DATE.fullmatch(str(value)):
                return _dated(where.operator, str(value), value)
            if isinstance(value, str):
                return _text(where.operator, value)
            return f"f.number {where.operator} ?", [value]
    raise FilterError(f"{where.operator!r} is no comparison: use one of = != < <= > >= glob contains exists")


def _text(operator: str, text: str) -> Sql:
    """Compare as text; a number as it is written. Numbers come before all text in the index."""
    if operator == "=":
        same, values = _one_of(OneOf("", (text,)))
        if (number := as_number(text)) is None:
            return same, values
        return f"{same} OR f.value = ? AND CAST(f.value AS TEXT) = ?", [*values, number, text]
    kept = "f.value" if len(text) < KEPT_CHARACTERS else "coalesce(f.whole, f.value)"
    sql = f"f.value >= '' AND {kept} {operator} ? OR f.value < '' AND CAST(f.value AS TEXT) {operator} ?"
    return sql, [text, text]


def _glob(pattern: str) -> Sql:
    start = re.split(r"[*?\[]", pattern, maxsplit=1)[0][: KEPT_CHARACTERS - 1]
    sql = "f.value >= ? AND f.value < ? AND coalesce(f.whole, f.value) GLOB ?"
    return f"{sql} OR f.value < '' AND CAST(f.value AS TEXT) GLOB ?", [start, f"{start}\U0010ffff", pattern, pattern]


def _written(field: str, value: Value) -> Sql:
    """Find what a person means by a value: that very one; a date that begins so; or else what fits the pattern."""
    text = str(value)
    number: Sql = ("f.number = ?", [value])
    literal, values = _text("=", text) if isinstance(value, str) else number
    if A_DATE.fullmatch(text):
        begun = "f.value >= ? AND f.value < ? AND f.value GLOB ?"
        return f"{literal} OR {begun}", [*values, text, f"{text}\U0010ffff", _DATE_GLOB]
    if not isinstance(value, str) or not re.search(r"[*?\[]", text):
        return literal, values
    pattern, more = _glob(text)
    named = f"EXISTS (SELECT 1 FROM fields f WHERE f.name = ? AND ({literal}))"
    return f"CASE WHEN {named} THEN {literal} ELSE {pattern} END", [_name(field), *values, *values, *more]


def _dated(operator: str, written: str, value: Value) -> Sql:
    """Compare a field that holds a date as far as the date is written; one that holds a number as that."""
    # What begins as is written counts as equal: it comes before the text that ends in the last character there is.
    bound = written if operator in ("<", ">=") else f"{written}\U0010ffff"
    sql = f"f.value >= '' AND f.value {operator} ? AND f.value GLOB ?"
    if isinstance(value, str):
        year = f"f.value GLOB ? AND CAST(f.value AS TEXT) {operator} ?"
        return f"{sql} OR {year}", [bound, _DATE_GLOB, _YEAR_GLOB, bound]
    return f"{sql} OR f.number {operator} ? AND NOT f.value GLOB ?", [bound, _DATE_GLOB, value, _DATE_GLOB]


def _one_of(where: OneOf) -> Sql:
    values = [_bindable(Comparison(where.field, "=", value)) for value in where.values]
    finite = [value for value in values if not isinstance(value, float) or math.isfinite(value)]
    # One bound value, however many there are: SQLite bounds both the variables and the depth of an expression.
    kept = [value[:KEPT_CHARACTERS] if isinstance(value, str) else value for value in finite]
    sql = "f.value IN (SELECT value FROM json_each(?))"
    if kept == finite:
        sql = f"{sql} AND f.whole IS NULL" if any(len(str(value)) == KEPT_CHARACTERS for value in kept) else sql
        return sql, [json.dumps(kept, ensure_ascii=False)]
    whole = "coalesce(f.whole, f.value) IN (SELECT value FROM json_each(?))"
    return f"{sql} AND {whole}", [json.dumps(kept, ensure_ascii=False), json.dumps(finite, ensure_ascii=False)]


def _bindable(where: Comparison) -> Value:
    """Return the value as SQLite takes it: integers of 64 bits, text that is UTF-8 and NFC."""
    value = where.value
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return float(str(value))
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.encode(errors="backslashreplace").decode())
    if not isinstance(value, int | float | None):
        raise FilterError(
            f"cannot compare {where.field.lstrip('.')} with {value!r}: give text, a number, true or false,"
            " or one of several by joining filters; lists and objects are not compared as a whole"
        )
    return value


def _name(field: str) -> str:
    if not field.strip():
        raise FilterError("a filter needs the name of a field: FIELD=VALUE")
    return unicodedata.normalize("NFC", field.removeprefix(".").encode(errors="backslashreplace").decode())
