"""Haystack's filters as our tree."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, Literal

from albert_search.integrations.conditions import metadata_field, one_of, ordered
from albert_search.integrations.extras import needs_framework
from albert_search.storage.catalog import AllOf, AnyOf, Filter, Not, OneOf

with needs_framework("haystack"):
    from haystack import Document
    from haystack.errors import FilterError

DOCUMENT = "_document"
"""Metadata field that keeps all of a document but its metadata: the catalog's own copy of the text is split and
cleaned."""

_ORDERS: dict[str, Literal["<", "<=", ">", ">="]] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
_OWN_FIELDS = {field.name for field in fields(Document)}


def as_where(filters: dict[str, Any] | None) -> Filter | None:
    """Turn a filter into our tree.

    Args:
        filters: A comparison (``field``, ``operator``, ``value``) or a logical condition (``operator``,
            ``conditions``); nothing for every document.

    Returns:
        The tree; None for no filter.

    Raises:
        FilterError: Haystack's own; a key is missing, or a comparison makes no sense.
    """
    return _condition(filters) if filters else None


def _condition(condition: dict[str, Any]) -> Filter:
    return _comparison(condition) if "field" in condition else _logical(condition)


def _logical(condition: dict[str, Any]) -> Filter:
    operator, conditions = _required(condition, "operator"), _required(condition, "conditions")
    parts = tuple(_condition(part) for part in conditions)
    match operator:
        case "AND":
            return AllOf(parts)
        case "OR":
            return AnyOf(parts)
        case "NOT":
            return Not(AllOf(parts))
    raise FilterError(f"{operator!r} joins no conditions: use AND, OR or NOT")


def _comparison(condition: dict[str, Any]) -> Filter:
    field, operator = _field(condition["field"]), _required(condition, "operator")
    value = _required(condition, "value")
    if operator in _ORDERS:
        return ordered(field, _ORDERS[operator], _orderable(value))
    match operator:
        case "==":
            return OneOf(field, (_scalar(value),))
        case "!=":
            return Not(OneOf(field, (_scalar(value),)))
        case "in":
            return one_of(field, _list(value))
        case "not in":
            return Not(one_of(field, _list(value)))
    raise FilterError(f"{operator!r} is no comparison: use == != < <= > >=, in or not in")


def _required(condition: dict[str, Any], key: str) -> Any:
    if key not in condition:
        raise FilterError(f"the key {key!r} is missing in {condition}")
    return condition[key]


def _field(name: str) -> str:
    """Return our name of a field; one that is none of the document's own is one of its metadata."""
    root, _, rest = name.partition(".")
    if name == "id":
        return "path"
    if root == "meta" and rest:
        return metadata_field(rest)
    return metadata_field(f"{DOCUMENT}.{name}" if root in _OWN_FIELDS else name)


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str | int | float | None):
        return value
    raise FilterError(f"a field cannot be compared with {value!r}: give text, a number, true, false or None")


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise FilterError(f"'in' and 'not in' take a list, not {value!r}")
    return [_scalar(item) for item in value]


def _orderable(value: Any) -> Any:
    """Return a value that has an order: a number, or a date in ISO 8601 as text."""
    value = _scalar(value)
    if isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError as error:
            raise FilterError(f"{value!r} is no date in ISO 8601, and other text has no order") from error
    return value
