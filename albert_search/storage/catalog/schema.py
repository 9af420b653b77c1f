"""The version of the catalog's schema."""

from __future__ import annotations

SCHEMA_VERSION = 4
"""How many migrations a current catalog has had; known here so that a search need not load sqlite-utils."""
