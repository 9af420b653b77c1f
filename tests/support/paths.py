"""Where things are that several tests need."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "albert_search"
SHIPPED_FLOAT = PACKAGE / "models" / "albert-search-small" / "checkpoint"
