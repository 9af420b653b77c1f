"""Haystack: its own suites, and what they leave out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
from haystack import Document, Pipeline
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ByteStream
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DocumentStore, DuplicatePolicy
from haystack.errors import FilterError
from haystack.testing.document_store import CountDocumentsByFilterTest, DocumentStoreBaseExtendedTests
from haystack.testing.document_store_async import (
    CountDocumentsAsyncTest,
    CountDocumentsByFilterAsyncTest,
    DeleteAllAsyncTest,
    DeleteByFilterAsyncTest,
    DeleteDocumentsAsyncTest,
    FilterDocumentsAsyncTest,
    UpdateByFilterAsyncTest,
    WriteDocumentsAsyncTest,
)
from haystack.utils.filters import document_matches_filter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from albert_search.integrations.haystack import (
    AlbertDocumentEmbedder,
    AlbertSearchDocumentStore,
    AlbertSearchEmbeddingRetriever,
    AlbertSearchRetriever,
    AlbertTextEmbedder,
)
from tests.support.bag_of_words import BagOfWords
from tests.support.collection import CAT, COPY, DOG, LONG, METADATAS, names, years

DOCUMENTS = [
    Document(id="cat", content=CAT, meta={"kind": "pet"}),
    Document(id="dog", content=DOG, meta={"kind": "pet"}),
    Document(id="copy", content=COPY, meta={"kind": "toy"}),
    Document(id="long", content=LONG, meta={"kind": "weather"}),
]


class StoreFixture:
    @pytest.fixture
    def document_store(self, tmp_path: Path) -> Iterator[AlbertSearchDocumentStore]:
        store = AlbertSearchDocumentStore(str(tmp_path / "index"), BagOfWords())
        yield store
        store.index.close()


class TestDocumentStoreSuite(StoreFixture, DocumentStoreBaseExtendedTests, CountDocumentsByFilterTest):
    def test_write_documents(self, document_store: DocumentStore) -> None:
        """The suite leaves this one open: without a policy a known id fails."""
        document = Document(content="test doc")
        assert document_store.write_documents([document]) == 1
        with pytest.raises(DuplicateDocumentError):
            document_store.write_documents([document])
        self.assert_documents_are_equal(document_store.filter_documents(), [document])


class TestDocumentStoreAsyncSuite(
    StoreFixture,
    CountDocumentsAsyncTest,
    CountDocumentsByFilterAsyncTest,
    DeleteAllAsyncTest,
    DeleteByFilterAsyncTest,
    DeleteDocumentsAsyncTest,
    FilterDocumentsAsyncTest,
    UpdateByFilterAsyncTest,
    WriteDocumentsAsyncTest,
):
    async def test_write_documents_async(self, document_store: AlbertSearchDocumentStore) -> None:
        """The suite leaves this one open: without a policy a known id fails."""
        document = Document(content="test doc")
        assert await document_store.write_documents_async([document]) == 1
        with pytest.raises(DuplicateDocumentError):
            await document_store.write_documents_async([document])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AlbertSearchDocumentStore]:
    made = AlbertSearchDocumentStore(str(tmp_path / "index"), BagOfWords())
    made.write_documents(DOCUMENTS)
    yield made
    made.index.close()


def found(result: dict[str, Any]) -> list[str]:
    return [document.id for document in result["documents"]]


def test_nothing_is_written_where_one_document_fails(store: AlbertSearchDocumentStore) -> None:
    new = Document(id="new", content="Whales sing.")
    with pytest.raises(DuplicateDocumentError):
        store.write_documents([new, DOCUMENTS[0]], DuplicatePolicy.FAIL)
    with pytest.raises(DuplicateDocumentError):
        store.write_documents([new, new], DuplicatePolicy.FAIL)
    assert store.filter_documents() == DOCUMENTS
    assert store.write_documents([new, new, DOCUMENTS[0]], DuplicatePolicy.SKIP) == 1
    assert store.filter_documents() == [*DOCUMENTS, new]


def test_a_document_without_text_is_kept_whole(store: AlbertSearchDocumentStore) -> None:
    document = Document(
        id="image", blob=ByteStream(b"\x00\xff", mime_type="image/png"), meta={"content": "a", "path": "b"}
    )
    store.write_documents([document])
    assert store.filter_documents({"field": "id", "operator": "==", "value": "image"}) == [document]
    assert store.filter_documents({"field": "blob.mime_type", "operator": "==", "value": "image/png"}) == [document]
    assert store.filter_documents({"field": "meta.path", "operator": "in", "value": ["b"]}) == [document]
    assert store.filter_documents({"field": "content", "operator": "==", "value": CAT}) == DOCUMENTS[:1]


def test_documents_of_other_programs_have_their_text(store: AlbertSearchDocumentStore) -> None:
    store.index.add_texts(["Whales sing. Owls hoot."], [{"year": 7}], ["elsewhere"])
    (document,) = store.filter_documents({"field": "meta.year", "operator": "==", "value": 7})
    assert (document.id, document.content) == ("elsewhere", "Whales sing. Owls hoot.")


# --- filters, against Haystack's own idea of them ---------------------------------------------------

equal, order = st.sampled_from(["==", "!="]), st.sampled_from(["<", "<=", ">", ">="])
listed = st.sampled_from(["in", "not in"])
dates = st.sampled_from(["2024-02-29", "2023-12-31T23:59:59", "2023-12-31", "2030-01-01"])
fields = st.sampled_from(["meta.name", "meta.path", "name", "meta.deep.name", "id", "content"])
comparisons = st.one_of(
    st.fixed_dictionaries({"field": fields, "operator": equal, "value": names | st.none()}),
    st.fixed_dictionaries({"field": fields, "operator": listed, "value": st.lists(names | st.none(), max_size=3)}),
    st.fixed_dictionaries({"field": st.sampled_from(["meta.year", "meta.deep.year"]), "operator": equal | order,
                           "value": years | st.none()}),
    st.fixed_dictionaries({"field": st.sampled_from(["meta.year", "meta.name"]), "operator": listed,
                           "value": st.lists(years | names, max_size=4)}),
    st.fixed_dictionaries({"field": st.just("meta.draft"), "operator": equal, "value": st.booleans()}),
    st.fixed_dictionaries({"field": st.just("meta.date"), "operator": order, "value": dates}),
)  # fmt: skip
filters = st.recursive(
    comparisons,
    lambda part: st.fixed_dictionaries(
        {"operator": st.sampled_from(["AND", "OR", "NOT"]), "conditions": st.lists(part, max_size=3)}
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> AlbertSearchDocumentStore:
    store = AlbertSearchDocumentStore(str(tmp_path_factory.mktemp("varied") / "index"), BagOfWords())
    store.write_documents(varied_documents())
    return store


def varied_documents() -> list[Document]:
    return [Document(id=str(n), content=f"Document {n}.", meta=known) for n, known in enumerate(METADATAS)]


@given(where=filters)
@settings(max_examples=80, deadline=None)
def test_filters_mean_what_haystack_means(varied: AlbertSearchDocumentStore, where: dict[str, Any]) -> None:
    try:
        expected = [document for document in varied_documents() if document_matches_filter(where, document)]
    except (FilterError, TypeError):
        assume(False)
    assert varied.filter_documents(where) == expected
    assert varied.count_documents_by_filter(where) == len(expected)


# --- components and pipelines -------------------------------------------------------------------------


def test_the_retriever_finds_by_meaning_by_words_and_below_a_filter(store: AlbertSearchDocumentStore) -> None:
    retriever = AlbertSearchRetriever(store, top_k=2)
    assert found(retriever.run("cat mat sleeps")) == ["cat", "copy"]
    assert found(retriever.run("zebra", top_k=1, mode="keyword")) == ["long"]
    assert found(retriever.run("cat mat sleeps", top_k=0)) == []
    toys = {"field": "meta.kind", "operator": "==", "value": "toy"}
    assert found(retriever.run("dogs bark", filters=toys)) == ["copy"]
    (best, _) = retriever.run("cat mat sleeps")["documents"]
    assert best.content == CAT
    assert best.score is not None
    assert 0 < best.score <= 1


def test_a_run_replaces_the_filter_or_adds_to_it(store: AlbertSearchDocumentStore) -> None:
    pets = {"field": "meta.kind", "operator": "==", "value": "pet"}
    cats = {"field": "id", "operator": "in", "value": ["cat", "copy"]}
    assert found(AlbertSearchRetriever(store, pets).run("cat sleeps", cats)) == ["cat", "copy"]
    assert found(AlbertSearchRetriever(store, pets, filter_policy="merge").run("cat sleeps", cats)) == ["cat"]


def test_a_pipeline_writes_and_finds_and_survives_being_written_down(tmp_path: Path) -> None:
    writing = Pipeline()
    writing.add_component("writer", DocumentWriter(AlbertSearchDocumentStore(str(tmp_path / "index"))))
    writing.run({"writer": {"documents": [Document(id="a", content=CAT), Document(id="b", content=DOG)]}})

    asking = Pipeline()
    asking.add_component("embedder", AlbertTextEmbedder())
    asking.add_component("near", AlbertSearchEmbeddingRetriever(AlbertSearchDocumentStore(str(tmp_path / "index"))))
    asking.connect("embedder.embedding", "near.query_embedding")
    again = Pipeline.loads(asking.dumps(), allowed_modules=["albert_search.*"])
    assert again.dumps() == asking.dumps()
    for pipeline in (asking, again):
        assert found(pipeline.run({"embedder": {"text": DOG}, "near": {"top_k": 1}})["near"]) == ["b"]


async def test_a_pipeline_runs_without_waiting(store: AlbertSearchDocumentStore) -> None:
    pipeline = Pipeline()
    pipeline.add_component("near", AlbertSearchRetriever(store, top_k=1))
    assert found((await pipeline.run_async({"near": {"query": "dogs bark"}}))["near"]) == ["dog"]


def test_the_embedders_make_the_same_vectors_of_length_one() -> None:
    documents, text = AlbertDocumentEmbedder(), AlbertTextEmbedder()
    text.warm_up()
    given = Document(content=CAT)
    (embedded,) = documents.run([given])["documents"]
    assert given.embedding is None
    assert embedded.embedding is not None
    assert np.linalg.norm(embedded.embedding) == pytest.approx(1, abs=1e-5)
    assert embedded.embedding == pytest.approx(text.run(CAT)["embedding"], abs=1e-5)
    assert documents.run([])["documents"] == []


def test_the_embedders_say_what_they_take() -> None:
    with pytest.raises(TypeError, match="AlbertDocumentEmbedder"):
        AlbertTextEmbedder().run([CAT])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="AlbertTextEmbedder"):
        AlbertDocumentEmbedder().run(CAT)  # type: ignore[arg-type]
