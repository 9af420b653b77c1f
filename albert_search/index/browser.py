"""An index as something to look at: what it holds, without asking a question and without a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from types import TracebackType

import numpy as np
from typing_extensions import Self

from albert_search.arrays import Vectors
from albert_search.errors import NotIndexed
from albert_search.index.info import IndexInfo
from albert_search.index.pages import Extract, Sample
from albert_search.indexing.snapshot import Comparison, Snapshot
from albert_search.storage.addresses import addresses_of
from albert_search.storage.catalog import Reading, Where, as_filter
from albert_search.storage.store import Store
from albert_search.storage.vectors.space import Space
from albert_search.types import DocumentSummary, Place, Unit
from albert_search.words.languages import UNKNOWN_LANGUAGE

BUDGET_S = 0.5
"""How long a search looks for changes of the sources, in seconds: enough for 50,000 files and more."""


class IndexBrowser:
    """Shows what an index holds.

    Attributes:
        folder: Where the index is.
        unit: What gets a vector of its own.

    Args:
        store: The index.
    """

    def __init__(self, store: Store) -> None:
        self.folder: Path = store.folder
        self.unit: Unit = store.unit
        self._store = store

    def reading(self) -> AbstractContextManager[Reading]:
        """Open a consistent view of the catalog, valid inside a ``with`` block, for what measures an index."""
        return self._store.reading()

    def documents(self, where: Where = None) -> list[DocumentSummary]:
        """Return the documents that match a filter, by address."""
        with self._store.reading() as view:
            return list(view.documents(as_filter(where)))

    def page_of_documents(self, where: Where, first: int, count: int) -> tuple[list[DocumentSummary], int]:
        """Return some of the documents that match a filter, by address, and how many match.

        Args:
            where: The filter.
            first: How many to pass over.
            count: At most so many.
        """
        condition = as_filter(where)
        with self._store.reading() as view:
            documents = list(islice(view.documents(condition), first, first + count))
            return documents, len(view.document_ids(condition))

    def fields(self) -> list[str]:
        """Return the names of the metadata fields that documents have, which ``where`` can name beside ``path``."""
        with self._store.reading() as view:
            return view.fields()

    def get(self, uri: str | Path) -> list[Place]:
        """Return the sentences of a document in reading order.

        Raises:
            NotIndexed: There is no such document.
        """
        with self._store.reading() as view:
            for number in view.document_ids_at(addresses_of(uri)):
                return view.sentences(number)
        raise NotIndexed(f"{uri} is not in the index")

    def extract(self, uri: str, first: int, count: int) -> Extract:
        """Return some sentences of a document.

        Args:
            uri: The document's address, exactly.
            first: Place of the first sentence, from 0.
            count: At most so many.

        Raises:
            NotIndexed: There is no such document.
        """
        with self._store.reading() as view:
            for number in view.document_ids_at([uri]):
                sentences = view.sentences(number)
                metadata = sentences[0].metadata if sentences else {}
                return Extract(uri, metadata, len(sentences), sentences[first : first + count])
        raise NotIndexed(f"{uri} is not in the index")

    def sentences(self, where: Where = None) -> Iterator[Place]:
        """Yield every sentence of the documents that match a filter, in reading order.

        Args:
            where: Only in documents that match.

        Yields:
            The sentences, document after document; what is removed meanwhile is left out.
        """
        for document in self.documents(where):
            with self._store.reading() as view:
                sentences = view.sentences(document.id)
            yield from sentences

    def __iter__(self) -> Iterator[Place]:
        """Yield every sentence, as `sentences` does."""
        return self.sentences()

    def sample(self, count: int) -> Sample:
        """Return at most so many sentences with different texts, drawn evenly.

        Args:
            count: How many.
        """
        with self._store.reading() as view:
            drawn = np.unique(np.linspace(1, view.last_text_id(), count, dtype=np.int64)).tolist()
            sentences = [place for text_id in drawn for place in view.places(text_id, limit=1)]
            vectors = Space(view).texts([place.text_id for place in sentences])
            return Sample(sentences, vectors, view.count("texts"))

    def vectors(self, hits: Sequence[Place]) -> Vectors:
        """Return the model's vectors of some hits or sentences, in their order.

        Returns:
            float32 (n, dim), rows of length 1 to three digits.

        Raises:
            NotIndexed: One has been removed since it was found.
        """
        with self._store.reading() as view:
            vectors = view.vectors_of([hit.text_id for hit in hits])
        if len(vectors) != len(hits):
            raise NotIndexed("some of these hits are no longer in the index: search again")
        return vectors

    def generation(self) -> int:
        """Return the number of the index's state: it grows with each write, from whatever process."""
        with self._store.reading() as view:
            return view.state.generation

    def compare_sources(self, budget_s: float = BUDGET_S) -> Comparison:
        """Tell whether the sources look as they did when the index was last in step with them.

        Args:
            budget_s: How long to look, in seconds.

        Returns:
            ``same`` also for an index without sources; ``unknown`` where the time did not suffice.
        """
        with self._store.reading() as view:
            if not view.state.sources:
                return "same"
        known = self._store.snapshot()
        return "changed" if known is None else Snapshot.of(known).compare(budget_s)

    def in_step_at(self) -> float | None:
        """Return when the index was last in step with its sources, in seconds since 1970; None where never."""
        known = self._store.snapshot()
        return None if known is None else Snapshot.of(known).at

    def info(self) -> IndexInfo:
        """Return what the index is and holds."""
        with self._store.reading() as view:
            state, counts, vectors = view.state, view.counts(), self._store.describe(view)
            languages = {language or UNKNOWN_LANGUAGE: count for language, count in view.words.languages.items()}
            whitened = Space(view).whitening is not None
        model = self._store.model
        return IndexInfo(
            folder=str(self.folder),
            model=model.name,
            fingerprint=model.fingerprint,
            dim=model.dim,
            unit=self.unit,
            created_at=state.created_at,
            size_bytes=self._store.size_bytes(),
            search=vectors.kind,
            recall_at_10=vectors.recall,
            pending_vectors=vectors.pending,
            whitened=whitened,
            languages=languages,
            **counts,
        )

    def verify(self) -> list[str]:
        """Check every invariant of the catalog and the vector file.

        Returns:
            What is wrong, a sentence each; empty where all is well.
        """
        return self._store.verify()

    def close(self) -> None:
        """Close the index; calling it twice does no harm."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
