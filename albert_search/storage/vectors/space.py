"""The vectors of an index as they are compared: whitened where the index is, kept as float16.

Whatever compares goes through a `Space`; the catalog's own vectors are for fitting a whitening, and for handing out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from albert_search.arrays import Ids, Vectors
from albert_search.storage.catalog import Reading
from albert_search.storage.vectors.whitening import Whitening


class Space:
    """The space in which questions meet the texts of one view of a catalog.

    Args:
        view: The state of the catalog.
    """

    def __init__(self, view: Reading) -> None:
        self._view = view

    @cached_property
    def whitening(self) -> Whitening | None:
        """The transform of every vector; None where there is none.

        Raises:
            IndexDamaged: It is not what was stored.
        """
        stored = self._view.whitening()
        return Whitening.from_bytes(*stored) if stored else None

    def questions(self, vectors: Vectors) -> Vectors:
        """Return the model's vectors of questions, float32 (n, dim), as they are compared."""
        return vectors if self.whitening is None else self.whitening.apply(vectors)

    def texts(self, text_ids: Sequence[int]) -> Vectors:
        """Return the vectors of some texts, in the order of their numbers given: float32 (n, dim)."""
        return self._kept(self._view.vectors_of(text_ids))

    def texts_after(self, text_id: int) -> Iterator[tuple[Ids, Vectors]]:
        """Yield numbers int64 (n,) and vectors float32 (n, dim) of all texts with a higher number, ascending."""
        for ids, vectors in self._view.vectors_after(text_id):
            yield ids, self._kept(vectors)

    def sample(self, count: int) -> Vectors:
        """Return the vectors of so many texts, drawn evenly over the whole catalog: float32 (n, dim)."""
        return self._kept(self._view.sample_vectors(count))

    def _kept(self, vectors: Vectors) -> Vectors:
        """Whiten vectors of texts, and round them as the vector file does."""
        if self.whitening is None or not len(vectors):
            return vectors
        return self.whitening.apply(vectors).astype(np.float16).astype(np.float32)
