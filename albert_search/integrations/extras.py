"""What a person is told who imports an integration without its framework."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from albert_search.errors import MissingExtra


@contextmanager
def needs_extra(name: str) -> Iterator[None]:
    """Turn a failed import into the command that mends it.

    Args:
        name: The extra that brings the package.

    Raises:
        MissingExtra: A package could not be imported.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra(f"this needs the package {error.name}: pip install 'albert-search[{name}]'") from error
