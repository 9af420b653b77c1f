"""One run of the pipeline: prepared documents in, batch after batch committed, the vector file kept in step."""

from __future__ import annotations

import time
from collections.abc import Iterable

from albert_search.indexing.indexer import Indexer
from albert_search.indexing.preparation import Prepared, in_batches
from albert_search.indexing.read_ahead import read_ahead
from albert_search.indexing.report import IndexReport, ProgressCallback
from albert_search.storage.store import Store
from albert_search.types import SentenceEncoder

BATCH_TEXTS = 2048
"""Distinct new texts that are encoded and committed together, at most."""

BATCHES_AHEAD = 2
"""Batches that are read and split while one is encoded."""

FOLD_SHARE_MEANWHILE = 1.0
"""During a run the vector file is written each time that it has doubled: all writing together is twice the last."""


def run(
    store: Store,
    encoder: SentenceEncoder,
    items: Iterable[Prepared],
    *,
    batch_texts: int = BATCH_TEXTS,
    progress: ProgressCallback | None = None,
    total_bytes: int = 0,
) -> IndexReport:
    """Put everything that was prepared into a store; the caller holds the right to write.

    Args:
        store: Where to.
        encoder: Makes the vectors.
        items: Prepared documents and files, in reading order; they are prepared on another thread.
        batch_texts: Distinct new texts that are encoded and committed together, at most.
        progress: Called after each step.
        total_bytes: Bytes of all files, for the progress.

    Returns:
        What was done.

    Raises:
        StorageError: The disk is full, read-only or failing; what was committed stays.
    """
    started = time.perf_counter()
    indexer = Indexer(store, encoder, batch_texts=batch_texts, progress=progress, total_bytes=total_bytes)
    for batch in read_ahead(in_batches(items, batch_texts), depth=BATCHES_AHEAD):
        indexer.commit(batch)
        store.fold(share=FOLD_SHARE_MEANWHILE)  # so that others may search a long run meanwhile
    indexer.drop_leftovers()
    indexer.report.seconds = time.perf_counter() - started
    return indexer.report
