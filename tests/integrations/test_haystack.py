"""Haystack: its own suites, and what they leave out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
pytest.importorskip("haystack", reason="Haystack is not installed: pip install 'albert-search[haystack]'")

from bag_of_words import BagOfWords
from haystack import Document
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.testing.document_store import CountDocumentsByFilterTest, DocumentStoreBaseExtendedTests
from haystack.testing.document_store_async import (
    CountDocumentsAsyncTest,
    DeleteDocumentsAsyncTest,
    FilterDocumentsAsyncTest,
    WriteDocumentsAsyncTest,
)

from albert_search.integrations.haystack import AlbertSearchDocumentStore


class StoreFixture:
    @pytest.fixture
    def document_store(self, tmp_path: Path) -> Iterator[AlbertSearchDocumentStore]:
        store = AlbertSearchDocumentStore(str(tmp_path / "index"), BagOfWords())
        yield store
        store.index.close()


class TestDocumentStoreSuite(StoreFixture, DocumentStoreBaseExtendedTests, CountDocumentsByFilterTest):
    def test_write_documents(self, document_store: AlbertSearchDocumentStore) -> None:
        """The suite leaves this one open: without a policy a known id fails."""
        document = Document(content="test doc")
        assert document_store.write_documents([document]) == 1
        with pytest.raises(DuplicateDocumentError):
            document_store.write_documents([document])
        self.assert_documents_are_equal(document_store.filter_documents(), [document])


class TestDocumentStoreAsyncSuite(
    StoreFixture, CountDocumentsAsyncTest, DeleteDocumentsAsyncTest, FilterDocumentsAsyncTest, WriteDocumentsAsyncTest
):
    async def test_write_documents_async(self, document_store: AlbertSearchDocumentStore) -> None:
        """The suite leaves this one open: without a policy a known id fails."""
        document = Document(content="test doc")
        assert await document_store.write_documents_async([document]) == 1
        with pytest.raises(DuplicateDocumentError):
            await document_store.write_documents_async([document])
