"""The map of a collection: its sentences as points in a plane, near ones near."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from albert_search.index.index import Index
from albert_search.index.pages import Sample
from albert_search.serving.limits import MAX_POINTS

Plane = npt.NDArray[np.float32]


class Point(BaseModel):
    """A sentence on the map.

    Attributes:
        x: From left to right, in [-1, 1].
        y: From bottom to top, in [-1, 1].
        text: The sentence.
        uri: The document's address.
        ordinal: The sentence's place in its document, from 0.
    """

    x: float = Field(ge=-1, le=1)
    y: float = Field(ge=-1, le=1)
    text: str
    uri: str
    ordinal: int


class CollectionMap(BaseModel):
    """The map.

    Attributes:
        points: The sentences that are shown.
        total: How many distinct texts there are.
        explained: Share of the vectors' variance that the map keeps, in [0, 1].
    """

    points: list[Point]
    total: int
    explained: float = Field(ge=0, le=1)


class MapMaker:
    """Makes the map of an index, anew only when the index has changed.

    Args:
        index: The index.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._made: tuple[int, CollectionMap] | None = None

    def current(self) -> CollectionMap:
        """Return the map of the index as it is now."""
        generation = self._index.generation()
        with self._lock:
            if self._made is None or self._made[0] != generation:
                self._made = generation, draw(self._index.sample(MAX_POINTS))
            return self._made[1]


def draw(sample: Sample) -> CollectionMap:
    """Lay sentences out in a plane.

    Args:
        sample: The sentences and their vectors.

    Returns:
        The map.
    """
    plane, explained = principal_plane(sample.vectors)
    points = [
        Point(x=float(x), y=float(y), text=place.text, uri=place.uri, ordinal=place.ordinal)
        for (x, y), place in zip(plane, sample.sentences, strict=True)
    ]
    return CollectionMap(points=points, total=sample.total, explained=explained)


def principal_plane(vectors: Plane) -> tuple[Plane, float]:
    """Project vectors on the plane in which they differ most (principal component analysis).

    Args:
        vectors: float32 (n, dim).

    Returns:
        float32 (n, 2), each coordinate in [-1, 1] and both of one scale, and the share of the variance that is kept.
    """
    if len(vectors) < 2:
        return np.zeros((len(vectors), 2), np.float32), 1.0
    centred = vectors - vectors.mean(axis=0)
    variances, axes = np.linalg.eigh(centred.T @ centred)
    best = axes[:, [-1, -2]]
    # An axis has no sign of its own; this one makes the same vectors give the same map everywhere.
    best = best * np.sign(best[np.abs(best).argmax(axis=0), [0, 1]])
    plane = centred @ best
    total = float(variances.sum())
    explained = float(variances[[-1, -2]].sum()) / total if total > 0 else 1.0
    scale = float(np.abs(plane).max()) or 1.0
    return np.clip(plane / scale, -1.0, 1.0).astype(np.float32), min(1.0, max(0.0, explained))
