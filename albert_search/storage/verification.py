"""Checks every promise that a catalog and its vector file make, and says in words what is broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from albert_search.arrays import UNIT_TOLERANCE, Ids, Vectors
from albert_search.errors import IndexDamaged
from albert_search.storage.catalog import Catalog, Reading
from albert_search.storage.vectors.faiss_index import FaissIndex
from albert_search.storage.vectors.file import Stamp, read_stamp, verify_file
from albert_search.storage.vectors.space import Space

WHITENED_TOLERANCE = 1e-3
"""By how much a number of a whitened vector may differ from the same computed again."""


def verify(catalog: Catalog, vectors_path: Path, dim: int) -> list[str]:
    """Check a catalog and its vector file.

    Args:
        catalog: The catalog.
        vectors_path: The vector file.
        dim: Width of a vector.

    Returns:
        What is wrong, a sentence each; empty where all is well.
    """
    problems: list[str] = []
    try:
        catalog.verify_full_text()
    except IndexDamaged as error:
        problems.append(f"the full-text table does not match the texts: {error}")
    try:
        with np.errstate(all="ignore"):  # damaged numbers may be infinite or none
            with catalog.reading() as view:
                problems += view.violations()
                problems += _odd_vectors(view, dim)
            problems += _vector_file(catalog, vectors_path, dim)
        if not problems:  # a byte that hurts is better named by what it hurts
            catalog.verify_seal()
    except IndexDamaged as error:
        problems.append(str(error))
    return problems


def _odd_vectors(view: Reading, dim: int) -> Iterator[str]:
    for ids, vectors in view.vectors_after(0):
        if vectors.shape[1] != dim:
            yield f"texts {ids[0]} to {ids[-1]} have vectors of {vectors.shape[1]} numbers instead of {dim}"
            continue
        lengths = np.linalg.norm(vectors, axis=1)
        for text_id in ids[~(np.abs(lengths - 1) < UNIT_TOLERANCE)]:
            yield f"the vector of text {text_id} is not of unit length"


def _vector_file(catalog: Catalog, path: Path, dim: int) -> Iterator[str]:
    while True:
        with catalog.reading() as view:
            if not path.exists() and not view.state.folded_generation:
                return  # none has been written yet
        try:
            stamp = verify_file(path)
            index, _ = FaissIndex.load(path, writable=True)
        except IndexDamaged as error:
            yield str(error)
            return
        if index.dim != dim:
            yield f"{path} holds vectors of {index.dim} numbers instead of {dim}: rebuild it"
            return
        with catalog.reading() as view:  # only now: a writer may have written the file since the last view
            if stamp.belongs_to(view.state):
                removed = set(view.texts_removed_after(stamp.generation).tolist())
                yield from _differences(view, index, stamp.last_text_id, removed)
                return
            older = stamp.catalog_id == view.state.catalog_id and stamp.generation < view.state.folded_generation
        if not _has_changed(path, stamp):
            belongs = "is older than the catalog remembers" if older else "belongs to another index, or to another past"
            yield f"{path} {belongs}: rebuild it"
            return


def _has_changed(path: Path, stamp: Stamp) -> bool:
    try:
        return read_stamp(path) != stamp
    except IndexDamaged:
        return True  # the next look says how


def _differences(view: Reading, index: FaissIndex, last_text_id: int, removed: set[int]) -> Iterator[str]:
    unseen = {int(number) for ids, _ in index.items() for number in ids} - removed
    space = Space(view)
    for ids, vectors in space.texts_after(0):
        ids, vectors = _up_to(last_text_id, ids, vectors)
        known = np.fromiter((number in unseen for number in ids.tolist()), dtype=bool, count=len(ids))
        for number in ids[~known]:
            yield f"text {number} is missing from the vector file: rebuild it"
        held = index.vectors(ids[known])
        # How a product is rounded depends on the batch that it is computed in.
        tolerance = WHITENED_TOLERANCE if space.whitening else 0
        for number in ids[known][~(np.abs(held - vectors[known]) <= tolerance).all(axis=1)]:
            yield f"the vector file holds another vector for text {number}: rebuild it"
        unseen.difference_update(ids.tolist())
    for number in sorted(unseen):
        yield f"the vector file holds text {number}, which is not in the catalog: rebuild it"


def _up_to(last_text_id: int, ids: Ids, vectors: Vectors) -> tuple[Ids, Vectors]:
    inside = ids <= last_text_id
    return ids[inside], vectors[inside]
