"""The texts that a filter leaves to be searched: their numbers where they are few, a look at each candidate where many.

Numbering half of a million texts takes longer than ranking them; a candidate is looked up in microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from albert_search.arrays import Ids
from albert_search.searching.widening import widening
from albert_search.storage.catalog import Filter, Reading
from albert_search.storage.catalog.filter_plan import is_met_by_more, texts_that_match

FEW = 10_000
"""Documents that are numbered before the nearest among their texts are looked for."""

Candidate = TypeVar("Candidate")


class Selection:
    """What a filter leaves.

    Attributes:
        few: The numbers of its texts, ascending; None where all texts are left, or so many that each candidate is
            looked at instead.

    Args:
        view: The state of the index.
        where: The filter; None for every text.
    """

    def __init__(self, view: Reading, where: Filter | None) -> None:
        self._view = view
        self._where = where
        self.few: Ids | None = None
        self._many = where is not None and is_met_by_more(view.connection, where, FEW)
        if where is not None and not self._many:
            self.few = view.text_ids(where)

    def best(
        self, ask: Callable[[int], Sequence[Candidate]], number: Callable[[Candidate], int], width: int
    ) -> list[Candidate]:
        """Return the best so many candidates that the filter leaves.

        Args:
            ask: Returns so many of the best, best first; among `few` where there are few.
            number: Returns the number of a candidate's text.
            width: How many are wanted.
        """
        where = self._where
        if where is None or not self._many:
            return list(ask(width))
        kept: list[Candidate] = []
        for ranking in widening(ask, width):
            left = texts_that_match(self._view.connection, [number(one) for one in ranking], where)
            kept = [one for one in ranking if number(one) in left]
            if len(kept) >= width:
                break
        return kept[:width]

    def holds(self, text_ids: Sequence[int]) -> set[int]:
        """Return those of some texts that the filter leaves."""
        if self.few is not None:
            return set(np.intersect1d(self.few, text_ids).tolist())
        if self._where is None:
            return set(text_ids)
        return texts_that_match(self._view.connection, text_ids, self._where)
