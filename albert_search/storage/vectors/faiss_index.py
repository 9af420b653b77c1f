"""FAISS, and the only place that imports it: which texts have the nearest vectors.

A `FaissIndex` is derived from the catalog and can always be made anew from it. Up to `EXACT_LIMIT` vectors every
search is exact; beyond, an inverted file is searched, with as many of its lists as its recall asks for. Vectors are
kept as float16, as the catalog keeps them, so the scores of both kinds are the same.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from albert_search.arrays import Ids, Vectors
from albert_search.errors import IndexDamaged
from albert_search.files.durable import CHUNK_BYTES
from albert_search.storage.vectors.file import Stamp, read_stamp, write_file

Batches = Iterable[tuple[Ids, Vectors]]

EXACT_LIMIT = 200_000
"""Up to so many vectors a search compares the question with every one of them."""

THREADS = faiss.omp_get_max_threads()
"""Threads that may answer several questions at once."""

LISTS_PER_ROOT = 4
"""Lists of an inverted file for each unit of the square root of its size, as FAISS's guidelines advise."""

RECALL_WANTED = 0.98
RECALL_K = 10
RECALL_QUESTIONS = 200

_NOTHING = -1
_LOADING = threading.Lock()


def _do_without_threads() -> None:
    global THREADS
    THREADS = 1
    faiss.omp_set_num_threads(1)


if hasattr(os, "register_at_fork"):
    # OpenMP's threads are not there in a forked child, and it would wait for them for ever.
    os.register_at_fork(after_in_child=_do_without_threads)


