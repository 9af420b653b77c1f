"""Writing as all ways to do it have in common, and the sources, which are read again by each update."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from albert_search.errors import NotIndexed, UsageError
from albert_search.index.reader import IndexReader
from albert_search.indexing.files import gone_files, total_bytes
from albert_search.indexing.preparation import Preparation, Prepared
from albert_search.indexing.report import IndexReport, ProgressCallback
from albert_search.indexing.run import BATCH_TEXTS, run
from albert_search.indexing.snapshot import NEVER, Changes, Snapshot
from albert_search.indexing.source import Source, Sources
from albert_search.indexing.walk import Walk, walk
from albert_search.readers import ReadOptions, leads_nowhere
from albert_search.searching.relevance import measure
from albert_search.sentences import Splitter
from albert_search.storage.addresses import each, named
from albert_search.storage.catalog.state import SOURCES
from albert_search.storage.folder import MARKS_OF_AN_INDEX
from albert_search.storage.store import Store
from albert_search.types import SentenceEncoder

WAIT_S = 10.0
"""A writer's patience with another one, in seconds, unless it is told otherwise."""

SMALL_BYTES = 200_000
"""A change of so many bytes is read before a search is answered: a second or two of encoding."""


@dataclass(frozen=True, slots=True)
class Refreshment:
    """What a look at the sources came to.

    Attributes:
        changes: The files that have changed.
        report: What was done about them; None where nothing was, since there are none or they are large.
    """

    changes: Changes
    report: IndexReport | None = None


