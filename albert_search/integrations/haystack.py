"""Haystack: a document store, retrievers, and embedders.

    store = AlbertSearchDocumentStore("notes")
    store.write_documents([Document(content="The cat sleeps.", meta={"author": "Ann"})])
    AlbertSearchRetriever(store).run(query="a tired pet", top_k=1)

The store makes its own vectors, so that a long document is found by each of its parts; no embedder is needed before it.
A pipeline that was written down is read with ``Pipeline.loads(text, allowed_modules=["albert_search.*"])``.
"""

from __future__ import annotations

import asyncio
from typing import Any

from albert_search.integrations.extras import needs_framework
from albert_search.integrations.haystack_embedders import AlbertDocumentEmbedder, AlbertTextEmbedder
from albert_search.integrations.haystack_store import BlockingStore
from albert_search.types import DEFAULT_MODE, Mode

with needs_framework("haystack"):
    from haystack import Document, component, default_from_dict, default_to_dict
    from haystack.document_stores.types import DuplicatePolicy, FilterPolicy, apply_filter_policy

__all__ = [
    "AlbertDocumentEmbedder",
    "AlbertSearchDocumentStore",
    "AlbertSearchEmbeddingRetriever",
    "AlbertSearchRetriever",
    "AlbertTextEmbedder",
]


class AlbertSearchDocumentStore(BlockingStore):
    """Documents in an index.

    Args:
        index: Name or folder of the index, which is made when it is first used; None for the default.
        model: The model, or its name or folder; None for the one from the settings, or else the one that ships.
    """

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


class _Retriever:
    """The common part of both retrievers.

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
        mode: Mode = DEFAULT_MODE,
    ) -> dict[str, list[Document]]:
        chosen = apply_filter_policy(self.filter_policy, self.filters, filters)
        k = self.top_k if top_k is None else top_k
        return {"documents": self.document_store.search(question, filters=chosen, top_k=k, mode=mode)}


@component
class AlbertSearchRetriever(_Retriever):
    """Finds the documents that answer a question best."""

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None, mode: Mode = DEFAULT_MODE
    ) -> dict[str, list[Document]]:
        """Find documents.

        Args:
            query: The question.
            filters: Only documents that match.
            top_k: How many documents.
            mode: Rank by meaning, by words, or by both.

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
