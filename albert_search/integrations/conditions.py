"""Conditions that the frameworks' filter languages share, as our tree of filters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal

from albert_search.errors import FilterError
from albert_search.storage.catalog import AnyOf, Comparison, Filter, OneOf


def metadata_field(name: str) -> str:
    """Return how a filter names a metadata field, even one that is called ``path``; dots reach into objects."""
    return f".{name}"


def with_addresses(addresses: Iterable[str]) -> Filter:
    """Hold for the documents with these addresses."""
    return OneOf("path", tuple(addresses))


def one_of(field: str, values: Any) -> Filter:
    """Hold where the field equals one of the values; None stands for a field that is missing.

    Raises:
        FilterError: The values are no list.
    """
    if not isinstance(values, list | tuple | set | frozenset):
        raise FilterError(f"{field.lstrip('.')} must be compared with a list of values, not {values!r}")
    return OneOf(field, tuple(values))


def empty(field: str) -> Filter:
    """Hold where the field is missing, or is an empty text, list or object."""
    return AnyOf((OneOf(field, (None, "")), Comparison(f"{field}.", "exists")))


def ordered(field: str, operator: Literal["<", "<=", ">", ">="], value: Any) -> Filter:
    """Hold where the field comes before or after a value; never for None."""
    return Comparison(field, operator, value) if value is not None else AnyOf(())


def holds_text(field: str, text: str, *, any_case: bool = False) -> Filter:
    """Hold where the field's text has another text in it."""
    return Comparison(field, "glob", f"*{as_glob(text, any_case=any_case)}*")


def as_glob(text: str, *, any_case: bool = False) -> str:
    """Return the glob that only a text itself matches."""
    return "".join(_either_case(letter) if any_case else _literal(letter) for letter in text)


def like_as_glob(pattern: str) -> str:
    """Return the glob for a pattern of SQL's LIKE, in which ``%`` is any text and ``_`` any character."""
    return "".join({"%": "*", "_": "?"}.get(letter) or _either_case(letter) for letter in pattern)


def _literal(letter: str) -> str:
    return re.sub(r"[*?\[]", r"[\g<0>]", letter)


def _either_case(letter: str) -> str:
    lower, upper = letter.lower(), letter.upper()
    return f"[{lower}{upper}]" if lower != upper and len(lower + upper) == 2 else _literal(letter)
