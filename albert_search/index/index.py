"""The class that people use: an index is a folder that documents go into and answers come out of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from albert_search.albert.opening import chosen_encoder, describe_model
from albert_search.config import load_settings
from albert_search.errors import UsageError
from albert_search.index.updating import WAIT_S, IndexUpdater, sources_of
from albert_search.indexing.files import gone_files
from albert_search.indexing.reembedding import embed_again
from albert_search.indexing.report import IndexReport, ProgressCallback
from albert_search.indexing.source import Sources
from albert_search.indexing.walk import walk
from albert_search.readers import from_text
from albert_search.sentences import Unit
from albert_search.storage.addresses import address_of_text, addresses_of, each, named
from albert_search.storage.catalog import Where, as_filter
from albert_search.storage.folder import MARKS_OF_AN_INDEX, is_index, resolve_index
from albert_search.storage.store import Store
from albert_search.types import Document, Metadata, SentenceEncoder


class Index(IndexUpdater):
    """Documents that can be searched by meaning; make one with `create` or `open`.

    Safe from several threads, on both sides of a fork (made while no other thread is inside the index) and, for
    searching, from several processes while one writes. Use it in a ``with`` statement, or `close` it.

    Example:
        >>> with Index.create("notes", exist_ok=True) as index:
        ...     report = index.add(["docs/"])
        ...     for hit in index.search("how do I undo the last commit?", k=3):
        ...         print(f"{hit.score:.1f} line {hit.line}: {hit.text}")
        0.8 line 3: To undo the last commit, run git reset.
    """

    @classmethod
    def create(
        cls,
        folder: str | Path | None = None,
        *,
        model: str | Path | SentenceEncoder | None = None,
        unit: Unit | None = None,
        exist_ok: bool = False,
        threads: int | None = None,
        wait_s: float = WAIT_S,
    ) -> Index:
        """Make an empty index.

        Args:
            folder: Name or path, as `resolve_index` takes it; None for the default.
            model: The model, or its name or folder; None for the one from the settings, or else the one that ships.
            unit: What gets a vector of its own; None for what an existing index has, else sentences.
            exist_ok: Whether to open the index where there is one already; it must have that model and unit.
            threads: Threads that the encoder may use; None for all cores.
            wait_s: How long to wait for another process that makes the same index, in seconds.

        Returns:
            The index, open.

        Raises:
            UsageError: There is an index already, or it has another unit.
            ModelMismatch: There is an index already, and it has another model.
            StorageError: The disk is full, read-only or failing.
        """
        path = resolve_index(folder)
        if not is_index(path):
            encoder = chosen_encoder(model, threads=threads)
            described = describe_model(encoder, model or load_settings().model)
            store = Store.create(path, unit=unit or "sentence", model=described, wait_s=wait_s)
            if store is not None:
                return cls(store, encoder, load_settings(threads=threads).threads)
        if not exist_ok:
            raise UsageError(f"there is an index in {path} already: open it, or choose another folder")
        opened = cls.open(path, model=model, threads=threads)
        if unit is not None and opened.unit != unit:
            opened.close()
            raise UsageError(f"the index in {path} is made of {opened.unit}s, not {unit}s: choose another index")
        return opened

    def add(
        self,
        paths: str | Path | Iterable[str | Path],
        *,
        include: str | Sequence[str] = (),
        exclude: str | Sequence[str] = (),
        text_fields: str | Sequence[str] = (),
        prune: bool = False,
        reread: bool = False,
        wait_s: float = WAIT_S,
        progress: ProgressCallback | None = None,
    ) -> IndexReport:
        """Index files and folders; what has not changed since the last time is passed over.

        The index remembers them: `update` reads them again.

        Args:
            paths: Files, folders and globs.
            include: Of the files in folders, only those that match one of these globs.
            exclude: None of those that match one of these.
            text_fields: Columns of tables, or fields of JSON lines, that hold the text; the rest is metadata.
            prune: Whether to remove files below ``paths`` that are gone, and files anywhere that have moved.
            reread: Whether to read files again even where nothing tells that they have changed.
            wait_s: How long to wait for another writer, in seconds.
            progress: Called as the work goes on.

        Returns:
            What was done; what could not be read is in ``skipped``, with the reason.

        Raises:
            UsageError: A path is empty.
            IndexLocked: Another process is writing.
            StorageError: The disk is full, read-only or failing; what was committed stays.
        """
        sources = sources_of(paths, include=include, exclude=exclude, text_fields=text_fields)
        with self._store.locked(wait_s):
            self._store.follow()
            met = walk(Sources(tuple(sources)), MARKS_OF_AN_INDEX)
            report = self._read(met, progress, remember=sources, reread=reread)
            if prune:
                gone = gone_files(self._store, [Path(source.path) for source in sources], missing_folders=True)
                report.removed += self._remove_files(gone)
            self._update_derived()
        return report

    def add_documents(
        self,
        documents: Iterable[Document],
        *,
        wait_s: float = WAIT_S,
        progress: ProgressCallback | None = None,
    ) -> IndexReport:
        """Index documents that a program hands over, as a stream; equal ones are passed over.

        Args:
            documents: The documents; one with a known address takes the place of the old one.
            wait_s: How long to wait for another writer, in seconds.
            progress: Called as the work goes on.

        Returns:
            What was done.

        Raises:
            IndexLocked: Another process is writing.
            StorageError: The disk is full, read-only or failing; what was committed stays.
        """
        with self._store.locked(wait_s):
            report = self._run(self._preparation().documents(documents), progress)
            self._update_derived()
        return report

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: Iterable[Metadata] | None = None,
        ids: Iterable[str] | None = None,
        *,
        wait_s: float = WAIT_S,
    ) -> list[str]:
        """Index texts.

        Args:
            texts: The texts.
            metadatas: What else is known of each, as JSON values.
            ids: The address of each; by default one made of both, so that adding them again changes nothing.
            wait_s: How long to wait for another writer, in seconds.

        Returns:
            The address of each.

        Raises:
            UsageError: There are not as many metadatas or ids as texts, or one of them is nothing that could be stored.
        """
        given = list(texts)
        if isinstance(texts, str) or not all(isinstance(text, str) for text in given):
            raise UsageError("texts must be a list of texts, and nothing but texts")
        known = list(metadatas) if metadatas is not None else [{} for _ in given]
        addresses = list(ids) if ids is not None else list(map(address_of_text, given, known))
        if not len(given) == len(known) == len(addresses):
            raise UsageError(f"{len(given)} texts need as many metadatas ({len(known)}) and ids ({len(addresses)})")
        rows = zip(given, addresses, known, strict=True)
        self.add_documents((from_text(*row) for row in rows), wait_s=wait_s)
        return addresses

    def remove(
        self, targets: str | Path | Iterable[str | Path] = (), *, where: Where = None, wait_s: float = WAIT_S
    ) -> int:
        """Remove documents.

        Args:
            targets: Addresses, files, or folders with everything below them.
            where: Also every document that matches.
            wait_s: How long to wait for another writer, in seconds.

        Returns:
            How many documents were removed.

        Raises:
            UsageError: A target is empty.
        """
        wanted = named(targets)
        condition = as_filter(where)
        with self._store.locked(wait_s):
            with self._store.reading() as view:
                ids = {number for target in wanted for number in view.document_ids_under(addresses_of(target))}
                if condition is not None:
                    ids.update(view.document_ids(condition))
            return self._remove_documents(ids, targets=wanted)

    def delete(self, ids: str | Iterable[str], *, wait_s: float = WAIT_S) -> int:
        """Remove the documents with exactly these addresses, as `add_texts` gave them; unknown ones do no harm.

        Args:
            ids: Addresses; unlike those that `remove` takes, they stand for nothing below them.
            wait_s: How long to wait for another writer, in seconds.

        Returns:
            How many documents were removed.
        """
        with self._store.locked(wait_s):
            with self._store.reading() as view:
                numbers = view.document_ids_at([str(address) for address in each(ids)])
            return self._remove_documents(numbers)

    def relocate(self, old: str | Path, new: str | Path, *, wait_s: float = WAIT_S) -> int:
        """Find documents again that were moved from one folder to another, and return how many; none is read."""
        with self._store.locked(wait_s):
            return self._store.relocate(*(str(Path(folder).absolute()) for folder in (old, new)))

    def rebuild(self, *, whiten: bool = False, wait_s: float = WAIT_S) -> None:
        """Make the vector file and the full-text table anew from the texts, without encoding them.

        Args:
            whiten: Whether to `whiten` the index anew, too.
            wait_s: How long to wait for another writer, in seconds.
        """
        with self._store.locked(wait_s):
            self._store.rebuild(whiten=whiten)
            self._update_derived()

    def embed_again(
        self,
        model: str | Path | SentenceEncoder | None = None,
        *,
        wait_s: float = WAIT_S,
        progress: ProgressCallback | None = None,
    ) -> IndexReport:
        """Give every text the vector that another model makes of it, without reading any file.

        The old vectors stay until the new ones are all there. Whoever has the index open elsewhere opens it again.

        Args:
            model: The model, or its name or folder; None for the one from the settings, or else the one that ships.
            wait_s: How long to wait for another writer, in seconds.
            progress: Called as the work goes on.

        Returns:
            The number of texts, and the time.

        Raises:
            ModelError: There is no such model, or it is damaged.
            StorageError: The disk is full, read-only or failing; nothing has changed.
        """
        encoder = chosen_encoder(model, threads=self._threads)
        with self._store.locked(wait_s):
            described = describe_model(encoder, model or load_settings().model)
            report = embed_again(self._store, encoder, described, progress=progress)
            self.use(encoder)
            self._update_derived()
        return report

    def whiten(self, *, wait_s: float = WAIT_S) -> None:
        """Learn from the texts that are indexed how to spread their vectors, and compare them that way from now on.

        For models that put all texts into one narrow cone, as raw ALBERT does. What is indexed later, and questions, go
        through the same transform, which stays as it is until this is called again. Nothing is encoded anew.

        Args:
            wait_s: How long to wait for another writer, in seconds.

        Raises:
            UsageError: There are too few texts.
        """
        with self._store.locked(wait_s):
            self._store.whiten()
            self._update_derived()
