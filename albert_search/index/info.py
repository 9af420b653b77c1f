"""What an index is and holds, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Identity and size of an index.

    Attributes:
        folder: Where it is.
        model: Name of the model that made it.
        fingerprint: What tells that model from every other.
        dim: Width of its vectors.
        unit: What gets a vector of its own: ``sentence``, ``passage`` or ``document``.
        created_at: When it was made, ISO 8601.
        files: Files it was made from.
        documents: Documents in it.
        sentences: Sentences in it.
        texts: Distinct texts among them.
        size_bytes: What it takes on disk.
        search: ``exact``, or ``approximate`` and how.
        recall_at_10: Share of the true ten nearest that a search finds, in [0, 1].
        pending_vectors: Vectors that are searched beside the vector file until they are folded into it.
        whitened: Whether vectors and questions are whitened before they are compared.
        languages: How many documents there are in each language, after ISO 639; ``unknown`` for the rest.
    """

    folder: str
    model: str
    fingerprint: str
    dim: int
    unit: str
    created_at: str
    files: int
    documents: int
    sentences: int
    texts: int
    size_bytes: int
    search: str
    recall_at_10: float
    pending_vectors: int
    whitened: bool
    languages: Mapping[str, int] = field(default_factory=dict)
