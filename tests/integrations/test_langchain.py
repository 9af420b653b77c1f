"""LangChain: its own suites, and what they leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_core.structured_query import (
    Comparator,
    Comparison,
    FilterDirective,
    Operation,
    Operator,
    StructuredQuery,
)
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import (
    EmbeddingsIntegrationTests,
    RetrieversIntegrationTests,
    VectorStoreIntegrationTests,
)
from langchain_tests.unit_tests import EmbeddingsUnitTests

from albert_search import Encoder, Index
from albert_search.errors import FilterError, ModelMismatch, UsageError
from albert_search.integrations.langchain import (
    AlbertEmbeddings,
    AlbertSearchRetriever,
    AlbertSearchTranslator,
    AlbertSearchVectorStore,
)
from tests.support.bag_of_words import BagOfWords
from tests.support.collection import CAT, COPY, DOG, LONG, METADATAS


@cache
def shipped_encoder() -> Encoder:
    return Encoder.load()


class TestVectorStoreSuite(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, tmp_path: Path) -> Iterator[VectorStore]:
        store = AlbertSearchVectorStore(tmp_path / "index", embedding=self.get_embeddings())
        yield store
        store.index.close()


class TestEmbeddingsUnitSuite(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[AlbertEmbeddings]:
        return AlbertEmbeddings


class TestEmbeddingsSuite(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[AlbertEmbeddings]:
        return AlbertEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"model": shipped_encoder()}


class TestRetrieverSuite(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _notes(self, notes: Index) -> None:
        self.index = notes

    @property
    def retriever_constructor(self) -> type[AlbertSearchRetriever]:
        return AlbertSearchRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"index": self.index}

    @property
    def retriever_query_example(self) -> str:
        return "dreams of mice"


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("notes")
    (folder / "notes.md").write_text("# Pets\n\nThe cat sleeps. It dreams of mice.\n\nDogs bark.\n")
    with Index.create(folder / "index", model=BagOfWords()) as index:
        index.add([folder / "notes.md"])
        yield index


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AlbertSearchVectorStore]:
    embeddings = AlbertEmbeddings(BagOfWords())
    made = AlbertSearchVectorStore.from_texts(
        [CAT, DOG, COPY, LONG],
        embeddings,
        [{"kind": "pet"}, {"kind": "pet"}, {"kind": "toy"}, {"kind": "weather"}],
        ids=["cat", "dog", "copy", "long"],
        index=tmp_path_factory.mktemp("store") / "index",
    )
    yield made
    made.index.close()


def ids(documents: list[Document]) -> list[str | None]:
    return [document.id for document in documents]


# --- searching ----------------------------------------------------------------------------------------


def test_a_long_text_is_found_once_and_by_each_of_its_parts(store: AlbertSearchVectorStore) -> None:
    assert len(store.index.get("long")) > 2
    (found,) = store.similarity_search("zebra crosses", k=1)
    assert found == Document(id="long", page_content=LONG, metadata={"kind": "weather"})
    assert sorted(map(str, ids(store.similarity_search("grey weather", k=4)))) == ["cat", "copy", "dog", "long"]


def test_scores_are_cosines_and_relevances_shares(store: AlbertSearchVectorStore) -> None:
    ((best, score), (_, lower)) = store.similarity_search_with_score(CAT, k=2)
    assert (best.id, score) == ("cat", pytest.approx(1, abs=1e-3))
    ((_, relevance), (_, less)) = store.similarity_search_with_relevance_scores(CAT, k=2)
    assert (relevance, less) == (pytest.approx((score + 1) / 2), pytest.approx((lower + 1) / 2))


def test_words_alone_and_both_together(store: AlbertSearchVectorStore) -> None:
    assert ids(store.similarity_search("zebra", k=1, mode="keyword")) == ["long"]
    assert ids(store.similarity_search("zebra", k=1, mode="hybrid")) == ["long"]


async def test_a_vector_asks_too(store: AlbertSearchVectorStore) -> None:
    vector = store.embeddings.embed_query("dogs bark")
    assert ids(store.similarity_search_by_vector(vector, k=1)) == ["dog"]
    assert ids(await store.asimilarity_search_by_vector(vector, k=1, filter={"kind": "toy"})) == ["copy"]


async def test_a_diverse_selection_passes_over_what_says_the_same(store: AlbertSearchVectorStore) -> None:
    assert ids(store.similarity_search("cat mat dogs", k=2)) == ["copy", "cat"]
    assert ids(store.max_marginal_relevance_search("cat mat dogs", k=2, lambda_mult=0.3)) == ["copy", "dog"]
    assert ids(store.max_marginal_relevance_search("cat mat dogs", k=2, lambda_mult=1)) == ["copy", "cat"]
    found = await store.amax_marginal_relevance_search("cat mat dogs", k=2, filter={"kind": "toy"})
    assert ids(found) == ["copy"]
    assert store.max_marginal_relevance_search("cat", k=0) == []


def test_equal_texts_stay_apart(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index", model=BagOfWords(), unit="document") as index:
        store = AlbertSearchVectorStore(index)
        store.add_texts([CAT] * 5, [{"n": n} for n in range(5)], ids=list("abcde"))
        assert sorted(map(str, ids(store.similarity_search("cat", k=5)))) == list("abcde")
        assert ids(store.similarity_search("cat", k=1, filter={"n": {"$gte": 4}})) == ["e"]


# --- writing ------------------------------------------------------------------------------------------


def test_as_many_metadatas_as_texts_are_needed(store: AlbertSearchVectorStore) -> None:
    with pytest.raises(UsageError, match="2 texts need as many metadatas"):
        store.add_texts(["a", "b"], [{}])


def test_everything_is_deleted_without_ids(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index", model=BagOfWords(), unit="document") as index:
        store = AlbertSearchVectorStore(index)
        store.add_texts([CAT, DOG], ids=["a", "a/b"])
        store.delete(["a"])
        assert [entry.uri for entry in index.documents()] == ["a/b"], "an id is no folder"
        store.delete()
        assert index.documents() == []


def test_texts_of_other_programs_are_found_whole(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index", model=BagOfWords(), unit="document") as index:
        index.add_texts(["Whales sing.\n\nOwls hoot."], [{"year": 7}], ["elsewhere"])
        expected = Document(id="elsewhere", page_content="Whales sing. Owls hoot.", metadata={"year": 7})
        store = AlbertSearchVectorStore(index)
        assert store.similarity_search("whales", k=1) == store.get_by_ids(["elsewhere"]) == [expected]


def test_other_embeddings_do_not_fit_an_index(tmp_path: Path) -> None:
    AlbertSearchVectorStore(tmp_path / "index", embedding=DeterministicFakeEmbedding(size=6)).index.close()
    AlbertSearchVectorStore(tmp_path / "index", embedding=DeterministicFakeEmbedding(size=6)).index.close()
    with pytest.raises(ModelMismatch):
        AlbertSearchVectorStore(tmp_path / "index", embedding=DeterministicFakeEmbedding(size=7))


def test_the_embeddings_of_the_index_are_given_back(tmp_path: Path) -> None:
    embeddings = DeterministicFakeEmbedding(size=6)
    store = AlbertSearchVectorStore(tmp_path / "index", embedding=embeddings)
    assert store.embeddings is embeddings


# --- filters ------------------------------------------------------------------------------------------

# For each filter, what it means in Python.
FILTERS: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
    ({}, lambda known: True),
    ({"name": "Ann"}, lambda known: known.get("name") == "Ann"),
    ({"name": None}, lambda known: known.get("name") is None),
    ({"name": 100}, lambda known: known.get("name") == 100),
    ({"path": "Elsewhere"}, lambda known: known.get("path") == "Elsewhere"),
    ({"name": "Ann", "year": {"$gt": 2000, "$lte": 2020}}, lambda known: known.get("year") == 2020),
    ({"year": {"$ne": 2020}}, lambda known: known.get("year") != 2020),
    ({"year": {"$lt": 7}}, lambda known: (known.get("year") or 0) < 7 and known.get("year") is not None),
    ({"year": {"$in": [2020, 100, None]}}, lambda known: known.get("year") in (2020, 100, None)),
    ({"year": {"$nin": [2020, 100]}}, lambda known: known.get("year") not in (2020, 100)),
    ({"draft": True}, lambda known: known.get("draft") is True),
    ({"tags": {"$contains": "red"}}, lambda known: "red" in known.get("tags", [])),
    ({"name": {"$like": "%NN"}}, lambda known: known.get("name") in ("Ann", "ann", "Ann Ann")),
    ({"path": {"$like": "%a*b_md"}}, lambda known: "a*b" in known.get("path", "")),
    ({"tags": {"$exists": True}}, lambda known: "tags" in known),
    ({"tags": {"$exists": False}}, lambda known: "tags" not in known),
    ({"deep.year": {"$gte": 7}}, lambda known: known.get("deep", {}).get("year", 0) >= 7),
    ({"$or": [{"name": "ann"}, {"year": 100}]}, lambda known: known.get("name") == "ann" or known.get("year") == 100),
    ({"$and": [{"name": "Ann"}, {"year": 2020}]}, lambda known: known.get("name") == "Ann"),
    ({"$not": {"name": "Ann"}, "year": 2021}, lambda known: known.get("year") == 2021),
]


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AlbertSearchVectorStore]:
    made = AlbertSearchVectorStore(
        tmp_path_factory.mktemp("varied") / "index", embedding=AlbertEmbeddings(BagOfWords())
    )
    made.add_texts(
        [f"Text {n}." for n in range(len(METADATAS))], METADATAS, ids=[str(n) for n in range(len(METADATAS))]
    )
    yield made
    made.index.close()


@pytest.mark.parametrize(("where", "holds"), FILTERS, ids=[str(where) for where, _ in FILTERS])
def test_a_filter_means_what_it_says(
    varied: AlbertSearchVectorStore, where: dict[str, Any], holds: Callable[[dict[str, Any]], bool]
) -> None:
    expected = {str(number) for number, known in enumerate(METADATAS) if holds(known)}
    found = varied.similarity_search("text", k=len(METADATAS), filter=where)
    assert set(ids(found)) == expected


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"$nor": []}, "joins no filters"),
        ({"year": {"$near": 7}}, "is no comparison"),
        ({"year": {"$in": 7}}, "list of values"),
        ({"$and": ["year"]}, "mappings"),
        ({"$or": 7}, "list of mappings"),
        (lambda document: True, "is no filter"),
        ([{"year": 7}], "is no filter"),
        ({"tags": ["red"]}, "lists"),
    ],
)
def test_a_filter_that_says_nothing_is_refused(varied: AlbertSearchVectorStore, where: Any, message: str) -> None:
    with pytest.raises(FilterError, match=message):
        varied.similarity_search("text", filter=where)


def test_a_structured_query_is_translated(varied: AlbertSearchVectorStore) -> None:
    recent = Comparison(comparator=Comparator("gte"), attribute="year", value=100)
    parts: list[FilterDirective] = [recent, Comparison(comparator=Comparator("eq"), attribute="name", value="Ann")]
    both, neither = (
        Operation(operator=Operator("and"), arguments=parts),
        Operation(operator=Operator("not"), arguments=parts),
    )
    either = Operation(operator=Operator("or"), arguments=parts)
    question, arguments = AlbertSearchTranslator().visit_structured_query(
        StructuredQuery(query="text", filter=both, limit=None)
    )
    assert ids(varied.similarity_search(question, **arguments)) == ["1"]
    assert set(ids(varied.similarity_search("text", k=9, filter=either))) == {"1", "2", "3", "5"}
    assert set(ids(varied.similarity_search("text", k=9, filter=neither))) == set("02345678")
    bare = StructuredQuery(query="text", filter=None, limit=None)
    assert AlbertSearchTranslator().visit_structured_query(bare) == ("text", {})


# --- retrievers ---------------------------------------------------------------------------------------


async def test_a_store_is_a_retriever(store: AlbertSearchVectorStore) -> None:
    retriever = store.as_retriever(search_kwargs={"k": 1, "filter": {"kind": "toy"}})
    assert ids(retriever.invoke("dogs bark")) == ids(await retriever.ainvoke("dogs bark")) == ["copy"]
    diverse = store.as_retriever(search_type="mmr", search_kwargs={"k": 2, "lambda_mult": 0.3})
    assert ids(diverse.invoke("cat mat dogs")) == ["copy", "dog"]
    near = store.as_retriever(search_type="similarity_score_threshold", search_kwargs={"score_threshold": 0.99})
    assert ids(near.invoke(CAT)) == ["cat"]


def test_a_retriever_gives_sentences_with_their_place(notes: Index) -> None:
    (found,) = AlbertSearchRetriever(index=notes, k=1, context=1).invoke("dreams of mice")
    assert found.page_content == "The cat sleeps. It dreams of mice. Dogs bark."
    assert found.metadata["uri"].endswith("notes.md")
    assert (found.metadata["line"], found.metadata["headings"]) == (3, ["Pets"])
    assert AlbertSearchRetriever(index=notes, filter="path=*.txt").invoke("dreams of mice") == []
    assert AlbertSearchRetriever(index=notes).invoke("dreams of mice", filter={"nothing": 1}) == []


def test_a_retriever_gives_whole_texts_of_a_store(store: AlbertSearchVectorStore) -> None:
    (found,) = AlbertSearchRetriever(index=store.index, k=1).invoke("dogs bark")
    assert found == Document(id="dog", page_content=DOG, metadata={"kind": "pet"})


def test_a_chain_is_fed(store: AlbertSearchVectorStore) -> None:
    prompt = ChatPromptTemplate.from_template("{context} {question}")
    join = lambda found: " ".join(document.page_content for document in found)  # noqa: E731  # as LangChain's examples do
    chain = {"context": store.as_retriever(search_kwargs={"k": 1}) | join, "question": RunnablePassthrough()} | prompt
    assert chain.invoke("dogs bark").to_string() == f"Human: {DOG} dogs bark"


def test_a_long_question_is_read_to_its_end() -> None:
    embeddings = AlbertEmbeddings(BagOfWords())
    near, far = embeddings.embed_documents(["zebra river", "moon"])
    question = embeddings.embed_query(LONG)
    assert sum(a * b for a, b in zip(question, near, strict=True)) > sum(
        a * b for a, b in zip(question, far, strict=True)
    )
