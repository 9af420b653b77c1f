"""Filters on documents, as a tree.

`filter_parser` reads what a person writes, `filter_sql` finds what matches.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">=", "glob", "contains", "exists"]
Value: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against one value.

    Attributes:
        field: ``path`` for the document's address, else a metadata field: a key, or keys of nested objects with dots
            between them. A leading dot makes it a metadata field whatever its name: ``.path``.
        operator: How to compare. ``glob`` takes ``*``, ``?`` and ``[…]``, and for ``path`` reaches rows and what is
            below; ``contains`` is an equality of JSON values, so that 1 is not the text ``1``; ``exists`` ignores the
            value. ``!=`` holds where ``=`` does not, and so where the field is missing.
        value: What to compare with; one item of a list is enough. A number compares as a number, even with text that
            spells one. None stands for a field that is missing.
    """

    field: str
    operator: Operator
    value: Value = None


class WrittenComparison(Comparison):
    """A comparison as a person writes it: a date counts as far as it is given.

    ``=`` means the value as it is written wherever a document has it, and else a pattern of ``*``, ``?`` and ``[…]``.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """One field equals one of any number of values, as JSON values do: 1 is not the text ``1``, but true is 1.

    Attributes:
        field: As in `Comparison`.
        values: The values; None stands for a field that is missing.
    """

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; true when there are none."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; false when there are none."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Filter


Filter: TypeAlias = Comparison | OneOf | AllOf | AnyOf | Not

Where: TypeAlias = str | Sequence[str] | Mapping[str, Value] | Filter | None
"""A filter as a program may give it: ``"year>=2020"``, several of them, ``{"author": "Ann"}``, or the tree."""

A_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
"""A year, a month or a day, as a person writes it."""

LARGEST_INTEGER = 2**63 - 1
"""SQLite's; beyond it a number is a float."""


def as_number(value: object) -> float | int | None:
    """Read a metadata value as a number.

    Args:
        value: Text or a number.

    Returns:
        The number; None for anything that is none, which makes every comparison with it false.
    """
    if isinstance(value, int | float):
        return value
    try:
        number = float(str(value)) if value is not None else math.nan
    except ValueError:
        return None
    return None if math.isnan(number) else number
