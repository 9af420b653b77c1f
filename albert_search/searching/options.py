"""Options of a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from albert_search.errors import UsageError
from albert_search.storage.catalog import Filter
from albert_search.types import DEFAULT_MODE, Mode


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Options by which hits are chosen and shown.

    Attributes:
        k: How many hits; fewer only where fewer match.
        min_score: Leave out what scores lower; cosine in [-1, 1].
        min_relevance: Leave out what is less relevant; a share in [0, 1].
        where: Only sentences of documents that match; they are chosen before the nearest are.
        context: How many neighbouring sentences to show before and after.
        merge: Whether neighbouring hits of one document become one.
        every_copy: Whether each place of the same text is a hit of its own.
        mode: Whether to rank by meaning, by words, or by both.
        rerank: Whether to put the first candidates in order anew by their tokens; None for where both meaning and words
            rank and the model can.
    """

    k: int = 10
    min_score: float = -1.0
    min_relevance: float = 0.0
    where: Filter | None = None
    context: int = 0
    merge: bool = False
    every_copy: bool = False
    mode: Mode = DEFAULT_MODE
    rerank: bool | None = None

    def __post_init__(self) -> None:
        if self.k < 1:
            raise UsageError(f"k must be at least 1, not {self.k}")
        if not -1 <= self.min_score <= 1:
            raise UsageError(f"a score is a cosine: min_score must be from -1 to 1, not {self.min_score:g}")
        if not 0 <= self.min_relevance <= 1:
            raise UsageError(f"min_relevance is a share: it must be from 0 to 1, not {self.min_relevance:g}")
        if self.mode not in get_args(Mode):
            raise UsageError(f"mode must be one of {', '.join(get_args(Mode))}, not {self.mode!r}")
        if self.rerank and self.mode == "keyword":
            raise UsageError("a ranking by words alone is not reranked: rank by meaning or by both, or do not rerank")
        if self.context < 0:
            raise UsageError(f"context must be 0 or more, not {self.context}")
