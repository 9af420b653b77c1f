"""Haystack: a document store, retrievers, and embedders.

    store = AlbertSearchDocumentStore("notes")
    store.write_documents([Document(content="The cat sleeps.", meta={"author": "Ann"})])
    AlbertSearchRetriever(store).run(query="a tired pet", top_k=1)

The store makes its own vectors, so that a long document is found by each of its parts; no embedder is needed before it.
A pipeline that was written down is read with ``Pipeline.loads(text, allowed_modules=["albert_search.*"])``.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cached_property
from typing import Any

from albert_search.index.index import Index
from albert_search.integrations.conditions import with_addresses
from albert_search.integrations.extras import needs_framework
from albert_search.integrations.haystack_embedders import AlbertDocumentEmbedder, AlbertTextEmbedder
from albert_search.integrations.haystack_filters import DOCUMENT, as_where
from albert_search.integrations.whole_texts import (
    documents_of,
    joined_text,
    nearest_documents,
    rank_score,
)
from albert_search.storage.catalog import AllOf
from albert_search.types import DocumentSummary, Hit, Mode, SentenceEncoder

with needs_framework("haystack"):
    from haystack import Document, component, default_from_dict, default_to_dict
    from haystack.document_stores.errors import DuplicateDocumentError
    from haystack.document_stores.types import DuplicatePolicy, FilterPolicy, apply_filter_policy

__all__ = [
    "AlbertDocumentEmbedder",
    "AlbertSearchDocumentStore",
    "AlbertSearchEmbeddingRetriever",
    "AlbertSearchRetriever",
    "AlbertTextEmbedder",
]


class AlbertSearchDocumentStore:
    """Documents in an index.

    Args:
        index: Name or folder of the index, which is made when it is first used; None for the default.
        model: The model, or its name or folder; None for the one from the settings, or else the one that ships.
    """

    def __init__(self, index: str | None = None, model: str | SentenceEncoder | None = None) -> None:
        self._folder = index
        self._model = model

    @cached_property
    def index(self) -> Index:
        """The index itself."""
        return Index.create(self._folder, model=self._model, unit="document", exist_ok=True)

    def to_dict(self) -> dict[str, Any]:
        """Return what the store is made of again; a model that was handed over is named."""
        model = self._model if isinstance(self._model, str | None) else self._model.name
        return default_to_dict(self, index=self._folder, model=model)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> AlbertSearchDocumentStore:
        """Make the store that `to_dict` described."""
        return default_from_dict(cls, data)

    def count_documents(self) -> int:
        """Return how many documents there are."""
        return self.index.info().documents

    def count_documents_by_filter(self, filters: dict[str, Any]) -> int:
        """Return how many documents match a filter."""
        return len(self.index.documents(as_where(filters)))

    def filter_documents(self, filters: dict[str, Any] | None = None) -> list[Document]:
        """Return the documents that match a filter, in the order in which they were written."""
        return [self._document(entry) for entry in documents_of(self.index, as_where(filters))]

    def write_documents(self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.NONE) -> int:
        """Write documents.

        Args:
            documents: The documents.
            policy: What becomes of one whose id is known: ``OVERWRITE`` it, ``SKIP`` the new one, or ``FAIL``, which
                writes nothing and is also what ``NONE`` means.

        Returns:
            How many were written.

        Raises:
            ValueError: These are no documents.
            DuplicateDocumentError: An id is known, and the policy is to fail.
        """
        if not isinstance(documents, list) or not all(isinstance(document, Document) for document in documents):
            raise ValueError("write_documents takes a list of documents")
        if policy is DuplicatePolicy.OVERWRITE:
            return self._write(documents)
        known = {entry.uri for entry in self.index.documents(with_addresses(entry.id for entry in documents))}
        new: dict[str, Document] = {}
        for document in documents:
            if document.id not in known:
                new.setdefault(document.id, document)
        if len(new) < len(documents) and policy is not DuplicatePolicy.SKIP:
            raise DuplicateDocumentError("some of these documents are in the store already: skip or overwrite them")
        return self._write(list(new.values()))

    def delete_documents(self, document_ids: list[str]) -> None:
        """Forget the documents with these ids; unknown ones do no harm."""
        self.index.delete(document_ids)

    def delete_all_documents(self) -> None:
        """Forget every document."""
        self.index.remove(where=AllOf(()))

    def delete_by_filter(self, filters: dict[str, Any]) -> int:
        """Forget the documents that match a filter; return how many."""
        return self.index.remove(where=as_where(filters) or AllOf(()))

    def update_by_filter(self, filters: dict[str, Any], meta: dict[str, Any]) -> int:
        """Add to the metadata of the documents that match a filter; return how many."""
        found = self.filter_documents(filters)
        return self._write([replace(document, meta={**document.meta, **meta}) for document in found])

    def search(
        self, question: str | list[float], *, filters: dict[str, Any] | None, top_k: int, mode: Mode = "semantic"
    ) -> list[Document]:
        """Find the documents that answer a question best.

        Args:
            question: The question, or its vector, float (dim,).
            filters: Only documents that match.
            top_k: How many.
            mode: Whether to rank by meaning, by words, or by both.

        Returns:
            The documents with their scores (cosines in [-1, 1] by meaning; higher is better), best first.
        """
        hits = nearest_documents(self.index, question, top_k, where=as_where(filters), mode=mode)
        return [replace(self._document(hit), score=rank_score(hit)) for hit in hits]

    async def count_documents_async(self) -> int:
        """Return how many documents there are."""
        return await asyncio.to_thread(self.count_documents)

    async def filter_documents_async(self, filters: dict[str, Any] | None = None) -> list[Document]:
        """Return the documents that match a filter."""
        return await asyncio.to_thread(self.filter_documents, filters)

    async def write_documents_async(
        self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.NONE
    ) -> int:
        """Write documents; see `write_documents`."""
        return await asyncio.to_thread(self.write_documents, documents, policy)

    async def delete_documents_async(self, document_ids: list[str]) -> None:
        """Forget the documents with these ids."""
        await asyncio.to_thread(self.delete_documents, document_ids)

    async def count_documents_by_filter_async(self, filters: dict[str, Any]) -> int:
        """Return how many documents match a filter."""
        return await asyncio.to_thread(self.count_documents_by_filter, filters)

    async def delete_all_documents_async(self) -> None:
        """Forget every document."""
        await asyncio.to_thread(self.delete_all_documents)

    async def delete_by_filter_async(self, filters: dict[str, Any]) -> int:
        """Forget the documents that match a filter; return how many."""
        return await asyncio.to_thread(self.delete_by_filter, filters)

    async def update_by_filter_async(self, filters: dict[str, Any], meta: dict[str, Any]) -> int:
        """Add to the metadata of the documents that match a filter; return how many."""
        return await asyncio.to_thread(self.update_by_filter, filters, meta)

    def _write(self, documents: list[Document]) -> int:
        texts, metadatas = [document.content or "" for document in documents], []
        for document in documents:
            kept = {name: value for name, value in document.to_dict(flatten=False).items() if value is not None}
            metadatas.append({**kept.pop("meta"), DOCUMENT: kept})
        self.index.add_texts(texts, metadatas, [document.id for document in documents])
        return len(documents)

    def _document(self, stored: DocumentSummary | Hit) -> Document:
        meta = dict(stored.metadata)
        kept = meta.pop(DOCUMENT, None) or {"content": joined_text(self.index, stored.uri)}
        return Document.from_dict({**kept, "id": stored.uri, "meta": meta})


class _Retriever:
    """What both retrievers are made of.

    Args:
        document_store: Where to look.
        filters: Only documents that match.
        top_k: How many documents.
        filter_policy: Whether the filter of a run takes the place of this one, or is joined with it.
    """

    def __init__(
        self,
        document_store: AlbertSearchDocumentStore,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
        filter_policy: FilterPolicy | str = FilterPolicy.REPLACE,
    ) -> None:
        self.document_store = document_store
        self.filters = filters
        self.top_k = top_k
        self.filter_policy = filter_policy if isinstance(filter_policy, FilterPolicy) else FilterPolicy(filter_policy)

    def to_dict(self) -> dict[str, Any]:
        """Return what the component is made of again."""
        policy = self.filter_policy.value
        return default_to_dict(
            self, document_store=self.document_store, filters=self.filters, top_k=self.top_k, filter_policy=policy
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Any:
        """Make the component that `to_dict` described."""
        return default_from_dict(cls, data)

    def _find(
        self,
        question: str | list[float],
        filters: dict[str, Any] | None,
        top_k: int | None,
        mode: Mode = "semantic",
    ) -> dict[str, list[Document]]:
        chosen = apply_filter_policy(self.filter_policy, self.filters, filters)
        k = self.top_k if top_k is None else top_k
        return {"documents": self.document_store.search(question, filters=chosen, top_k=k, mode=mode)}


@component
class AlbertSearchRetriever(_Retriever):
    """Finds the documents that answer a question best."""

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None, mode: Mode = "semantic"
    ) -> dict[str, list[Document]]:
        """Find documents.

        Args:
            query: The question.
            filters: Only documents that match.
            top_k: How many documents.
            mode: Whether to rank by meaning, by words, or by both.

        Returns:
            ``documents``, best first.
        """
        return self._find(query, filters, top_k, mode)


@component
class AlbertSearchEmbeddingRetriever(_Retriever):
    """Finds the documents nearest to a vector that `AlbertTextEmbedder` made with the model of the index."""

    @component.output_types(documents=list[Document])
    def run(
        self, query_embedding: list[float], filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """Find documents.

        Args:
            query_embedding: The vector, float (dim,).
            filters: Only documents that match.
            top_k: How many documents.

        Returns:
            ``documents``, best first.
        """
        return self._find(query_embedding, filters, top_k)
