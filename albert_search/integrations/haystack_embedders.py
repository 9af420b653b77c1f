"""Haystack: the vectors of an ALBERT model, for stores that do not make their own."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from albert_search.albert.opening import load_encoder
from albert_search.integrations.extras import needs_framework
from albert_search.searching.long_texts import encode_long
from albert_search.types import SentenceEncoder

with needs_framework("haystack"):
    from haystack import Document, component, default_to_dict


class _Embedder:
    """The common part of both embedders.

    Args:
        model: Name or folder of the model; None for the one that ships.
    """

    def __init__(self, model: str | None = None) -> None:
        self.model = model

    @cached_property
    def encoder(self) -> SentenceEncoder:
        """The model, loaded on first use."""
        return load_encoder(self.model, threads=None)

    def warm_up(self) -> None:
        """Load the model."""
        _ = self.encoder

    def to_dict(self) -> dict[str, Any]:
        """Return what the component is made of again."""
        return default_to_dict(self, model=self.model)


@component
class AlbertTextEmbedder(_Embedder):
    """Makes the vector of a question."""

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, list[float]]:
        """Return ``embedding``, the vector of a text, of length 1."""
        if not isinstance(text, str):
            raise TypeError("AlbertTextEmbedder takes one text; for documents there is AlbertDocumentEmbedder")
        return {"embedding": encode_long(self.encoder, [text])[0].tolist()}


@component
class AlbertDocumentEmbedder(_Embedder):
    """Makes the vectors of documents."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        """Return ``documents`` with their vectors, of length 1."""
        if not isinstance(documents, list) or not all(isinstance(document, Document) for document in documents):
            raise TypeError("AlbertDocumentEmbedder takes a list of documents; for a text there is AlbertTextEmbedder")
        vectors = encode_long(self.encoder, [document.content or "" for document in documents]).tolist()
        pairs = zip(documents, vectors, strict=True)
        return {"documents": [replace(document, embedding=vector) for document, vector in pairs]}
