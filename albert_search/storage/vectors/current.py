"""Keeps the vectors that FAISS searches in step with the catalog, which is the truth about them.

The vector file holds the catalog's state at some generation. Texts that came later are searched exactly beside it,
texts that went are left out, and when both have become many the file is written anew.
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from albert_search.arrays import Ids, Vectors
from albert_search.errors import IndexDamaged, StorageError
from albert_search.storage.catalog import Catalog, CatalogState, Reading
from albert_search.storage.vectors.faiss_index import FaissIndex
from albert_search.storage.vectors.file import Stamp, read_stamp, verify_file
from albert_search.storage.vectors.space import Space

FOLD_AT_LEAST = 1_000
FOLD_SHARE = 0.05
"""The vector file is written anew once this share of it has changed."""


@dataclass(frozen=True, slots=True)
class Description:
    """Kind, recall and backlog of a vector search.

    Attributes:
        kind: ``exact``, or ``approximate`` and how.
        recall: Share of the true ten nearest that a search finds, in [0, 1].
        pending: Vectors that are searched beside the vector file until they are folded into it.
    """

    kind: str
    recall: float
    pending: int


class CurrentVectors:
    """The vectors of an index as its catalog is now, to find the nearest among them.

    Safe from several threads; others may write to the catalog meanwhile.

    Args:
        path: The vector file; it need not exist.
        dim: Width of a vector.
        fold_at_least: So many changes are searched beside the vector file before it is written anew.
    """

    def __init__(self, path: Path, dim: int, *, fold_at_least: int = FOLD_AT_LEAST) -> None:
        self.path = path
        self._fold_at_least = fold_at_least
        self._dim = dim
        self._lock = threading.Lock()
        self._folded: FaissIndex | None = None
        self._stamp: Stamp | None = None
        self._reset()

    def of_width(self, dim: int) -> CurrentVectors:
        """Return the same for vectors of another width."""
        return CurrentVectors(self.path, dim, fold_at_least=self._fold_at_least)

    def nearest(self, view: Reading, questions: Vectors, k: int, only: Ids | None = None) -> tuple[Ids, Vectors]:
        """Find the nearest texts of each question.

        Args:
            view: The state of the catalog to search.
            questions: float32 (n, dim), L2-normalised.
            k: How many for each.
            only: Look at these texts alone.

        Returns:
            Text numbers int64 (n, k) and cosines float32 (n, k), best first, equal ones by number; the number is -1
            where there were fewer.
        """
        with self._lock:
            self._catch_up(view)
            found = [self._fresh.search(questions, k, only=only)]
            if self._folded is not None:
                found.append(self._folded.search(questions, k, only=only, without=self._removed))
        ids = np.concatenate([ids for ids, _ in found], axis=1)
        scores = np.concatenate([scores for _, scores in found], axis=1)
        order = np.lexsort((ids, -scores), axis=1)[:, :k]
        return np.take_along_axis(ids, order, axis=1), np.take_along_axis(scores, order, axis=1)

    def fold(self, catalog: Catalog, *, share: float = FOLD_SHARE, always: bool = False) -> bool:
        """Write the vector file anew if too much has changed since it was written.

        Args:
            catalog: The catalog; the caller holds the right to write to it.
            share: How much is too much, as a share of what the file holds.
            always: Write it from the catalog alone, whatever it holds.

        Returns:
            Whether it was written.

        Raises:
            StorageError: The disk is full, read-only or failing.
        """
        with catalog.reading() as view:
            held = None if always else self._usable_stamp(view.state)
            if held is not None and not self._worth_folding(view, held, share):
                return False
            index = self._caught_up(view, held)
            state, last_text_id = view.state, view.last_text_id()
        stamp = Stamp(state.catalog_id, state.generation, last_text_id, file_id=uuid.uuid4().hex)
        with catalog.writing() as batch:
            batch.announce_vector_file(stamp.file_id, state.vector_files)
        try:
            index.save(self.path, stamp)
        except OSError as error:
            raise StorageError(f"cannot write {self.path} ({error}): free some space and run it again") from error
        with catalog.writing() as batch:
            batch.clear_removed_texts(stamp.generation, stamp.file_id)
        with self._lock:
            self._generation = -1  # what is in memory may come from a file that was damaged
        return True

    def describe(self, view: Reading) -> Description:
        """Return how the index is searched now."""
        with self._lock:
            self._catch_up(view)
            folded = self._folded
            return Description(
                kind=folded.kind if folded else "exact",
                recall=folded.recall if folded else 1.0,
                pending=len(self._fresh),
            )

    def _reset(self) -> None:
        self._fresh = FaissIndex.build(self._dim, 0, (), lambda count: np.empty((count, self._dim), np.float32))
        self._removed: Ids = np.empty(0, np.int64)
        self._last_text_id = 0
        self._generation = -1

    def _catch_up(self, view: Reading) -> None:
        generation = view.state.generation
        if generation == self._generation:
            return
        if self._generation < view.state.folded_generation:
            self._reset()
            loaded = self._load(view)
            self._folded, self._stamp = loaded or (None, None)
            if self._stamp is not None:
                self._generation, self._last_text_id = self._stamp.generation, self._stamp.last_text_id
        for ids, vectors in Space(view).texts_after(self._last_text_id):
            self._fresh.add(ids, vectors)
            self._last_text_id = int(ids[-1])
        gone = view.texts_removed_after(self._generation)
        self._fresh.remove(gone)
        self._removed = np.union1d(self._removed, gone)
        self._generation = generation

    def _load(self, view: Reading) -> tuple[FaissIndex, Stamp] | None:
        """Open the vector file if it belongs to this catalog and can still be caught up."""
        if self._usable_stamp(view.state) is None:
            return None
        try:
            index, stamp = FaissIndex.load(self.path)
        except IndexDamaged:
            return None
        return (index, stamp) if index.dim == self._dim and stamp.belongs_to(view.state) else None

    def _usable_stamp(self, state: CatalogState) -> Stamp | None:
        """Return the vector file's stamp, unless there is no file or it is not one of this catalog's."""
        try:
            stamp = read_stamp(self.path)
        except IndexDamaged:
            return None
        return stamp if stamp.belongs_to(state) else None

    def _caught_up(self, view: Reading, held: Stamp | None) -> FaissIndex:
        space = Space(view)
        count = view.count_vectors()
        index = self._load_whole() if held is not None else None
        if held is None or index is None or index.unfit_for(count):
            return FaissIndex.build(self._dim, count, space.texts_after(0), space.sample)
        index.remove(view.texts_removed_after(held.generation))
        for ids, vectors in space.texts_after(held.last_text_id):
            index.add(ids, vectors)
        index.tune(space.sample)
        return index

    def _load_whole(self) -> FaissIndex | None:
        """Read the vector file to be changed; a damaged one would pass its damage on."""
        try:
            verify_file(self.path)
            index, _ = FaissIndex.load(self.path, writable=True)
        except IndexDamaged:
            return None
        return index if index.dim == self._dim else None

    def _worth_folding(self, view: Reading, held: Stamp, share: float) -> bool:
        fresh = max(0, view.last_text_id() - held.last_text_id)
        changed = fresh + len(view.texts_removed_after(held.generation))
        return changed > max(self._fold_at_least, share * held.count)
