"""Files to documents: finding them, and reading each format."""

from __future__ import annotations

from albert_search.readers.discovery import discover, leads_nowhere, reaching
from albert_search.readers.formats.text import from_text
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.registry import read

__all__ = ["ReadOptions", "discover", "from_text", "leads_nowhere", "reaching", "read"]
