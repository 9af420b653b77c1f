"""LangChain: embeddings, a vector store, and a retriever for any index.

    store = AlbertSearchVectorStore("notes")
    store.add_texts(["The cat sleeps."], [{"author": "Ann"}])
    store.similarity_search("a tired pet", k=1, filter={"author": "Ann"})

A filter is a mapping in the way of MongoDB, ``{"year": {"$gte": 2020}, "$or": [{…}, {…}]}``, a directive of
``langchain_core.structured_query``, or whatever `Index.search` takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt

from albert_search.albert.opening import load_encoder
from albert_search.index.index import Index
from albert_search.integrations.conditions import with_addresses
from albert_search.integrations.extras import needs_framework
from albert_search.integrations.langchain_filters import AlbertSearchTranslator, AnyFilter, as_where
from albert_search.integrations.whole_texts import (
    diverse_documents,
    documents_of,
    joined_text,
    nearest_documents,
    rank_score,
)
from albert_search.searching.long_texts import encode_long
from albert_search.storage.catalog import AllOf
from albert_search.types import DocumentSummary, Hit, Mode, SentenceEncoder

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


class AlbertEmbeddings(Embeddings):
    """Vectors of an ALBERT model; a text that is longer than the model reads is encoded in parts, and averaged.

    Args:
        model: The model, or its name or folder; None for the one that ships.
        threads: Threads that the encoder may use; None for all cores.
    """

    def __init__(self, model: str | Path | SentenceEncoder | None = None, *, threads: int | None = None) -> None:
        self.encoder = load_encoder(model, threads=threads)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the vector of each text, of length 1."""
        vectors: list[list[float]] = encode_long(self.encoder, texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question, of length 1."""
        return self.embed_documents([text])[0]


class EmbeddingsEncoder:
    """Any LangChain embeddings as the model of an index; each text gets one vector, however long it is.

    Args:
        embeddings: The embeddings.
        name: What tells them from others; by default their class and the name of their model.
    """

    max_seq_length = 1 << 30

    def __init__(self, embeddings: Embeddings, name: str | None = None) -> None:
        self.embeddings = embeddings
        self.tokenizer = self
        model = getattr(embeddings, "model", None) or getattr(embeddings, "model_name", None)
        self.name = name or ":".join([type(embeddings).__name__, *([str(model)] if model else [])])
        self.dim = len(embeddings.embed_query("How wide are the vectors?"))
        self.fingerprint = blake2b(f"{self.name}:{self.dim}".encode(), digest_size=16).hexdigest()

    def knows(self, texts: Sequence[str]) -> list[bool]:
        """Return True for every text: nothing is known about the vocabulary behind the embeddings."""
        return [True] * len(texts)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return how many words each text has."""
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vectors of some texts, float32 (n, dim), L2-normalised."""
        vectors = np.array(self.embeddings.embed_documents(list(texts)), np.float32).reshape(-1, self.dim)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        return vectors


class AlbertSearchVectorStore(VectorStore):
    """Texts in an index, found by meaning.

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
        """What makes the vectors."""
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
        found = {entry.uri: entry for entry in documents_of(self.index, with_addresses(ids))}
        return [self._document(found[name]) for name in ids if name in found]

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        """Find the texts that answer a question best.

        Args:
            query: The question.
            k: How many texts.
            **kwargs: ``filter`` (see the module) and ``mode``: ``semantic``, ``keyword`` or ``hybrid``.

        Returns:
            The texts, best first.
        """
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, *, filter: AnyFilter = None, mode: Mode = "semantic"
    ) -> list[tuple[Document, float]]:
        """Find texts as `similarity_search` does, with scores: cosines in [-1, 1] unless by words; higher is better."""
        hits = nearest_documents(self.index, query, k, where=as_where(filter), mode=mode)
        return [(self._document(hit), rank_score(hit)) for hit in hits]

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, *, filter: AnyFilter = None, **_kwargs: Any
    ) -> list[Document]:
        """Find the texts nearest to a vector of the index's model."""
        return [self._document(hit) for hit in nearest_documents(self.index, embedding, k, where=as_where(filter))]

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
        mode: Whether to rank by meaning, by words, or by both.
        context: How many neighbouring sentences to give before and after each hit.
        min_relevance: Leave out what is less relevant, in [0, 1].
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 4
    filter: Any = None
    mode: Mode = "semantic"
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
    place = {"uri": hit.uri, "line": hit.line, "page": hit.page, "row": hit.row, "headings": list(hit.headings)}
    text = " ".join([*hit.before, hit.text, *hit.after])
    return Document(page_content=text, metadata={**hit.metadata, **place, "score": hit.score})
