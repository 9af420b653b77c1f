"""Filters on documents, as a tree.

`filter_parser` reads what a person writes, `filter_sql` finds what matches.
"""

from __future__ import annotations

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
        field: ``path`` for the document's address, else a metadata field; dots reach into nested objects. A leading
            dot makes it a metadata field whatever its name: ``.path``.
        operator: How to compare. ``glob`` takes ``*``, ``?`` and ``[…]``, and for ``path`` reaches rows and what is
            below; ``contains`` looks into a list; ``exists`` ignores the value. ``!=`` also holds where the field is
            missing.
        value: What to compare with. A number compares as a number, even with text that spells one.
    """

    field: str
    operator: Operator
    value: Value = None


class WrittenComparison(Comparison):
    """An order as a person writes it: of a date that the field holds, only as much counts as is given."""

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
