"""What Office files say about themselves in their core properties."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from albert_search.readers.blocks import clean, folded
from albert_search.types import Metadata


def core_metadata(properties: Any) -> Metadata:
    """Return the core properties of python-docx or python-pptx that are filled in, dates as ISO 8601."""
    found: dict[str, str] = {}
    for name in ("title", "author", "subject", "keywords", "language"):
        if value := folded(clean(str(getattr(properties, name) or ""))):
            found[name] = value
    for name in ("created", "modified"):
        if isinstance(value := getattr(properties, name), datetime):
            found[name] = value.isoformat()
    return found
