"""Documents in, the pieces that get a vector out.

In reading order:

- ``boundaries``: where sentences end.
- ``lengths``: what is too long for the model, cut.
- ``splitter``: documents to sentences, passages, or themselves.
"""

from __future__ import annotations

from albert_search.sentences.splitter import Splitter
from albert_search.types import Unit

__all__ = ["Splitter", "Unit"]
