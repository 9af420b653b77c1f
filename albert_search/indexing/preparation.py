"""From files to prepared documents: what has changed is read and split; what has not is passed over."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

from albert_search.errors import ReadError, UsageError
from albert_search.files.durable import file_digest
from albert_search.indexing.files import changed_ns
from albert_search.readers import ReadOptions
from albert_search.readers.blobs import without_blobs
from albert_search.readers.bounded import BoundedReader
from albert_search.sentences import Splitter
from albert_search.storage.addresses import TEXT_ADDRESS
from albert_search.storage.catalog import FileState
from albert_search.storage.store import Store
from albert_search.types import Document, Metadata, Note, Sentence, SentenceTokenizer, Skipped
from albert_search.words.detection import detect_language

READER_VERSION = 4
"""Raised when readers or splitter give other sentences than before, so that files are read again."""

DOCUMENTS_AHEAD = 20_000
"""More documents than can be on their way to the catalog at once."""

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A new or changed document, split and ready to be encoded.

    Attributes:
        uri: Its address.
        sentences: Its sentences in order.
        metadata: JSON values.
        content_hash: Digest by which it is known again.
        file: The file it came from, if any.
        row: Row of the table, if it is one.
        unreadable: How many of its sentences are in scripts that the model does not know.
        language: The language that it is in; None where it cannot be told.
        blobs: Places in it that were left out, since they are encoded bytes or code without spaces.
    """

    uri: str
    sentences: Sequence[Sentence]
    metadata: Metadata
    content_hash: bytes
    file: FileState | None = None
    row: int | None = None
    unreadable: int = 0
    language: str | None = None
    blobs: int = 0


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """A file whose documents have all been handed on.

    Attributes:
        state: What to remember of it.
        last_rows: The address of each part that it has now, of itself among them, with its last row, 0 where it is
            no table: what an earlier reading found beside them is gone. None where the file was not read, since only
            its time stamp had changed.
    """

    state: FileState
    last_rows: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A row of a table that can no longer be read: what an earlier reading found there is gone.

    Attributes:
        uri: Its address.
    """

    uri: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A file or document that is in the catalog as it is.

    Attributes:
        size_bytes: Size of the file; 0 for a document without one.
    """

    size_bytes: int = 0


Prepared: TypeAlias = PreparedDocument | FinishedFile | GoneRow | Unchanged | Skipped | Note


