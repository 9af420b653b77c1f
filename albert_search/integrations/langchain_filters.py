"""LangChain's two filter languages, as our tree: mappings in the way of MongoDB, and structured queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from albert_search.errors import FilterError
from albert_search.integrations.conditions import like_as_glob, metadata_field, one_of, ordered
from albert_search.integrations.extras import needs_framework
from albert_search.storage.catalog import AllOf, AnyOf, Comparison, Filter, Not, OneOf, Where, as_filter

with needs_framework("langchain"):
    from langchain_core import structured_query

AnyFilter: TypeAlias = Where | Mapping[str, Any] | structured_query.FilterDirective

_ORDERS: dict[str, Literal["<", "<=", ">", ">="]] = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def as_where(given: AnyFilter) -> Filter | None:
    """Turn any form of a filter into our tree.

    Args:
        given: A mapping of fields to values or comparisons, joined by ``$and``, ``$or`` and ``$not``; a directive of
            ``langchain_core.structured_query``; or whatever `Index.search` takes.

    Returns:
        The tree; None for no filter.

    Raises:
        FilterError: It cannot be understood.
    """
    if isinstance(given, structured_query.FilterDirective):
        translated: Filter = given.accept(AlbertSearchTranslator())
        return translated
    return _mapping(given) if isinstance(given, Mapping) else as_filter(given)


class AlbertSearchTranslator(structured_query.Visitor):
    """Turns the structured queries of a self-querying retriever into arguments of `AlbertSearchVectorStore`."""

    def visit_operation(self, operation: structured_query.Operation) -> Filter:
        """Translate a conjunction, a disjunction or a negation."""
        parts = tuple(argument.accept(self) for argument in operation.arguments)
        if operation.operator is structured_query.Operator.NOT:
            return Not(AllOf(parts))
        return AllOf(parts) if operation.operator is structured_query.Operator.AND else AnyOf(parts)

    def visit_comparison(self, comparison: structured_query.Comparison) -> Filter:
        """Translate the comparison of a field with a value."""
        return _comparison(comparison.attribute, comparison.comparator.value, comparison.value)

    def visit_structured_query(self, structured_query: structured_query.StructuredQuery) -> tuple[str, dict[str, Any]]:
        """Translate a query with its filter into the question and the arguments of a search."""
        where = structured_query.filter
        return structured_query.query, {} if where is None else {"filter": where.accept(self)}


def _mapping(given: Any) -> Filter:
    if not isinstance(given, Mapping):
        raise FilterError(f"a filter joins mappings of fields to values, not {given!r}")
    return AllOf(tuple(_entry(name, value) for name, value in given.items()))


def _mappings(name: str, given: Any) -> tuple[Filter, ...]:
    if not isinstance(given, list | tuple):
        raise FilterError(f"{name} joins a list of mappings, not {given!r}")
    return tuple(_mapping(part) for part in given)


def _entry(name: str, value: Any) -> Filter:
    match name:
        case "$and":
            return AllOf(_mappings(name, value))
        case "$or":
            return AnyOf(_mappings(name, value))
        case "$not":
            return Not(_mapping(value))
    if not isinstance(value, Mapping):
        return _comparison(name, "eq", value)
    return AllOf(tuple(_comparison(name, operator.removeprefix("$"), wanted) for operator, wanted in value.items()))


def _comparison(name: str, operator: str, value: Any) -> Filter:
    if name.startswith("$"):
        raise FilterError(f"{name} joins no filters: use $and, $or or $not")
    field = metadata_field(name)
    if operator in _ORDERS:
        return ordered(field, _ORDERS[operator], value)
    match operator:
        case "eq":
            return OneOf(field, (value,))
        case "ne":
            return Not(OneOf(field, (value,)))
        case "in":
            return one_of(field, value)
        case "nin":
            return Not(one_of(field, value))
        case "contain" | "contains":
            return Comparison(field, "contains", value)
        case "like":
            return Comparison(field, "glob", like_as_glob(str(value)))
        case "exists":
            return Comparison(field, "exists") if value else Not(Comparison(field, "exists"))
    raise FilterError(f"${operator} is no comparison: use $eq $ne $lt $lte $gt $gte $in $nin $contains $like $exists")
