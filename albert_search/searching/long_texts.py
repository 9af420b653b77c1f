"""Vectors of texts of any length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from albert_search.arrays import Vectors
from albert_search.types import Block, Document, SentenceEncoder


def encode_long(encoder: SentenceEncoder, texts: Sequence[str]) -> Vectors:
    """Return one vector for each text; one that is longer than the model reads is encoded in parts, and averaged.

    Args:
        encoder: The model.
        texts: The texts.

    Returns:
        float32 (n, dim), L2-normalised, in their order.
    """
    if not texts:
        return np.empty((0, encoder.dim), np.float32)
    parts = _readable_parts(encoder, texts)
    vectors = encoder.encode([part for group in parts for part in group])
    ends = np.cumsum([len(group) for group in parts])
    means = np.stack([group.mean(axis=0) for group in np.split(vectors, ends[:-1])])
    units: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
    return units


def _readable_parts(encoder: SentenceEncoder, texts: Sequence[str]) -> list[list[str]]:
    limit = encoder.max_seq_length - 2
    if max(encoder.tokenizer.count(texts)) <= limit:
        return [[text] for text in texts]
    # A search must start fast: what splits documents is loaded only for a question as long as one.
    from albert_search.sentences import Splitter

    splitter = Splitter(encoder.tokenizer.count, max_tokens=limit, unit="document")
    documents = [Document("text", text, (Block(0, len(text)),)) for text in texts]
    return [[part.text for part in splitter.split(document)] or [document.text[:limit]] for document in documents]