class Preparation:
    """Compares what is on disk with the store, reads what differs and splits it.

    Args:
        store: What was indexed before.
        splitter: Cuts documents into sentences.
        tokenizer: Knows which of them the model can read.
        options: How files are read.
        reread: Whether files are read even where nothing tells that they have changed.
    """

    def __init__(
        self,
        store: Store,
        splitter: Splitter,
        tokenizer: SentenceTokenizer,
        options: ReadOptions | None = None,
        *,
        reread: bool = False,
    ) -> None:
        self._reread = reread
        self._store = store
        self._splitter = splitter
        self._tokenizer = tokenizer
        self._ahead: OrderedDict[str, bytes] = OrderedDict()  # handed on, but perhaps not in the catalog yet
        self._texts: set[str] = set()  # addresses of texts that were handed on
        self._options = options or ReadOptions()
        self._reader = json.dumps({"version": READER_VERSION, **asdict(self._options)}, sort_keys=True)

    def files(self, paths: Iterable[Path | Skipped]) -> Iterator[Prepared]:
        """Prepare files.

        Args:
            paths: The files, and what could not be found.

        Yields:
            The documents of new and changed files, and what became of every file.
        """
        with BoundedReader() as reader:
            for path in paths:
                if isinstance(path, Skipped):
                    yield path
                    continue
                try:
                    yield from self._file(path, reader)
                except ReadError as error:
                    yield Skipped(str(path), str(error))
                except OSError as error:
                    yield Skipped(str(path), (error.strerror or str(error)).lower())

    def documents(self, documents: Iterable[Document]) -> Iterator[Prepared]:
        """Prepare documents that a program hands over.

        Args:
            documents: The documents.

        Yields:
            The new and changed ones, and a mark for each unchanged one.

        Raises:
            UsageError: An address or metadata is nothing that could be stored.
        """
        for document in documents:
            _check_address(document.uri)
            if document.uri.startswith(TEXT_ADDRESS):
                known, outdated = self._known_text(document)
                if outdated:
                    yield GoneRow(outdated)
                if known:
                    yield Unchanged()
                    continue
            prepared = self._document(document, _document_hash(document), None)
            if isinstance(prepared, PreparedDocument):
                self._remember(prepared)
            yield prepared

    def _known_text(self, document: Document) -> tuple[bool, str | None]:
        """Tell whether a text that is added without metadata is there already, with some or without.

        Returns:
            That, and the address under which versions before this one stored the text with the same metadata.
        """
        address = ":".join(document.uri.split(":")[:2])
        with self._store.reading() as view:
            texts = view.texts_at(address)
        is_known = not document.metadata and (bool(texts) or address in self._texts)
        self._texts.add(address)
        is_outdated = bool(document.metadata) and document.uri != address and texts.get(address) == document.metadata
        return is_known, address if is_outdated else None

    def _file(self, path: Path, reader: BoundedReader) -> Iterator[Prepared]:
        stat = path.stat()
        state = FileState(str(path), stat.st_size, changed_ns(stat), None, self._reader)
        with self._store.reading() as view:
            known = None if self._reread else view.file(str(path))
        if known is not None and known == replace(state, content_hash=known.content_hash) and known.content_hash:
            yield Unchanged(stat.st_size)
            return
        content_hash = file_digest(path)
        if known is not None and (known.content_hash, known.reader) == (content_hash, state.reader):
            yield FinishedFile(replace(state, content_hash=content_hash))
            yield Unchanged(0)
            return
        yield from self._read(reader, path, state, content_hash)

    def _read(self, reader: BoundedReader, path: Path, state: FileState, content_hash: bytes) -> Iterator[Prepared]:
        finished = replace(state, content_hash=content_hash)
        last_rows: dict[str, int] = {}
        for document in reader.read(path, self._options):
            if isinstance(document, Note):
                yield document
                continue
            if isinstance(document, Skipped):
                finished = replace(finished, content_hash=None)  # so that the next run reads it again, and says so too
                yield document
                yield GoneRow(document.uri)
                continue
            last_rows[document.uri.removesuffix(f"#row={document.row}")] = document.row or 0
            is_whole = document.uri == state.path
            yield self._document(document, content_hash if is_whole else _document_hash(document), state)
        yield FinishedFile(finished, last_rows)

    def _document(
        self, document: Document, content_hash: bytes, file: FileState | None
    ) -> PreparedDocument | Unchanged:
        if (file is None or document.uri != file.path) and self._known_hash(document.uri) == content_hash:
            return Unchanged()
        document, blobs = without_blobs(document)
        sentences = self._splitter.split(document)
        unreadable = self._tokenizer.knows([sentence.text for sentence in sentences]).count(False)
        language = detect_language(document.text)
        return PreparedDocument(
            document.uri, sentences, document.metadata, content_hash, file, document.row, unreadable, language, blobs
        )

    def _known_hash(self, uri: str) -> bytes | None:
        """Return the digest of the document at an address as it is, or will be, in the catalog."""
        if uri in self._ahead:
            return self._ahead[uri]
        with self._store.reading() as view:
            return view.document_hash(uri)

    def _remember(self, prepared: PreparedDocument) -> None:
        self._ahead[prepared.uri] = prepared.content_hash
        self._ahead.move_to_end(prepared.uri)
        if len(self._ahead) > DOCUMENTS_AHEAD:
            self._ahead.popitem(last=False)


def in_batches(items: Iterable[Prepared], sentences: int) -> Iterator[list[Prepared]]:
    """Group items so that a batch holds about so many sentences; a longer document is a batch of its own."""
    batch: list[Prepared] = []
    size = 0
    for item in items:
        batch.append(item)
        size += 1 + (len(item.sentences) if isinstance(item, PreparedDocument) else 0)
        if size >= sentences:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _check_address(address: object) -> None:
    if not isinstance(address, str) or not address or _HALF_CHARACTER.search(address):
        raise UsageError(f"{address!r} is no address for a document: give it a text of its own, or leave it out")


def _document_hash(document: Document) -> bytes:
    """Return a digest of all that becomes of a document: its text, its places, its metadata, and how it is split."""
    try:
        metadata = json.dumps(dict(document.metadata), sort_keys=True, default=str)
    except (TypeError, ValueError) as error:
        raise UsageError(f"the metadata of {document.uri} cannot be written as JSON: {error}") from error
    known = (READER_VERSION, document.text, document.blocks, document.page_starts, metadata)
    return blake2b(repr(known).encode(errors="backslashreplace"), digest_size=16).digest()
