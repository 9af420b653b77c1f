"""LangChain: its own suites, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("langchain_tests", reason="LangChain's suites are not installed: pip install langchain-tests")

from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import EmbeddingsIntegrationTests, VectorStoreIntegrationTests
from langchain_tests.integration_tests.retrievers import RetrieversIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from albert_search.integrations.langchain import AlbertEmbeddings, AlbertSearchRetriever, AlbertSearchVectorStore


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
