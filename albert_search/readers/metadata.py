"""Metadata that files carry, as values that JSON can hold."""

from __future__ import annotations

import math
from datetime import date, time
from typing import Any

from albert_search.readers.blocks import clean


def as_json(value: Any) -> Any:
    """Return the JSON value that is nearest to ``value``, its texts cleaned.

    >>> as_json({1: float("nan"), "at": date(2024, 2, 29)})
    {'1': None, 'at': '2024-02-29'}
    """
    if isinstance(value, dict):
        return {clean(str(name)): as_json(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [as_json(inner) for inner in value]
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float)) else clean(str(value))
