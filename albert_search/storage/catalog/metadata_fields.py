"""A document's metadata as rows, so that a filter finds documents by an index and reads no JSON.

>>> [(row.name, row.value) for row in field_rows({"http.status": 404, "user": {"tags": ["a", "b"]}})]
[('http.status', 404), ('user.tags', 'a'), ('user.tags', 'b')]
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from albert_search.storage.catalog.digests import dump_json
from albert_search.storage.catalog.filters import LARGEST_INTEGER, as_number

KEPT_CHARACTERS = 64
"""Of a longer text only so many are in the index; any shorter text is told from it by these alone."""


class FieldRow(NamedTuple):
    """One value of one field of a document.

    Attributes:
        name: Keys from the outermost in, with dots between them; NFC.
        value: Text (NFC, its first `KEPT_CHARACTERS`), or a number; true is 1.
        number: The value as a number, where it is one or spells one.
        whole: The text, where it is longer than what is in ``value``.
    """

    name: str
    value: str | int | float
    number: int | float | None
    whole: str | None


def field_rows(metadata: Mapping[str, Any], language: str | None = None) -> list[FieldRow]:
    """Return a row for each value in a document's metadata, each once.

    A list stands for its items. A null is not there; an empty list or object is a row whose name ends in a dot.
    Where ``{"a.b": …}`` and ``{"a": {"b": …}}`` meet, the key that is written so wins.

    Args:
        metadata: JSON values.
        language: Of the document; it is the field ``language`` unless the metadata has one.
    """
    depths: dict[str, int] = {}
    found: dict[tuple[str, str | int | float], int] = {}
    for name, value, depth in _leaves(metadata, "", 0):
        name = unicodedata.normalize("NFC", name)
        depths[name] = min(depth, depths.get(name, depth))
        key = (name, _storable(value))
        found[key] = min(depth, found.get(key, depth))
    if language is not None and "language" not in depths:
        found["language", language] = depths["language"] = 1
    return [_row(name, value) for (name, value), depth in found.items() if depth == depths[name]]


def metadata_json(metadata: Mapping[str, Any]) -> str:
    """Write metadata as SQLite can read it: numbers that JSON does not know become null, broken characters ``?``."""
    written = dump_json(dict(metadata))
    if "NaN" in written or "Infinity" in written:
        written = dump_json(json.loads(written, parse_constant=lambda _: None))
    return written.encode(errors="replace").decode()


def address_of(uri: str) -> str | None:
    """Return a document's address in NFC, the form in which addresses are compared; None where it is that already."""
    address = unicodedata.normalize("NFC", uri)
    return address if address != uri else None


def _leaves(value: Any, name: str, depth: int) -> Iterator[tuple[str, Any, int]]:
    match value:
        case None:
            return
        case Mapping() | list() if not value and depth:
            yield f"{name}.", 0, depth + 1  # nothing, but there
        case Mapping():
            for key, inner in value.items():
                yield from _leaves(inner, f"{name}.{key}" if depth else str(key), depth + 1)
        case list():
            for item in value:
                yield from _leaves(item, name, depth)
        case _:
            yield name, value, depth


def _storable(value: str | int | float | bool) -> str | int | float:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return float(value) if abs(value) < 1 << 1023 else math.copysign(math.inf, value)
    return int(value) if isinstance(value, bool) else value


def _row(name: str, value: str | int | float) -> FieldRow:
    number = as_number(value)
    long = isinstance(value, str) and len(value) > KEPT_CHARACTERS
    return (
        FieldRow(name, str(value)[:KEPT_CHARACTERS], number, str(value))
        if long
        else FieldRow(name, value, number, None)
    )
