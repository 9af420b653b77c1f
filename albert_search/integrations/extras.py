"""How a framework is imported: without telling its makers, and with a word to whoever has not installed it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from albert_search.errors import MissingExtra

TELEMETRY = {"haystack": ("HAYSTACK_TELEMETRY_ENABLED", "False")}
"""Variable and value that turn a framework's telemetry off, by extra; whoever has set the variable is obeyed."""


@contextmanager
def needs_extra(name: str) -> Iterator[None]:
    """Turn a framework's telemetry off, and a failed import into the command that mends it.

    Args:
        name: The extra that brings the package.

    Raises:
        MissingExtra: A package could not be imported.
    """
    if name in TELEMETRY:
        os.environ.setdefault(*TELEMETRY[name])
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra(f"this needs the package {error.name}: pip install 'albert-search[{name}]'") from error
