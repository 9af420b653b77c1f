"""Addresses of documents: as people write them, and as an index keeps them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from albert_search.errors import UsageError
from albert_search.storage.catalog.digests import dump_json, text_hash
from albert_search.types import Metadata

TEXT_ADDRESS = "text:"
"""How the address of a text without one begins."""


def each(targets: str | Path | Iterable[str | Path]) -> list[str | Path]:
    """Return targets as a list; a single one may stand alone."""
    return [targets] if isinstance(targets, str | Path) else list(targets)


def named(targets: str | Path | Iterable[str | Path]) -> list[str | Path]:
    """Return targets as a list, like `each`, after a look at their names.

    Raises:
        UsageError: One is empty, as a variable that was never set; it must not stand for the working folder.
    """
    found = each(targets)
    if not all(map(str, found)):
        raise UsageError("an empty name stands for nothing: name a file, a folder or a document")
    return found


def addresses_of(target: str | Path) -> list[str]:
    """Return the addresses under which something may be indexed: as it is written, and as an absolute path."""
    written = str(target)
    if "\0" in written:
        return [written]  # nothing on disk can have such a name
    path, mark, row = written.partition("#row=")
    home = os.path.expanduser(path)  # noqa: PTH111  # pathlib raises where there is no such user
    absolute = [os.path.abspath(home) + mark + row, os.path.realpath(home) + mark + row]  # noqa: PTH100
    # A name that is not UTF-8 is never indexed; it must not break the looking for it.
    return [address.encode(errors="backslashreplace").decode() for address in dict.fromkeys([written, *absolute])]


def address_of_text(text: str, metadata: Metadata | None = None) -> str:
    """Return the address that a text without one gets: equal texts of equal metadata get equal addresses."""
    address = TEXT_ADDRESS + text_hash(text.encode(errors="backslashreplace").decode()).hex()
    if not metadata:
        return address
    try:
        written = dump_json(metadata)
    except (TypeError, ValueError) as error:
        raise UsageError(f"this metadata cannot be written as JSON: {error}") from error
    return f"{address}:{text_hash(written.encode(errors='backslashreplace').decode()).hex()}"
