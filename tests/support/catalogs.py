"""A short way to put a document into a catalog."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from albert_search.storage.catalog import Catalog
from albert_search.types import Metadata, Sentence

DIM = 8


def unit_vectors(texts: Sequence[str]) -> np.ndarray:
    """Return a vector for each text that depends on nothing else: float32 (n, 8), L2-normalised."""
    rows = [np.random.default_rng(list(text.encode())).normal(size=DIM) for text in texts]
    found = np.array(rows, dtype=np.float32).reshape(len(rows), DIM)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def put(catalog: Catalog, uri: str, texts: Sequence[str], metadata: Metadata | None = None) -> None:
    """Store a document of these sentences in one transaction."""
    sentences = [Sentence(text, 10 * n, 10 * n + len(text), line=n + 1) for n, text in enumerate(texts)]
    with catalog.writing() as batch:
        batch.add_texts(texts, unit_vectors(texts))
        batch.put_document(uri, sentences, metadata=metadata or {}, content_hash=uri.encode())
