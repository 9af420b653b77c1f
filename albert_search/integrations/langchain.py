"""LangChain: embeddings, a vector store, and a retriever for any index.

    store = AlbertSearchVectorStore("notes")
    store.add_texts(["The cat sleeps."], [{"author": "Ann"}])
    store.similarity_search("a tired pet", k=1, filter={"author": "Ann"})

A filter is a mapping in the way of MongoDB, ``{"year": {"$gte": 2020}, "$or": [{…}, {…}]}``, a directive of
``langchain_core.structured_query``, or whatever `Index.search` takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from albert_search.index.index import Index
from albert_search.integrations.conditions import with_addresses
from albert_search.integrations.extras import needs_framework
from albert_search.integrations.langchain_embeddings import AlbertEmbeddings, EmbeddingsEncoder
from albert_search.integrations.langchain_filters import AlbertSearchTranslator, AnyFilter, as_where
from albert_search.integrations.sentence_hits import metadata_with_place, text_in_context
from albert_search.integrations.whole_texts import (
    diverse_documents,
    documents_of,
    joined_text,
    nearest_documents,
)
from albert_search.storage.catalog import AllOf
from albert_search.types import DEFAULT_MODE, DocumentSummary, Hit, Mode

with needs_framework("langchain"):
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.vectorstores import VectorStore
    from pydantic import ConfigDict

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from typing_extensions import Self

__all__ = [
    "AlbertEmbeddings",
    "AlbertSearchRetriever",
    "AlbertSearchTranslator",
    "AlbertSearchVectorStore",
    "EmbeddingsEncoder",
]

TEXT = "_page_content"
"""Metadata field that keeps a text as it was given: the catalog's own copy is split and cleaned."""


class AlbertSearchVectorStore(VectorStore):
    """Texts in an index, found by meaning and words.

    Args:
        index: The index, or its name or folder, where one is made if there is none; None for the default.
        embedding: Makes the vectors; by default the index's model, or the one that ships.
    """

    def __init__(self, index: Index | str | Path | None = None, *, embedding: Embeddings | None = None) -> None:
        self.index = index if isinstance(index, Index) else _open(index, embedding)

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        index: Index | str | Path | None = None,
        **kwargs: Any,
    ) -> Self:
        """Make a store, and add texts to it; the arguments are those of the class and of `add_texts`."""
        store = cls(index, embedding=embedding)
        store.add_texts(texts, metadatas, ids=ids, **kwargs)
        return store

    @property
    def embeddings(self) -> Embeddings:
        """The model of the index as embeddings."""
        encoder = self.index.encoder
        return encoder.embeddings if isinstance(encoder, EmbeddingsEncoder) else AlbertEmbeddings(encoder)

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Add texts, each in place of the one with the same id.

        Args:
            texts: The texts.
            metadatas: What else is known of each, as JSON values.
            ids: The id of each; where there is none, one is made up.
            **kwargs: As `Index.add_texts` takes them.

        Returns:
            The ids.

        Raises:
            UsageError: There are not as many metadatas or ids as texts.
        """
        given = list(texts)
        kept = [{**known, TEXT: text} for text, known in zip(given, metadatas or [{}] * len(given), strict=False)]
        names = [name or str(uuid4()) for name in (ids or [None] * len(given))]
        return self.index.add_texts(given, kept, names, **kwargs)

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:
        """Forget the texts with these ids, all of them for None; unknown ids do no harm."""
        if ids is None:
            self.index.remove(where=AllOf(()), **kwargs)
        else:
            self.index.delete(ids, **kwargs)
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Return the texts with these ids, as far as there are."""
        documents = {document.uri: document for document in documents_of(self.index, with_addresses(ids))}
        return [self._document(documents[name]) for name in ids if name in documents]

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        """Find the texts that answer a question best.

        Args:
            query: The question.
            k: How many texts.
            **kwargs: ``filter`` (see the module) and ``mode``: ``hybrid``, ``semantic`` or ``keyword``.

        Returns:
            The texts, best first.
        """
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, *, filter: AnyFilter = None, mode: Mode = DEFAULT_MODE
    ) -> list[tuple[Document, float]]:
        """Find texts as `similarity_search` does, each with its cosine in [-1, 1]; higher is nearer."""
        hits = nearest_documents(self.index, query, k, where=as_where(filter), mode=mode)
        # Whatever it was ranked by: LangChain makes relevances in [0, 1] of these, which BM25 and fusion leave.
        return [(self._document(hit), hit.score) for hit in hits]

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, *, filter: AnyFilter = None, **_kwargs: Any
    ) -> list[Document]:
        """Find the texts nearest to a vector of the index's model."""
        hits = nearest_documents(self.index, embedding, k, where=as_where(filter))
        return [self._document(hit) for hit in hits]

    def max_marginal_relevance_search(
        self,
        query: str,
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        *,
        filter: AnyFilter = None,
        **_kwargs: Any,
    ) -> list[Document]:
        """Find texts that answer a question and differ from each other.

        Args:
            query: The question.
            k: How many texts.
            fetch_k: How many of the nearest to choose from.
            lambda_mult: Weight of nearness, in [0, 1]; the rest is the weight of difference.
            filter: Only texts that match.

        Returns:
            The texts, in the order in which they were chosen.
        """
        where = as_where(filter)
        hits = diverse_documents(self.index, query, k, pool=fetch_k, relevance=lambda_mult, where=where)
        return [self._document(hit) for hit in hits]

    def _document(self, stored: DocumentSummary | Hit) -> Document:
        text = stored.metadata.get(TEXT)
        return _document(stored, joined_text(self.index, stored.uri) if text is None else text)

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda score: (score + 1) / 2


class AlbertSearchRetriever(BaseRetriever):
    """Finds the places of any index that answer a question: sentences of files, or whole texts of a vector store.

    Attributes:
        index: The index.
        k: How many hits.
        filter: Only in documents that match; see the module.
        mode: Rank by meaning, by words, or by both.
        context: How many neighbouring sentences to give before and after each hit.
        min_relevance: Leave out what is less relevant, in [0, 1].
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 4
    filter: Any = None
    mode: Mode = DEFAULT_MODE
    context: int = 0
    min_relevance: float = 0.0

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None, filter: AnyFilter = None
    ) -> list[Document]:
        hits = self.index.search(
            query,
            self.k if k is None else k,
            where=as_where(self.filter if filter is None else filter),
            mode=self.mode,
            context=self.context,
            min_relevance=self.min_relevance,
        )
        return [_place(hit) for hit in hits]


def _open(index: str | Path | None, embedding: Embeddings | None) -> Index:
    if embedding is None:
        model = None
    elif isinstance(embedding, AlbertEmbeddings):
        model = embedding.encoder
    else:
        model = EmbeddingsEncoder(embedding)
    return Index.create(index, model=model, unit="document", exist_ok=True)


def _document(stored: DocumentSummary | Hit, text: str) -> Document:
    known = {field: value for field, value in stored.metadata.items() if field != TEXT}
    return Document(id=stored.uri, page_content=text, metadata=known)


def _place(hit: Hit) -> Document:
    if TEXT in hit.metadata:
        return _document(hit, hit.metadata[TEXT])
    return Document(page_content=text_in_context(hit), metadata={**metadata_with_place(hit), "score": hit.score})
