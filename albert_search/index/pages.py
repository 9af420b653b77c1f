"""Parts of an index as they are shown: some sentences of a document, some of all."""

from __future__ import annotations

from dataclasses import dataclass

from albert_search.arrays import Vectors
from albert_search.types import Metadata, Place


@dataclass(frozen=True, slots=True)
class Extract:
    """Some sentences of a document, in reading order.

    Attributes:
        uri: The document's address.
        metadata: What is known about it.
        total: How many sentences it has.
        sentences: Those that were asked for.
    """

    uri: str
    metadata: Metadata
    total: int
    sentences: list[Place]


@dataclass(frozen=True, slots=True)
class Sample:
    """Some sentences, drawn evenly over an index.

    Attributes:
        sentences: The sentences.
        vectors: float32 (n, dim), a row for each, as they are compared.
        total: How many distinct texts there are.
    """

    sentences: list[Place]
    vectors: Vectors
    total: int
