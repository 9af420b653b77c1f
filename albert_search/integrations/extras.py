"""Imports of frameworks: without telemetry, and with the command that installs one that is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from albert_search.errors import needs_extra

TELEMETRY = {"haystack": ("HAYSTACK_TELEMETRY_ENABLED", "False")}
"""Variable and value that turn a framework's telemetry off, by extra; whoever has set the variable is obeyed."""


@contextmanager
def needs_framework(extra: str) -> Iterator[None]:
    """Turn a framework's telemetry off, and a failed import into the command that mends it.

    Args:
        extra: The extra that brings the framework.

    Raises:
        MissingExtra: A package could not be imported.
    """
    if extra in TELEMETRY:
        os.environ.setdefault(*TELEMETRY[extra])
    with needs_extra(extra):
        yield