class FaissIndex:
    """Vectors under the numbers of their texts, searched by inner product.

    Args:
        index: The FAISS index that holds them; `build` and `load` make one.
        recall: Share of the true ten nearest that it finds, in [0, 1].
    """

    def __init__(self, index: Any, recall: float = 1.0) -> None:
        self._index = index
        self.recall = recall

    @classmethod
    def build(cls, dim: int, count: int, batches: Batches, sample: Callable[[int], Vectors]) -> FaissIndex:
        """Make an index, exact or approximate by the number of vectors.

        Args:
            dim: Width of a vector.
            count: How many vectors there will be, about.
            batches: Numbers int64 (n,) and vectors float32 (n, dim), L2-normalised.
            sample: Returns so many of the vectors, evenly drawn; called only for an approximate index.

        Returns:
            The index; an approximate one is set to find `RECALL_WANTED` of the true nearest.
        """
        if count <= EXACT_LIMIT:
            found = cls(faiss.IndexIDMap2(_flat(dim)))
        else:
            lists = int(LISTS_PER_ROOT * count**0.5)
            index = faiss.index_factory(dim, f"IVF{lists},SQfp16", faiss.METRIC_INNER_PRODUCT)
            index.by_residual = False  # residuals would round otherwise than the catalog does
            index.train(sample(40 * lists))
            found = cls(index)
        for ids, vectors in batches:
            found.add(ids, vectors)
        found.tune(sample)
        return found

    @classmethod
    def load(cls, path: Path, *, writable: bool = False) -> tuple[FaissIndex, Stamp]:
        """Open a vector file.

        Args:
            path: The file.
            writable: Whether the index will be changed; else it is mapped, not read into memory.

        Returns:
            The index and what state it holds.

        Raises:
            IndexDamaged: There is no such file, or it is not whole.
        """
        stamp, before = read_stamp(path), None
        while stamp != before:  # a writer may put another file in its place at any time
            before = stamp
            try:
                with _LOADING:
                    # No part is longer than the whole: a damaged length must not ask for all the memory there is.
                    faiss.set_deserialization_vector_byte_limit(path.stat().st_size)
                    index = faiss.read_index(str(path), 0 if writable else faiss.IO_FLAG_MMAP_IFC)
            except (RuntimeError, OSError) as error:
                raise IndexDamaged(f"{path} is damaged: rebuild it") from error
            stamp = read_stamp(path)
        if not _is_whole(index, stamp.count):
            raise IndexDamaged(f"{path} is damaged: rebuild it")
        found = cls(index, stamp.recall)
        if stamp.probes:
            index.nprobe = stamp.probes
        return found, stamp

    @property
    def approximate(self) -> bool:
        """True where a search may miss a near vector."""
        return bool(isinstance(self._index, faiss.IndexIVF))

    @property
    def kind(self) -> str:
        """Kind of the index, in words for people."""
        if not self.approximate:
            return "exact"
        return f"approximate ({self._index.nlist} lists, {self._index.nprobe} searched)"

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def unfit_for(self, count: int) -> bool:
        """Return whether so many vectors, more or fewer than there were, ask for an index of another shape."""
        if not self.approximate:
            return count > EXACT_LIMIT
        built_for: float = (self._index.nlist / LISTS_PER_ROOT) ** 2
        return not max(EXACT_LIMIT, built_for) / 2 <= count <= 2 * built_for

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors float32 (n, dim) under their numbers int64 (n,)."""
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)

    def remove(self, ids: Ids) -> None:
        """Remove the vectors with these numbers; unknown ones are ignored."""
        if len(ids):
            self._index.remove_ids(faiss.IDSelectorBatch(ids))

    def search(
        self, questions: Vectors, k: int, *, only: Ids | None = None, without: Ids | None = None
    ) -> tuple[Ids, Vectors]:
        """Find the nearest vectors of each question.

        Args:
            questions: float32 (n, dim), L2-normalised.
            k: How many for each.
            only: Look at these numbers alone.
            without: Leave these numbers out.

        Returns:
            Numbers int64 (n, k) and cosines float32 (n, k), best first; the number is -1 where there were fewer.
        """
        k = min(k, len(self))
        if k == 0 or not len(questions):
            return np.empty((len(questions), 0), np.int64), np.empty((len(questions), 0), np.float32)
        # One question leaves nothing to share out, and idle threads only get in the way of others.
        faiss.omp_set_num_threads(1 if len(questions) == 1 else THREADS)
        scores, ids = self._index.search(questions, k, params=self._parameters(only, without))
        if self.approximate and (ids[:, : self._available(only, without)] == _NOTHING).any():
            scores, ids = self._index.search(questions, k, params=self._parameters(only, without, exhaustive=True))
        return ids, scores

    def items(self) -> Batches:
        """Yield every number and vector, in no particular order."""
        if self.approximate:
            ids = [faiss.rev_swig_ptr(self._index.invlists.get_ids(n), self._index.invlists.list_size(n)).copy()
                   for n in range(self._index.nlist)]  # fmt: skip
            self._index.set_direct_map_type(faiss.DirectMap.Hashtable)
            numbers = np.concatenate(ids)
        else:
            numbers = faiss.vector_to_array(self._index.id_map)
        for start in range(0, len(numbers), 8192):
            batch = numbers[start : start + 8192]
            yield batch, self.vectors(batch)

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors with these numbers, float32 (n, dim); `items` or an exact index first."""
        if not len(ids):
            return np.empty((0, self._index.d), np.float32)
        found: Vectors = self._index.reconstruct_batch(ids)
        return found

    def save(self, path: Path, stamp: Stamp) -> None:
        """Write the vector file.

        Args:
            path: Where to.
            stamp: Which state of the catalog it holds.

        Raises:
            OSError: The disk is full, read-only or failing.
        """
        probes = self._index.nprobe if self.approximate else 0
        stamp = replace(stamp, recall=self.recall, probes=probes, count=len(self))
        write_file(
            path, stamp, lambda write: faiss.write_index(self._index, faiss.PyCallbackIOWriter(write, CHUNK_BYTES))
        )

    def _parameters(self, only: Ids | None, without: Ids | None, *, exhaustive: bool = False) -> Any:
        selector = None
        if only is not None:
            selector = faiss.IDSelectorBatch(only)
        elif without is not None and len(without):
            selector = faiss.IDSelectorNot(faiss.IDSelectorBatch(without))
        if not self.approximate:
            return faiss.SearchParameters(sel=selector) if selector else None
        # The fewer vectors count, the farther apart they are, and the more lists hold the nearest of them.
        sparseness = 1 if only is None else len(self) / max(1, len(only))
        probes = self._index.nlist if exhaustive else min(self._index.nlist, int(self._index.nprobe * sparseness))
        return faiss.SearchParametersIVF(sel=selector, nprobe=max(1, probes))

    def _available(self, only: Ids | None, without: Ids | None) -> int:
        """Return how many vectors a search can find, at most, under these conditions."""
        if only is not None:
            return len(only)
        return len(self) - (len(without) if without is not None else 0)

    def tune(self, sample: Callable[[int], Vectors]) -> None:
        """Make an approximate index look through as many lists as finding `RECALL_WANTED` of the true nearest takes.

        Args:
            sample: Returns so many of the vectors, evenly drawn.
        """
        if not self.approximate:
            return
        questions = sample(RECALL_QUESTIONS)
        self._index.nprobe = self._index.nlist
        # The questions are in the index themselves: that each finds itself first is no merit.
        exact = self._index.search(questions, RECALL_K + 1)[1][:, 1:]
        self._index.nprobe = 4
        while True:
            found = self._index.search(questions, RECALL_K + 1)[1][:, 1:]
            shared = [len(set(a) & set(b)) for a, b in zip(exact.tolist(), found.tolist(), strict=True)]
            self.recall = sum(shared) / exact.size
            if self.recall >= RECALL_WANTED or self._index.nprobe >= self._index.nlist:
                return
            self._index.nprobe = min(2 * self._index.nprobe, self._index.nlist)


def _is_whole(index: Any, count: int) -> bool:
    """Return whether what FAISS has read is an index that `FaissIndex.build` may have made, of so many vectors."""
    if isinstance(index, faiss.IndexIDMap2):
        inner: Any = faiss.downcast_index(index.index) if index.index is not None else None
        sound = isinstance(inner, faiss.IndexScalarQuantizer) and inner.is_trained and index.is_trained
        return sound and inner.d == index.d > 0 and index.id_map.size() == inner.ntotal == index.ntotal == count
    sound = isinstance(index, faiss.IndexIVFScalarQuantizer) and index.is_trained and index.quantizer is not None
    return sound and index.d > 0 and index.ntotal == count


def _flat(dim: int) -> Any:
    # float16 halves the memory that a search has to read, and loses nothing: the catalog keeps float16 too.
    return faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
