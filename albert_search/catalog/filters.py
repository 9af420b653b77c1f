"""Filters on documents: what a person writes after ``--where``, as a tree, and that tree as SQL.

A filter names the document's ``path`` or one of its metadata fields::

    path=docs/*.md      author=Ann*      year>=2020      draft!=true      tag

Filters that are given together must all hold. Programs build the same tree with `Comparison`, `All`,
`Any` and `Not`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from albert_search.errors import FilterError

Operator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">=", "glob", "contains", "exists"]
Value: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against one value.

    Attributes:
        field: ``path`` for the document's address, else a metadata field; dots reach into nested objects.
        operator: How to compare. ``glob`` takes ``*``, ``?`` and ``[…]``; ``contains`` looks into a list;
            ``exists`` ignores the value. ``!=`` also holds where the field is missing.
        value: What to compare with. A number compares as a number, even with text that spells one.
    """

    field: str
    operator: Operator
    value: Value = None


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; true when there are none."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds; false when there are none."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Filter


Filter: TypeAlias = Comparison | All | Any | Not

Where: TypeAlias = str | Sequence[str] | Mapping[str, Value] | Filter | None
"""A filter as a program may give it: ``"year>=2020"``, several of them, ``{"author": "Ann"}``, or the tree."""

_EXPRESSION = re.compile(r"\s*(?P<field>[^=!<>\s]+)\s*(?:(?P<operator>!=|<=|>=|=|<|>)\s*(?P<value>.*?)\s*)?", re.DOTALL)


def as_filter(where: Where) -> Filter | None:
    """Turn any form of a filter into the tree.

    Args:
        where: One expression, several that must all hold, fields with the values they must have, or a tree.

    Returns:
        The tree; None for no filter.

    Raises:
        FilterError: An expression cannot be understood.
    """
    if where is None or isinstance(where, Comparison | All | Any | Not):
        return where
    if isinstance(where, str):
        return parse_filter(where)
    if isinstance(where, Mapping):
        return All(tuple(Comparison(field, "=", value) for field, value in where.items()))
    return All(tuple(parse_filter(expression) for expression in where)) if where else None


def parse_filter(expression: str) -> Comparison:
    """Read one filter as a person writes it.

    Args:
        expression: For example ``path=docs/*.md``, ``year>=2020`` or ``tag`` (the field exists).

    Returns:
        The comparison it stands for.

    Raises:
        FilterError: It cannot be understood.
    """
    match = _EXPRESSION.fullmatch(expression)
    if match is None:
        raise FilterError(f"cannot understand the filter {expression!r}: write FIELD=VALUE, FIELD>=NUMBER or FIELD")
    field, operator, written = match["field"], match["operator"], match["value"]
    if operator is None:
        return Comparison(field, "exists")
    value = _value(written)
    if operator == "=" and isinstance(value, str) and (field == "path" or re.search(r"[*?\[]", value)):
        return Comparison(field, "glob", value)
    return Comparison(field, operator, value)


def _value(written: str) -> Value:
    try:
        value = json.loads(written)
    except ValueError:
        return written
    return value if isinstance(value, str | int | float | bool) else written


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
    if isinstance(where, Not):
        sql, values = to_sql(where.part)
        return f"NOT coalesce({sql}, 0)", values
    joined = _joined(where.parts, " AND " if isinstance(where, All) else " OR ")
    return joined or ("1" if isinstance(where, All) else "0", [])


def _joined(parts: Sequence[Filter], word: str) -> tuple[str, list[Value]] | None:
    if not parts:
        return None
    compiled = [to_sql(part) for part in parts]
    sql = "(" + word.join(part for part, _ in compiled) + ")"
    return sql, [value for _, values in compiled for value in values]


def _comparison(where: Comparison) -> tuple[str, list[Value]]:
    field, names = _field(where.field)
    match where.operator:
        case "exists":
            return f"{field} IS NOT NULL", names
        case "glob":
            if where.field != "path":
                return f"coalesce({field} GLOB ?, 0)", [*names, where.value]
            return "(d.uri GLOB ? OR d.uri GLOB ?)", [where.value, f"*/{where.value}"]
        case "contains":
            # json_each of a missing or plain value holds nothing or that one value.
            if where.field == "path":
                return "instr(d.uri, ?) > 0", [where.value]
            return "EXISTS (SELECT 1 FROM json_each(d.metadata, ?) WHERE value = ?)", [*names, where.value]
        case "=" | "!=" if where.value is None:
            return f"{field} IS {'NOT ' if where.operator == '!=' else ''}NULL", names
        case "!=":
            sql, values = _comparison(Comparison(where.field, "=", where.value))
            return f"NOT {sql}", values
        case "=" | "<" | "<=" | ">" | ">=":
            return f"coalesce({_typed(field, where)} {where.operator} ?, 0)", [*names, where.value]
    raise FilterError(f"{where.operator!r} is no comparison: use one of = != < <= > >= glob contains exists")


def _typed(field: str, where: Comparison) -> str:
    if isinstance(where.value, bool) or where.value is None:
        return field
    return f"as_number({field})" if isinstance(where.value, int | float) else f"CAST({field} AS TEXT)"


def _field(name: str) -> tuple[str, list[Value]]:
    if name == "path":
        return "d.uri", []
    path = "$" + "".join(f'."{part}"' for part in name.replace('"', "").split("."))
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
