"""Filters on documents: what a person writes after ``--where``, as a tree.

A filter names the document's ``path`` or one of its metadata fields::

    path=docs/*.md      author=Ann*      year>=2020      date<2024-06      draft!=true      tag

A path stands for the file with all its rows, or for the folder with all that is below it. A date is compared as far as
it is written, so that ``date<=2024`` takes in all of 2024, and ``date=2024-05`` all of May.
Where the field holds a list, ``tags=git`` holds for each of its items.
Filters that are given together must all hold. Programs build the same tree with `Comparison`, `OneOf`, `AllOf`,
`AnyOf` and `Not`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import cast

from albert_search.errors import FilterError
from albert_search.storage.catalog.filters import (
    A_DATE,
    AllOf,
    AnyOf,
    Comparison,
    Filter,
    Not,
    OneOf,
    Operator,
    Value,
    Where,
    WrittenComparison,
)

_COMPARISON = re.compile(
    r"\s*(?P<field>[^=!<>]*[^=!<>\s])\s*(?P<operator>!=|<=|>=|=|<|>)\s*(?P<value>.*?)\s*", re.DOTALL
)
_FIELD = re.compile(r"\s*([^=!<>\s]+)\s*")


def as_filter(where: Where) -> Filter | None:
    """Turn any form of a filter into the tree.

    Args:
        where: One expression, several that must all hold, fields with the values they must have, or a tree.

    Returns:
        The tree; None for no filter.

    Raises:
        FilterError: It cannot be understood.
    """
    if where is None or isinstance(where, Comparison | OneOf | AllOf | AnyOf | Not):
        return where
    if isinstance(where, str):
        return parse_filter(where)
    if not where:
        return None
    if isinstance(where, Mapping):
        return AllOf(tuple(Comparison(field, "=", value) for field, value in where.items()))
    expressions = list(where) if isinstance(where, Iterable) else [where]
    if not all(isinstance(expression, str) for expression in expressions):
        raise FilterError(f"{where!r} is no filter: give expressions such as 'year>=2020', or fields with their values")
    return AllOf(tuple(parse_filter(expression) for expression in expressions))


def parse_filter(expression: str) -> Filter:
    """Read one filter as a person writes it.

    Args:
        expression: For example ``path=docs/*.md``, ``path!=*.txt``, ``year>=2020`` or ``tag`` (the field exists).

    Returns:
        The filter it stands for.

    Raises:
        FilterError: It cannot be understood.
    """
    if alone := _FIELD.fullmatch(expression):
        return Comparison(alone[1], "exists")
    match = _COMPARISON.fullmatch(expression)
    if match is None:
        raise FilterError(f"cannot understand the filter {expression!r}: write FIELD=VALUE, FIELD>=NUMBER or FIELD")
    field, operator, written = match["field"], match["operator"], match["value"]
    value = written if field == "path" else _value(written)
    if operator in ("=", "!="):
        equal = _equality(field, value)
        return equal if operator == "=" else Not(equal)
    return WrittenComparison(field, cast(Operator, operator), value)


def _equality(field: str, value: Value) -> Filter:
    """Return what holds where a field, or an item of the list in it, is what a person wrote."""
    if isinstance(value, str) and (field == "path" or re.search(r"[*?\[]", value)):
        return Comparison(field, "glob", value)
    equal = (Comparison(field, "=", value), Comparison(field, "contains", value))
    if not A_DATE.fullmatch(str(value)):
        return AnyOf(equal)
    return AnyOf((*equal, AllOf((WrittenComparison(field, ">=", value), WrittenComparison(field, "<=", value)))))


def _value(written: str) -> Value:
    try:
        value = json.loads(written)
    except ValueError:
        return written
    return value if isinstance(value, str | int | float | bool) else written
