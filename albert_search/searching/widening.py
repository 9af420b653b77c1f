"""Rankings that are asked for wider and wider, while what is kept of them is too little."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Ranked = TypeVar("Ranked")

FACTOR = 4
"""How much wider each further ranking is: all of them together cost a third more than the last alone."""


def widening(ask: Callable[[int], Sequence[Ranked]], width: int) -> Iterator[Sequence[Ranked]]:
    """Yield longer and longer rankings; whoever has enough stops, and the last one has all that there is.

    Args:
        ask: Returns so many of the best, best first; fewer only where there are no more.
        width: Length of the first ranking, at least 1.

    Example:
        >>> list(widening(lambda width: range(9)[:width], 2))
        [range(0, 2), range(0, 8), range(0, 9)]
    """
    while True:
        ranking = ask(width)
        yield ranking
        if len(ranking) < width:
            return
        width *= FACTOR
