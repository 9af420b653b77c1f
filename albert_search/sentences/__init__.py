"""Documents in, the pieces that get a vector out."""

from __future__ import annotations

from albert_search.sentences.splitter import Splitter
from albert_search.types import Unit

__all__ = ["Splitter", "Unit"]
