"""Haystack: the document store, whose methods its own class has once more for programs that await them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from typing_extensions import Self

from albert_search.index.index import Index
from albert_search.integrations.conditions import with_addresses
from albert_search.integrations.extras import needs_framework
from albert_search.integrations.haystack_filters import DOCUMENT, as_where
from albert_search.integrations.whole_texts import documents_of, joined_text, nearest_documents
from albert_search.searching.ranking import rank_score
from albert_search.storage.catalog import AllOf
from albert_search.types import DEFAULT_MODE, DocumentSummary, Hit, Mode, SentenceEncoder

with needs_framework("haystack"):
    from haystack import Document, default_from_dict, default_to_dict
    from haystack.document_stores.errors import DuplicateDocumentError
    from haystack.document_stores.types import DuplicatePolicy


class BlockingStore:
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
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Make the store that `to_dict` described."""
        store: Self = default_from_dict(cls, data)
        return store

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
        documents = self.filter_documents(filters)
        return self._write([replace(document, meta={**document.meta, **meta}) for document in documents])

    def search(
        self, question: str | list[float], *, filters: dict[str, Any] | None, top_k: int, mode: Mode = DEFAULT_MODE
    ) -> list[Document]:
        """Find the documents that answer a question best.

        Args:
            question: The question, or its vector, float (dim,).
            filters: Only documents that match.
            top_k: How many.
            mode: Rank by meaning, by words, or by both.

        Returns:
            The documents with their scores (what they were ranked by; higher is better), best first.
        """
        hits = nearest_documents(self.index, question, top_k, where=as_where(filters), mode=mode)
        return [replace(self._document(hit), score=rank_score(hit)) for hit in hits]

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
