"""Semantic search over document collections: ALBERT sentence vectors, FAISS and SQLite."""

from __future__ import annotations

__version__ = "0.1.0"