class IndexUpdater(IndexReader):
    """An index that remembers its sources; `Index` adds the other ways to write to it."""

    def __init__(
        self,
        store: Store,
        encoder: SentenceEncoder | None = None,
        threads: int | None = None,
        *,
        batch_texts: int = BATCH_TEXTS,
    ) -> None:
        super().__init__(store, encoder, threads)
        self._batch_texts = batch_texts

    def sources(self) -> list[Source]:
        """Return what `update` reads again, the newest last; none where the index is older than its sources."""
        return list(self._sources().known)

    def add_sources(
        self,
        paths: str | Path | Iterable[str | Path],
        *,
        include: str | Sequence[str] = (),
        exclude: str | Sequence[str] = (),
        text_fields: str | Sequence[str] = (),
        wait_s: float = WAIT_S,
    ) -> None:
        """Remember files, folders and globs without reading them yet: `update` does.

        Args:
            paths: Files, folders and globs.
            include: Of the files in folders, only those that match one of these globs.
            exclude: None of those that match one of these.
            text_fields: Columns of tables, or fields of JSON lines, that hold the text; the rest is metadata.
            wait_s: How long to wait for another writer, in seconds.

        Raises:
            UsageError: A path is empty, or leads nowhere.
        """
        new = sources_of(paths, include=include, exclude=exclude, text_fields=text_fields)
        for source in new:
            if leads_nowhere(Path(source.path)):
                raise UsageError(f"there is nothing at {source.path}: check the spelling")
        with self._store.locked(wait_s):
            self._change_sources(lambda sources: sources.adding(new))
            self._store.put_snapshot(None)

    def remove_sources(self, paths: str | Path | Iterable[str | Path], *, wait_s: float = WAIT_S) -> None:
        """Read files, folders and globs no more; the documents that came from them stay until they are removed.

        Args:
            paths: The paths of sources.
            wait_s: How long to wait for another writer, in seconds.

        Raises:
            NotIndexed: One is no source.
        """
        gone = {source.path for source in sources_of(paths)}
        with self._store.locked(wait_s):
            unknown = gone - {source.path for source in self.sources()}
            if unknown:
                raise NotIndexed(f"{min(unknown)} is no source of the index in {self.folder}")
            self._change_sources(lambda sources: sources.without(gone))
            self._store.put_snapshot(None)

    def update(self, *, wait_s: float = WAIT_S, progress: ProgressCallback | None = None) -> IndexReport:
        """Read all sources again: what is new or has changed is indexed, and what is gone is removed.

        Args:
            wait_s: How long to wait for another writer, in seconds.
            progress: Called as the work goes on.

        Returns:
            What was done; what could not be read is in ``skipped``, with the reason.

        Raises:
            UsageError: The index remembers no sources.
            IndexLocked: Another process is writing.
            StorageError: The disk is full, read-only or failing; what was committed stays.
        """
        with self._store.locked(wait_s):
            self._store.follow()
            sources = self._sources()
            if not sources.known:
                raise UsageError(f"the index in {self.folder} remembers no sources: add what it was made of once more")
            report = self._read(walk(sources, MARKS_OF_AN_INDEX), progress)
            gone = gone_files(self._store, [Path(source.path) for source in sources.known])
            report.removed += self._remove_files(gone)
            self._update_derived()
        return report

    def refresh(self, *, most_bytes: int = SMALL_BYTES, wait_s: float = 0.0) -> Refreshment:
        """Read what has changed under the sources, if that is little.

        Args:
            most_bytes: Leave it for `update` where the files that changed are larger together.
            wait_s: How long to wait for another writer, in seconds.

        Returns:
            What has changed, and what was done about it.

        Raises:
            IndexLocked: Another process is writing.
            StorageError: The disk is full, read-only or failing; what was committed stays.
        """
        sources = self._sources()
        met = walk(sources, MARKS_OF_AN_INDEX)
        known = self._store.snapshot()
        changes = met.snapshot.since(Snapshot.of(known) if known is not None else NEVER)
        # Not only what the snapshot misses: what could not be reached then may be known to be gone by now.
        gone = gone_files(self._store, [Path(source.path) for source in sources.known])
        if not (changes.changed or gone):
            self._store.put_snapshot(met.snapshot.recorded())
            return Refreshment(replace(changes, missing=()))
        if sum(changes.changed.values()) > most_bytes:
            return Refreshment(changes)
        with self._store.locked(wait_s):
            report = self._read(met.among(changes.changed), None)
            report.removed += self._remove_files(gone)
            self._update_derived()
        return Refreshment(replace(changes, missing=gone), report)

    # --- what all writing has in common ----------------------------------------------------------

    def _read(
        self,
        met: Walk,
        progress: ProgressCallback | None,
        *,
        remember: Sequence[Source] | None = None,
        reread: bool = False,
    ) -> IndexReport:
        """Index the files that a walk met; then the index is in step with them, and remembers so."""
        prepared = chain.from_iterable(
            self._preparation(ReadOptions(text_fields=source.text_fields), reread=reread).files(files)
            for source, files in met.groups
        )
        report = self._run(prepared, progress, total_bytes(met.files))
        report.passed_over.update(met.passed_over)
        if remember is None:
            self._store.put_snapshot(met.snapshot.recorded())
        else:
            self._remember(remember, met.snapshot)
        return report

    def _remember(self, new: Sequence[Source], snapshot: Snapshot) -> None:
        before = self._sources()
        there = [source for source in new if _is_utf8(source.path) and not leads_nowhere(Path(source.path))]
        self._change_sources(lambda sources: sources.adding(there))
        known = self._store.snapshot()
        if known is not None:
            self._store.put_snapshot(Snapshot.of(known).joined(snapshot).recorded())
        elif not before.known:
            self._store.put_snapshot(snapshot.recorded())

    def _sources(self) -> Sources:
        with self._store.reading() as view:
            return Sources.of(view.state.sources)

    def _change_sources(self, change: Callable[[Sources], Sources]) -> None:
        before = self._sources()
        after = change(before)
        if after != before:
            with self._store.writing() as batch:
                batch.set(SOURCES, after.recorded())

    def _preparation(self, options: ReadOptions | None = None, *, reread: bool = False) -> Preparation:
        encoder = self.encoder
        splitter = Splitter(encoder.tokenizer.count, max_tokens=encoder.max_seq_length - 2, unit=self.unit)
        return Preparation(self._store, splitter, encoder.tokenizer, options, reread=reread)

    def _run(
        self, items: Iterable[Prepared], progress: ProgressCallback | None = None, total_bytes: int = 0
    ) -> IndexReport:
        return run(
            self._store,
            self.encoder,
            items,
            batch_texts=self._batch_texts,
            progress=progress,
            total_bytes=total_bytes,
        )

    def _update_derived(self) -> None:
        """Bring what is derived from the texts up to date: the vector file, and what unrelated questions score."""
        self._store.fold()
        measure(self._store, lambda: self._unrelated_questions)

    def _remove_documents(self, numbers: Iterable[int], targets: Iterable[str | Path] = ()) -> int:
        """Remove documents, whose files an update must not bring back."""
        before = self._paths()
        with self._store.writing() as batch:
            removed = batch.remove_with_files(numbers)
        folders = [os.path.abspath(target) for target in targets if os.path.isdir(target)]  # noqa: PTH100, PTH112
        out = [*folders, *sorted(before - self._paths())]
        self._change_sources(lambda sources: sources.leaving_out(out))
        self._store.fold()
        return removed

    def _remove_files(self, paths: Iterable[str]) -> int:
        with self._store.writing() as batch:
            return batch.remove_files(paths)

    def _paths(self) -> set[str]:
        with self._store.reading() as view:
            return {file.path for file in view.files()} if view.state.sources else set()


def sources_of(
    paths: str | Path | Iterable[str | Path],
    *,
    include: str | Sequence[str] = (),
    exclude: str | Sequence[str] = (),
    text_fields: str | Sequence[str] = (),
) -> list[Source]:
    """Return sources as a person names them; relative paths are those of the working folder.

    Raises:
        UsageError: A path is empty.
    """
    taken, left_out, fields = (tuple(map(str, each(names))) for names in (include, exclude, text_fields))
    return [Source(os.path.abspath(path), taken, left_out, fields) for path in named(paths)]  # noqa: PTH100


def _is_utf8(path: str) -> bool:
    return path == path.encode(errors="replace").decode()
