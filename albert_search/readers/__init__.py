"""Files to documents: finding them, and reading each format."""

from __future__ import annotations

from albert_search.readers.discovery import discover, leads_nowhere, reaching
from albert_search.readers.options import ReadOptions
from albert_search.readers.registry import read
from albert_search.readers.text import from_text

__all__ = ["ReadOptions", "discover", "from_text", "leads_nowhere", "reaching", "read"]
