"""LlamaIndex's metadata filters as our tree."""

from __future__ import annotations

from typing import Any, Literal

from albert_search.errors import FilterError
from albert_search.integrations.conditions import empty, holds_text, metadata_field, one_of, ordered
from albert_search.integrations.extras import needs_framework
from albert_search.storage.catalog import AllOf, AnyOf, Comparison, Filter, Not, OneOf

with needs_framework("llama-index"):
    from llama_index.core.vector_stores import FilterCondition, FilterOperator, MetadataFilter, MetadataFilters

_ORDERS: dict[FilterOperator, Literal["<", "<=", ">", ">="]] = {
    FilterOperator.LT: "<",
    FilterOperator.LTE: "<=",
    FilterOperator.GT: ">",
    FilterOperator.GTE: ">=",
}

_NEGATIONS = {FilterOperator.NE: FilterOperator.EQ, FilterOperator.NIN: FilterOperator.IN}


def as_where(given: MetadataFilters | None) -> Filter | None:
    """Turn metadata filters, nested ones among them, into our tree.

    Args:
        given: The filters; None for every node.

    Returns:
        The tree; None for no filter.

    Raises:
        FilterError: A value does not fit its operator.
    """
    return _joined(given) if given is not None else None


def _joined(given: MetadataFilters) -> Filter:
    parts = tuple(_joined(part) if isinstance(part, MetadataFilters) else _comparison(part) for part in given.filters)
    if given.condition is FilterCondition.OR and parts:
        return AnyOf(parts)
    return Not(AnyOf(parts)) if given.condition is FilterCondition.NOT else AllOf(parts)


def _comparison(given: MetadataFilter) -> Filter:
    field, value = metadata_field(given.key), given.value
    if given.operator in _ORDERS:
        return ordered(field, _ORDERS[given.operator], value)
    if given.operator in _NEGATIONS:
        return Not(_equality(field, _NEGATIONS[given.operator], value))
    return _equality(field, given.operator, value)


def _equality(field: str, operator: FilterOperator, value: Any) -> Filter:
    match operator:
        case FilterOperator.EQ:
            return OneOf(field, (value,))
        case FilterOperator.IN:
            return one_of(field, value)
        case FilterOperator.IS_EMPTY:
            return empty(field)
        case FilterOperator.TEXT_MATCH | FilterOperator.TEXT_MATCH_INSENSITIVE:
            return holds_text(field, str(value), any_case=operator is FilterOperator.TEXT_MATCH_INSENSITIVE)
        case FilterOperator.CONTAINS:
            return Comparison(field, "contains", value)
        case FilterOperator.ANY:
            return AnyOf(_contained(field, value))
        case FilterOperator.ALL:
            return AllOf((Comparison(field, "exists"), *_contained(field, value)))
    raise FilterError(f"this vector store does not know the operator {operator.value!r}")


def _contained(field: str, values: Any) -> tuple[Filter, ...]:
    if not isinstance(values, list):
        raise FilterError(f"{field[1:]} must be compared with a list of values, not {values!r}")
    return tuple(Comparison(field, "contains", value) for value in values)
