"""An index as the server uses it: asked by many at once, and looked at page by page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import numpy as np

from albert_search.errors import NotIndexed
from albert_search.index.index import Index
from albert_search.serving.batching import SharedEncoder
from albert_search.storage.catalog import Where, as_filter
from albert_search.storage.vectors.space import Space
from albert_search.types import DocumentSummary, Extract, Sample, SentenceEncoder


class ServedIndex(Index):
    """An index whose questions, when many ask at once, go through the encoder together."""

    _shared: SharedEncoder | None = None

    def share_encoder(self, observe: Callable[[int], None]) -> None:
        """Load the encoder, and from now on gather the calls of many threads into few.

        Args:
            observe: Called with the number of texts of each batch.
        """
        self._shared = SharedEncoder(super().encoder, observe)

    @property
    def encoder(self) -> SentenceEncoder:
        """The model that made the index."""
        return self._shared or super().encoder

    def generation(self) -> int:
        """Return the number of the index's state: it grows with each write, from whatever process."""
        with self._catalog.reading() as view:
            return int(view.setting("generation"))

    def page_of_documents(self, where: Where, first: int, count: int) -> tuple[list[DocumentSummary], int]:
        """Return some of the documents that match a filter, by address, and how many match.

        Args:
            where: The filter.
            first: How many to pass over.
            count: At most so many.
        """
        condition = as_filter(where)
        with self._catalog.reading() as view:
            found = list(islice(view.documents(condition), first, first + count))
            return found, len(view.document_ids(condition))

    def extract(self, uri: str, first: int, count: int) -> Extract:
        """Return some sentences of a document.

        Args:
            uri: The document's address, exactly.
            first: Place of the first sentence, from 0.
            count: At most so many.

        Raises:
            NotIndexed: There is no such document.
        """
        with self._catalog.reading() as view:
            for number in view.document_ids_at([uri]):
                sentences = view.sentences(number)
                metadata = sentences[0].metadata if sentences else {}
                return Extract(uri, metadata, len(sentences), sentences[first : first + count])
        raise NotIndexed(f"{uri} is not in the index: GET /documents lists what is")

    def sample(self, count: int) -> Sample:
        """Return at most so many sentences with different texts, drawn evenly.

        Args:
            count: How many.
        """
        with self._catalog.reading() as view:
            drawn = np.unique(np.linspace(1, view.last_text_id(), count, dtype=np.int64)).tolist()
            hits = [hit for text_id in drawn for hit in view.hits(text_id, limit=1)]
            vectors = Space(view).texts([hit.text_id for hit in hits])
            return Sample(hits, vectors, view.counts()["texts"])
