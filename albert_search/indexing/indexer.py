"""Encodes and commits what has been prepared, one transaction a batch."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from albert_search.arrays import are_unit_rows
from albert_search.errors import ModelError
from albert_search.indexing.preparation import FinishedFile, GoneRow, Prepared, PreparedDocument, Unchanged
from albert_search.indexing.report import IndexReport, Progress, ProgressCallback
from albert_search.storage.catalog import Writing
from albert_search.storage.store import Store
from albert_search.types import Note, SentenceEncoder, Skipped
from albert_search.words.languages import UNKNOWN_LANGUAGE

ENCODED_AT_ONCE = 256
"""Texts between two steps of the progress."""

WITHOUT_TEXT = "without text"
"""Why a file is counted among those that were passed over, though it was read."""


class Indexer:
    """Writes prepared documents to a store; the caller holds the right to write.

    Attributes:
        report: What was done so far.

    Args:
        store: Where to.
        encoder: Makes the vectors.
        batch_texts: Distinct new texts that are encoded and committed together, at most.
        progress: Called after each step.
        total_bytes: Bytes of all files, for the progress.
    """

    def __init__(
        self,
        store: Store,
        encoder: SentenceEncoder,
        *,
        batch_texts: int,
        progress: ProgressCallback | None = None,
        total_bytes: int = 0,
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._batch_texts = batch_texts
        self._callback = progress
        self._total_bytes = total_bytes
        self._done_bytes = 0
        self.report = IndexReport()

    def commit(self, batch: Sequence[Prepared]) -> None:
        """Encode what is new in a batch, and commit all of it.

        Args:
            batch: Prepared documents and files, in reading order.

        Raises:
            StorageError: The disk is full, read-only or failing; what was committed stays.
            ModelError: The model gives vectors that cannot be compared.
        """
        languages: dict[str, str | None] = {}
        for item in batch:
            if isinstance(item, PreparedDocument):
                for sentence in item.sentences:
                    languages.setdefault(sentence.searchable, item.language)
        with self._store.reading() as view:
            missing = view.missing_texts(list(languages))
        # A document of many sentences is encoded in parts that are stored ahead, so that memory stays bounded
        # and an interruption loses little; it appears in the index only when all of it is there.
        while len(missing) > self._batch_texts:
            self._add_texts(missing[: self._batch_texts], languages)
            missing = missing[self._batch_texts :]
        vectors = self.encode(missing)
        with self._store.writing() as writing:
            writing.add_texts(missing, vectors, languages)
            for item in batch:
                self._put(writing, item)
        self._tell()

    def drop_leftovers(self) -> None:
        """Remove texts that were stored ahead for a document that never came, as after an interruption."""
        with self._store.reading() as view:
            if not view.state.texts_ahead:
                return
        with self._store.writing() as writing:
            writing.remove_unused_texts()
            writing.set_texts_ahead(False)

    def _add_texts(self, texts: Sequence[str], languages: Mapping[str, str | None]) -> None:
        vectors = self.encode(texts)
        with self._store.writing() as writing:
            writing.add_texts(texts, vectors, languages)
            writing.set_texts_ahead(True)
        self._tell()

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode texts, those of like length together, in steps small enough for a progress bar.

        Rows of those that the model cannot read stay zero: a vector of them would mean nothing.
        """
        vectors = np.zeros((len(texts), self._encoder.dim), np.float32)
        readable = np.flatnonzero(self._encoder.tokenizer.knows([text.rpartition("\n")[2] for text in texts])).tolist()
        by_length = sorted(readable, key=lambda row: len(texts[row]))
        for start in range(0, len(by_length), ENCODED_AT_ONCE):
            rows = by_length[start : start + ENCODED_AT_ONCE]
            started = time.perf_counter()
            vectors[rows] = self._encoder.encode([texts[row] for row in rows])
            if not are_unit_rows(vectors[rows]):
                raise ModelError(f"the model {self._encoder.name} gives vectors that are not of length 1: use another")
            self.report.encoding_seconds += time.perf_counter() - started
            self.report.encoded += len(rows)
            self._tell()
        return vectors

    def _put(self, writing: Writing, item: Prepared) -> None:
        match item:
            case PreparedDocument():
                self._put_document(writing, item)
            case FinishedFile(state, last_rows):
                file_id = writing.put_file(state)
                if last_rows is not None:
                    self.report.removed += writing.remove_other_parts(file_id, last_rows)
                self._done_bytes += state.size_bytes
            case GoneRow(uri):
                self.report.removed += writing.remove_document_at(uri)
            case Unchanged(size_bytes):
                self.report.unchanged += 1
                self._done_bytes += size_bytes
            case Skipped():
                self.report.skipped.append(item)
            case Note():
                self.report.notes.append(item)

    def _put_document(self, writing: Writing, item: PreparedDocument) -> None:
        writing.put_document(
            item.uri,
            item.sentences,
            metadata=item.metadata,
            content_hash=item.content_hash,
            file_id=writing.put_file(item.file) if item.file else None,
            row=item.row,
            language=item.language,
        )
        self.report.documents += 1
        self.report.sentences += len(item.sentences)
        self.report.unreadable += item.unreadable
        self.report.blobs += item.blobs
        if item.file and item.row is None and not item.sentences:
            self.report.passed_over[WITHOUT_TEXT] = self.report.passed_over.get(WITHOUT_TEXT, 0) + 1
        language = item.language or UNKNOWN_LANGUAGE
        self.report.languages[language] = self.report.languages.get(language, 0) + len(item.sentences)
        if item.unreadable:
            self.report.unreadable_in.setdefault(language, []).append(item.uri)

    def _tell(self) -> None:
        if self._callback:
            report = self.report
            self._callback(Progress(self._done_bytes, self._total_bytes, report.sentences, report.encoded))
