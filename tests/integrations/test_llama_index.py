"""LlamaIndex: its interfaces, its own filters as the oracle for ours, and its pipelines on top."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core import Document, MockEmbedding, StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding, similarity
from llama_index.core.evaluation import RetrieverEvaluator
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import ImageNode, NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)
from llama_index.core.vector_stores.utils import build_metadata_filter_fn

from albert_search import Index
from albert_search.errors import FilterError, UsageError
from albert_search.integrations.llama_index import AlbertEmbedding, AlbertSearchRetriever, AlbertSearchVectorStore
from tests.support.bag_of_words import BagOfWords
from tests.support.collection import CAT, COPY, DOG, LONG, METADATAS, names, tags, years

NODES = [
    TextNode(id_=name, text=text, relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=source)})
    for name, text, source in [("cat", CAT, "pets"), ("dog", DOG, "pets"), ("copy", COPY, "pets"), ("long", LONG, "w")]
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AlbertSearchVectorStore]:
    made = AlbertSearchVectorStore(tmp_path / "index", model=BagOfWords())
    yield made
    made.client.close()


@pytest.fixture
def full(store: AlbertSearchVectorStore) -> AlbertSearchVectorStore:
    assert store.add(NODES) == ["cat", "dog", "copy", "long"]
    return store


def ask(store: AlbertSearchVectorStore, question: str, k: int = 2, **options: Any) -> list[str]:
    found = store.query(VectorStoreQuery(query_str=question, similarity_top_k=k, **options)).ids
    assert found is not None
    return found


def test_the_nearest_nodes_come_back_as_they_were_given(full: AlbertSearchVectorStore) -> None:
    result = full.query(VectorStoreQuery(query_str="cat mat sleeps", similarity_top_k=2))
    assert result.nodes == [NODES[0], NODES[2]]
    assert result.ids == ["cat", "copy"]
    assert result.similarities is not None
    assert 1 >= result.similarities[0] > result.similarities[1] > 0


def test_a_long_node_is_found_once_and_by_each_of_its_parts(full: AlbertSearchVectorStore) -> None:
    assert len(full.client.get("long")) > 2
    assert ask(full, "zebra crosses", k=1) == ["long"]
    assert sorted(ask(full, "grey weather", k=4)) == ["cat", "copy", "dog", "long"]
    found = full.query(VectorStoreQuery(query_str="rust", similarity_top_k=4)).nodes
    assert found is not None
    assert [node.get_content() for node in found if node.node_id == "long"] == [LONG]


def test_a_vector_asks_where_there_is_no_text(full: AlbertSearchVectorStore) -> None:
    vector = BagOfWords().encode(["dogs bark"])[0].tolist()
    result = full.query(VectorStoreQuery(query_embedding=vector, similarity_top_k=1))
    assert result.ids == ["dog"]


@pytest.mark.parametrize("mode", ["text_search", "sparse", "hybrid", "semantic_hybrid"])
def test_other_rankings(full: AlbertSearchVectorStore, mode: str) -> None:
    assert ask(full, "zebra", k=1, mode=VectorStoreQueryMode(mode)) == ["long"]


def test_a_diverse_selection_passes_over_what_says_the_same(full: AlbertSearchVectorStore) -> None:
    assert ask(full, "cat mat dogs") == ["copy", "cat"]
    assert ask(full, "cat mat dogs", mode=VectorStoreQueryMode.MMR, mmr_threshold=0.3) == ["copy", "dog"]


def test_a_query_that_says_nothing_is_refused(full: AlbertSearchVectorStore) -> None:
    with pytest.raises(UsageError, match="neither text nor a vector"):
        full.query(VectorStoreQuery())
    with pytest.raises(UsageError, match="svm"):
        ask(full, "cat", mode=VectorStoreQueryMode.SVM)


def test_a_query_is_limited_to_nodes_and_documents(full: AlbertSearchVectorStore) -> None:
    assert ask(full, "cat mat", k=4, node_ids=["dog", "long"]) in (["dog", "long"], ["long", "dog"])
    assert ask(full, "cat mat", k=4, doc_ids=["w"]) == ["long"]
    assert ask(full, "cat mat", k=4, doc_ids=["w"], node_ids=["cat"]) == []


def test_nodes_are_got_and_forgotten(full: AlbertSearchVectorStore) -> None:
    assert full.get_nodes() == NODES
    assert full.get_nodes(["dog", "nowhere"]) == [NODES[1]]
    full.delete_nodes(["dog", "nowhere"])
    assert full.get_nodes() == [NODES[0], *NODES[2:]]
    full.delete("pets")
    assert full.get_nodes() == NODES[3:]
    full.clear()
    assert full.get_nodes() == []


async def test_the_same_without_waiting(store: AlbertSearchVectorStore) -> None:
    await store.async_add(NODES)
    result = await store.aquery(VectorStoreQuery(query_str="dogs bark", similarity_top_k=1))
    assert result.ids == ["dog"]
    await store.adelete("w")
    await store.adelete_nodes(["cat"])
    assert [node.node_id for node in await store.aget_nodes()] == ["dog", "copy"]
    await store.aclear()
    assert await store.aget_nodes() == []


def test_a_node_takes_the_place_of_the_one_with_its_id(full: AlbertSearchVectorStore) -> None:
    full.add([TextNode(id_="cat", text="Whales sing.")])
    assert ask(full, "whales sing", k=1) == ["cat"]
    assert len(full.get_nodes()) == 4


def test_an_image_without_text_is_kept(store: AlbertSearchVectorStore) -> None:
    image = ImageNode(id_="image", image_url="https://example.org/a.png")
    store.add([image])
    assert store.get_nodes(["image"]) == [image]
    assert ask(store, "anything") == []


def test_documents_of_other_programs_are_nodes_too(store: AlbertSearchVectorStore) -> None:
    store.client.add_texts(["Whales sing. Owls hoot."], [{"year": 7}], ["elsewhere"])
    (node,) = store.get_nodes()
    assert (node.node_id, node.get_content(), node.metadata) == ("elsewhere", "Whales sing. Owls hoot.", {"year": 7})


# --- filters, against LlamaIndex's own idea of them ------------------------------------------------

OP = FilterOperator
comparisons = st.one_of(
    st.builds(MetadataFilter, key=st.just("name"), value=names, operator=st.sampled_from([OP.EQ, OP.NE])),
    st.builds(MetadataFilter, key=st.just("year"), value=years,
              operator=st.sampled_from([OP.EQ, OP.NE, OP.LT, OP.LTE, OP.GT, OP.GTE])),
    st.builds(MetadataFilter, key=st.sampled_from(["name", "path"]), value=st.lists(names, max_size=3),
              operator=st.sampled_from([OP.IN, OP.NIN])),
    st.builds(MetadataFilter, key=st.sampled_from(["name", "path"]), value=names,
              operator=st.sampled_from([OP.TEXT_MATCH, OP.TEXT_MATCH_INSENSITIVE])),
    st.builds(MetadataFilter, key=st.just("tags"), value=tags, operator=st.just(OP.CONTAINS)),
    st.builds(MetadataFilter, key=st.just("tags"), value=st.lists(tags, max_size=2),
              operator=st.sampled_from([OP.ANY, OP.ALL])),
    st.builds(MetadataFilter, key=st.sampled_from(["name", "tags", "year", "nothing"]), value=st.none(),
              operator=st.just(OP.IS_EMPTY)),
)  # fmt: skip
filters = st.builds(
    MetadataFilters, filters=st.lists(comparisons, max_size=3), condition=st.sampled_from(list(FilterCondition))
)


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> AlbertSearchVectorStore:
    store = AlbertSearchVectorStore(tmp_path_factory.mktemp("varied") / "index", model=BagOfWords())
    nodes = [
        TextNode(id_=str(number), text=f"Node {number}.", metadata=known) for number, known in enumerate(METADATAS)
    ]
    store.add(nodes)
    return store


@given(where=filters)
@settings(max_examples=80, deadline=None)
def test_filters_mean_what_llama_index_means(varied: AlbertSearchVectorStore, where: MetadataFilters) -> None:
    holds = build_metadata_filter_fn(lambda name: METADATAS[int(name)], where)
    expected = {str(number) for number in range(len(METADATAS)) if holds(str(number))}
    assert {node.node_id for node in varied.get_nodes(filters=where)} == expected


def test_filters_nest_and_come_before_the_nearest(varied: AlbertSearchVectorStore) -> None:
    ann = MetadataFilter(key="name", value="Ann")
    early = MetadataFilter(key="year", value=100, operator=OP.LTE)
    nested = MetadataFilters(
        filters=[MetadataFilters(filters=[ann, early], condition=FilterCondition.OR),
                 MetadataFilters(filters=[MetadataFilter(key="year", value=-1)], condition=FilterCondition.NOT)]
    )  # fmt: skip
    assert sorted(ask(varied, "node 4", k=9, filters=nested)) == ["1", "5", "8"]
    assert ask(varied, "node 4", k=1, filters=MetadataFilters(filters=[ann])) == ["1"]


@pytest.mark.parametrize("operator", [OP.IN, OP.NIN, OP.ANY, OP.ALL])
def test_a_list_is_asked_for_where_one_is_needed(varied: AlbertSearchVectorStore, operator: FilterOperator) -> None:
    where = MetadataFilters(filters=[MetadataFilter(key="name", value="Ann", operator=operator)])
    with pytest.raises(FilterError, match="name must be compared with a list"):
        varied.get_nodes(filters=where)


# --- LlamaIndex on top ------------------------------------------------------------------------------


def test_an_index_inserts_retrieves_and_deletes(store: AlbertSearchVectorStore) -> None:
    assert isinstance(store, BasePydanticVectorStore)
    index = VectorStoreIndex.from_documents(
        [Document(id_="pets", text=CAT), Document(id_="more", text=DOG)],
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=MockEmbedding(1),
    )
    index.insert(Document(id_="weather", text=LONG))
    retriever = index.as_retriever(similarity_top_k=1)
    assert retriever.retrieve("zebra crosses")[0].node.ref_doc_id == "weather"
    index.delete_ref_doc("weather")
    assert retriever.retrieve("zebra crosses")[0].node.ref_doc_id != "weather"


async def test_an_answer_is_made_of_what_was_found(full: AlbertSearchVectorStore) -> None:
    index = VectorStoreIndex.from_vector_store(full, embed_model=MockEmbedding(1))
    engine = RetrieverQueryEngine.from_args(index.as_retriever(similarity_top_k=1), llm=MockLLM())
    response = await engine.aquery("who barks at the moon: dogs?")
    assert DOG in str(response)
    assert [source.node_id for source in response.source_nodes] == ["dog"]


async def test_llama_index_evaluates_it(full: AlbertSearchVectorStore) -> None:
    index = VectorStoreIndex.from_vector_store(full, embed_model=MockEmbedding(1))
    evaluator = RetrieverEvaluator.from_metric_names(["hit_rate", "mrr"], retriever=index.as_retriever())
    result = await evaluator.aevaluate("cat mat sleeps", ["copy"])
    assert result.metric_vals_dict == {"hit_rate": 1.0, "mrr": 0.5}


def test_a_pipeline_brings_a_changed_document_up_to_date(store: AlbertSearchVectorStore) -> None:
    pipeline = IngestionPipeline(
        transformations=[SentenceSplitter(chunk_size=64, chunk_overlap=0), AlbertEmbedding(BagOfWords())],
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS,
        vector_store=store,
    )
    pipeline.run(documents=[Document(id_="a", text=CAT), Document(id_="b", text=DOG)])
    pipeline.run(documents=[Document(id_="a", text="Whales sing."), Document(id_="b", text=DOG)])
    assert sorted(node.get_content() for node in store.get_nodes()) == [DOG, "Whales sing."]


# --- the embedding and the retriever -----------------------------------------------------------------


async def test_the_embedding_is_the_model_that_ships() -> None:
    embedding = AlbertEmbedding()
    assert isinstance(embedding, BaseEmbedding)
    texts = ["How old are you?", "what is your age?", "Steel is strong."]
    vectors = embedding.get_text_embedding_batch(texts)
    assert [len(vector) for vector in vectors] == [384] * 3
    assert await embedding.aget_text_embedding_batch(texts) == vectors
    assert await embedding.aget_query_embedding(texts[0]) == embedding.get_query_embedding(texts[0])
    assert similarity(vectors[0], embedding.get_query_embedding(texts[0])) == pytest.approx(1, abs=1e-3)
    assert embedding.to_dict()["class_name"] == "AlbertEmbedding"


async def test_a_retriever_gives_sentences_of_any_index(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Pets\n\nThe cat sleeps. It dreams of mice.\n\nDogs bark.\n")
    with Index.create(tmp_path / "index", model=BagOfWords()) as index:
        index.add([tmp_path / "notes.md"])
        retriever = AlbertSearchRetriever(index, similarity_top_k=1, context=1)
        (found,) = retriever.retrieve("dreams of mice")
        assert found.node.get_content() == "The cat sleeps. It dreams of mice. Dogs bark."
        assert (found.node.metadata["line"], found.node.metadata["headings"]) == (3, ["Pets"])
        assert await retriever.aretrieve("dreams of mice") == [found]
        nowhere = AlbertSearchRetriever(index, where=MetadataFilters(filters=[MetadataFilter(key="x", value=1)]))
        assert nowhere.retrieve("dreams of mice") == []
