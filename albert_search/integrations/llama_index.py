"""LlamaIndex: an embedding, a vector store, and a retriever for any index.

    store = AlbertSearchVectorStore("notes")
    index = VectorStoreIndex.from_vector_store(store, embed_model=MockEmbedding(1))
    index.insert(Document(text="The cat sleeps."))
    index.as_retriever(similarity_top_k=1).retrieve("a tired pet")

The store makes its own vectors, so that a long node is found by each of its parts. LlamaIndex does not know that, and
encodes each node once more: give it a model that costs nothing, as above.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from albert_search.errors import UsageError
from albert_search.index.index import Index
from albert_search.integrations.conditions import metadata_field, with_addresses
from albert_search.integrations.extras import needs_framework
from albert_search.integrations.llama_index_embedding import AlbertEmbedding
from albert_search.integrations.llama_index_filters import as_where
from albert_search.integrations.sentence_hits import metadata_with_place, text_in_context
from albert_search.integrations.whole_texts import (
    diverse_documents,
    documents_of,
    joined_text,
    nearest_documents,
)
from albert_search.searching.ranking import rank_score
from albert_search.storage.catalog import AllOf, Filter, OneOf, Where
from albert_search.types import DEFAULT_MODE, DocumentSummary, Hit, Mode, SentenceEncoder

with needs_framework("llama-index"):
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.bridge.pydantic import PrivateAttr
    from llama_index.core.schema import BaseNode, MetadataMode, NodeWithScore, QueryBundle, TextNode
    from llama_index.core.vector_stores.types import (
        BasePydanticVectorStore,
        MetadataFilters,
        VectorStoreQuery,
        VectorStoreQueryMode,
        VectorStoreQueryResult,
    )
    from llama_index.core.vector_stores.utils import metadata_dict_to_node, node_to_metadata_dict

__all__ = ["AlbertEmbedding", "AlbertSearchRetriever", "AlbertSearchVectorStore"]

# LlamaIndex's default is the search by vectors, for which its retrievers weigh scores; hybrid has a mode of its own.
_MODES: dict[VectorStoreQueryMode, Mode] = {
    VectorStoreQueryMode.DEFAULT: "semantic",
    VectorStoreQueryMode.TEXT_SEARCH: "keyword",
    VectorStoreQueryMode.SPARSE: "keyword",
    VectorStoreQueryMode.HYBRID: "hybrid",
    VectorStoreQueryMode.SEMANTIC_HYBRID: "hybrid",
}

_MMR_POOL = 4
"""From how many times as many nodes a diverse selection is made."""


class AlbertSearchVectorStore(BasePydanticVectorStore):
    """Nodes in an index, searched by meaning unless the query names a mode.

    Args:
        index: The index, or its name or folder, where one is made if there is none; None for the default.
        model: The model, or its name or folder; None for the one from the settings, or else the one that ships.
    """

    stores_text: bool = True
    is_embedding_query: bool = False

    _index: Index = PrivateAttr()

    def __init__(
        self, index: Index | str | Path | None = None, *, model: str | Path | SentenceEncoder | None = None
    ) -> None:
        super().__init__(stores_text=True)
        if not isinstance(index, Index):
            index = Index.create(index, model=model, unit="document", exist_ok=True)
        self._index = index

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which LlamaIndex knows the class."""
        return "AlbertSearchVectorStore"

    @property
    def client(self) -> Index:
        """The index itself."""
        return self._index

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Add nodes, each in place of the one with the same id; return their ids."""
        texts = [node.get_content(metadata_mode=MetadataMode.EMBED) for node in nodes]
        return self._index.add_texts(texts, list(map(node_to_metadata_dict, nodes)), [node.node_id for node in nodes])

    async def async_add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Add nodes; see `add`."""
        return await asyncio.to_thread(self.add, nodes)

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Forget the nodes of a document."""
        self._index.remove(where=_of_documents([ref_doc_id]))

    async def adelete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Forget the nodes of a document."""
        await asyncio.to_thread(self.delete, ref_doc_id)

    def get_nodes(self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None) -> list[BaseNode]:
        """Return nodes, in the order in which they were added.

        Args:
            node_ids: Only those with these ids.
            filters: Only those that match.
        """
        return [self._node(entry) for entry in documents_of(self._index, _chosen(node_ids, filters))]

    async def aget_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None
    ) -> list[BaseNode]:
        """Return nodes; see `get_nodes`."""
        return await asyncio.to_thread(self.get_nodes, node_ids, filters)

    def delete_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None, **delete_kwargs: Any
    ) -> None:
        """Forget nodes.

        Args:
            node_ids: Only those with these ids.
            filters: Only those that match.
            **delete_kwargs: Not used.
        """
        self._index.remove(where=_chosen(node_ids, filters))

    async def adelete_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None, **delete_kwargs: Any
    ) -> None:
        """Forget nodes; see `delete_nodes`."""
        await asyncio.to_thread(self.delete_nodes, node_ids, filters)

    def clear(self) -> None:
        """Forget every node."""
        self._index.remove(where=AllOf(()))

    async def aclear(self) -> None:
        """Forget every node."""
        await asyncio.to_thread(self.clear)

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """Find the nodes that answer a question best.

        Args:
            query: The question as text, or as a vector of the index's model where there is no text. The modes
                ``default``, ``mmr``, ``hybrid``, ``semantic_hybrid``, ``text_search`` and ``sparse`` are known.
            **kwargs: ``mmr_threshold``: weight of nearness in a diverse selection, in [0, 1].

        Returns:
            The nodes, best first, with their scores (cosines in [-1, 1] by meaning; higher is better) and ids.

        Raises:
            UsageError: There is no question, or the mode is not known.
        """
        question = query.query_str or query.query_embedding
        if question is None:
            raise UsageError("the query has neither text nor a vector: give query_str")
        where, k = _asked(query), query.similarity_top_k
        if query.mode is VectorStoreQueryMode.MMR:
            weight = kwargs.get("mmr_threshold", query.mmr_threshold)
            hits = diverse_documents(
                self._index, question, k, pool=_MMR_POOL * k, relevance=0.5 if weight is None else weight, where=where
            )
        elif query.mode in _MODES:
            hits = nearest_documents(self._index, question, k, where=where, mode=_MODES[query.mode])
        else:
            raise UsageError(f"this vector store does not know the mode {query.mode.value}: use default or hybrid")
        nodes = [self._node(hit) for hit in hits]
        return VectorStoreQueryResult(nodes, [rank_score(hit) for hit in hits], [hit.uri for hit in hits])

    async def aquery(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """Find nodes; see `query`."""
        return await asyncio.to_thread(self.query, query, **kwargs)

    def _node(self, stored: DocumentSummary | Hit) -> BaseNode:
        if "_node_content" in stored.metadata:
            return metadata_dict_to_node(dict(stored.metadata))
        return TextNode(id_=stored.uri, text=joined_text(self._index, stored.uri), metadata=dict(stored.metadata))


class AlbertSearchRetriever(BaseRetriever):
    """Finds the places of any index that answer a question, such as sentences of files.

    Args:
        index: The index.
        similarity_top_k: How many hits.
        where: Only in documents that match; whatever `Index.search` takes, or LlamaIndex's metadata filters.
        mode: Rank by meaning, by words, or by both.
        context: How many neighbouring sentences to give before and after each hit.
    """

    def __init__(
        self,
        index: Index,
        *,
        similarity_top_k: int = 4,
        where: Where | MetadataFilters = None,
        mode: Mode = DEFAULT_MODE,
        context: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._index = index
        self._k = similarity_top_k
        self._where = as_where(where) if isinstance(where, MetadataFilters) else where
        self._mode = mode
        self._context = context

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._index.search(
            query_bundle.query_str, self._k, where=self._where, mode=self._mode, context=self._context
        )
        return [NodeWithScore(node=_sentence_node(hit), score=rank_score(hit)) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _sentence_node(hit: Hit) -> TextNode:
    metadata = metadata_with_place(hit)
    metadata.pop("_node_content", None)
    return TextNode(id_=f"{hit.uri}#{hit.ordinal}", text=text_in_context(hit), metadata=metadata)


def _of_documents(ids: Sequence[str]) -> Filter:
    return OneOf(metadata_field("ref_doc_id"), tuple(ids))


def _chosen(node_ids: Sequence[str] | None, filters: MetadataFilters | None) -> Filter:
    matching = as_where(filters)
    parts = [] if node_ids is None else [with_addresses(node_ids)]
    return AllOf((*parts, *([matching] if matching is not None else [])))


def _asked(query: VectorStoreQuery) -> Filter | None:
    # LlamaIndex's own retriever gives empty lists of ids where it means no limit.
    limits = [with_addresses(query.node_ids)] if query.node_ids else []
    if query.doc_ids:
        limits.append(_of_documents(query.doc_ids))
    if query.filters is not None:
        limits.append(_chosen(None, query.filters))
    return AllOf(tuple(limits)) if limits else None
