"""Another model for an index: its texts are embedded anew out of the store, without reading any file."""

from __future__ import annotations

import time
from tempfile import TemporaryFile

from albert_search.indexing.indexer import Indexer
from albert_search.indexing.report import IndexReport, ProgressCallback
from albert_search.indexing.run import BATCH_TEXTS
from albert_search.storage.store import Store
from albert_search.types import ModelReference, SentenceEncoder


def embed_again(
    store: Store, encoder: SentenceEncoder, model: ModelReference, *, progress: ProgressCallback | None = None
) -> IndexReport:
    """Give every text of a store the vector that another model makes of it; the caller holds the right to write.

    The old vectors stay until the new ones are all there, and change in one transaction: whatever happens, the index is
    of one model or of the other.

    Args:
        store: Where the texts are.
        encoder: The other model, loaded.
        model: The same, as the index will remember it.
        progress: Called after each step.

    Returns:
        The number of texts, and the time.

    Raises:
        StorageError: The disk is full, read-only or failing; nothing has changed.
    """
    started = time.perf_counter()
    indexer = Indexer(store, encoder, batch_texts=BATCH_TEXTS, progress=progress)
    with TemporaryFile() as vectors:  # a large index has more of them than fit in memory
        with store.reading() as view:
            for texts in store.all_texts(view):
                vectors.write(indexer.encode(texts).astype("<f2").tobytes())
        vectors.seek(0)
        store.replace_vectors(model, vectors)
    indexer.report.seconds = time.perf_counter() - started
    return indexer.report
