"""The frameworks' retrievers rank as `search` does, unless they are told otherwise."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from albert_search.index.index import Index
from albert_search.types import DEFAULT_MODE, Mode
from tests.support.bag_of_words import BagOfWords

TEXTS = {"cat": "The cat sleeps on the mat.", "dog": "Dogs bark at the moon.", "code": "Error E4711 was raised."}


def test_every_retriever_begins_with_the_mode_of_search() -> None:
    haystack = pytest.importorskip("albert_search.integrations.haystack")
    langchain = pytest.importorskip("albert_search.integrations.langchain")
    llama_index = pytest.importorskip("albert_search.integrations.llama_index")
    functions = [
        haystack.AlbertSearchRetriever.run,
        haystack.AlbertSearchDocumentStore.search,
        langchain.AlbertSearchVectorStore.similarity_search_with_score,
        llama_index.AlbertSearchRetriever.__init__,
        Index.search,
    ]
    modes = {function.__qualname__: inspect.signature(function).parameters["mode"].default for function in functions}
    assert set(modes.values()) == {DEFAULT_MODE}
    assert langchain.AlbertSearchRetriever.model_fields["mode"].default == DEFAULT_MODE


@pytest.mark.parametrize("mode", ["semantic", "keyword", "hybrid"])
def test_relevances_of_langchain_are_shares_in_every_mode(tmp_path: Path, mode: Mode) -> None:
    langchain = pytest.importorskip("albert_search.integrations.langchain")
    with Index.create(tmp_path / "index", model=BagOfWords(), unit="document") as index:
        store = langchain.AlbertSearchVectorStore(index)
        store.add_texts(list(TEXTS.values()), ids=list(TEXTS))
        answers = store.similarity_search_with_relevance_scores("Error E4711 was raised.", k=3, mode=mode)
    assert answers[0][0].id == "code"
    assert answers[0][1] == pytest.approx(1, abs=1e-3)
    assert all(0 <= relevance <= 1 for _, relevance in answers)
