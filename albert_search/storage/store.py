"""A store: where an index lives. This one is a folder on this machine.

Everything above `storage` speaks to a store alone: it reads a consistent view, writes in transactions while it holds
the right to, and finds the nearest vectors. SQLite is the truth; the vectors are derived from it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from typing_extensions import Self

from albert_search.arrays import Ids, Vectors
from albert_search.errors import (
    AlbertSearchError,
    IndexDamaged,
    IndexLocked,
    IndexNotFound,
    ModelMismatch,
    StorageError,
)
from albert_search.storage.catalog import Catalog, Reading, Writing, all_texts, replace_vectors
from albert_search.storage.catalog.state import LOCATION
from albert_search.storage.folder import CATALOG_FILE, SNAPSHOT_FILE, VECTORS_FILE, folder_size, is_index, make_folder
from albert_search.storage.locking import writer_lock
from albert_search.storage.relocation import moved_root, moves
from albert_search.storage.vectors.current import FOLD_AT_LEAST, FOLD_SHARE, CurrentVectors, Description
from albert_search.storage.vectors.whitening import Whitening
from albert_search.storage.verification import verify
from albert_search.types import ModelReference, Unit


class Store:
    """The catalog and the vectors of one index.

    Safe from several threads, and from several processes of which one writes.

    Attributes:
        folder: Where the index is.
        unit: What gets a vector of its own.
        model: The model that makes the vectors.

    Args:
        folder: Where the index is.
        fold_at_least: So many changes are searched beside the vector file before it is written anew.

    Raises:
        IndexNotFound: There is no index.
        IndexDamaged: Its catalog is no longer sound.
    """

    def __init__(self, folder: Path, *, fold_at_least: int = FOLD_AT_LEAST) -> None:
        if not is_index(folder):
            raise IndexNotFound(f"there is no index in {folder}")
        self.folder = folder
        self._catalog = Catalog(folder / CATALOG_FILE)
        self._wrote = False
        state = self._catalog.state()
        if state.model is None:
            self._catalog.close()
            raise IndexDamaged(f"the catalog in {folder} does not say which model it is of: index again")
        self._follow_if_moved(state.location)
        self.unit: Unit = state.unit
        self.model = state.model
        self._vectors = CurrentVectors(folder / VECTORS_FILE, self.model.dim, fold_at_least=fold_at_least)

    @classmethod
    def create(cls, folder: Path, *, unit: Unit, model: ModelReference, wait_s: float) -> Self | None:
        """Make an empty store.

        Args:
            folder: Where; made with its parents.
            unit: What gets a vector of its own.
            model: The model that will make the vectors.
            wait_s: How long to wait for another process that makes the same index, in seconds.

        Returns:
            The store, open; None where another process has made it while we waited.

        Raises:
            StorageError: The disk is full, read-only or failing.
        """
        make_folder(folder)
        with writer_lock(folder, wait_s=wait_s):
            if is_index(folder):
                return None
            Catalog.create(
                folder / CATALOG_FILE, unit=unit, model=asdict(model), location=str(folder.resolve())
            ).close()
            made = cls(folder)
            made._wrote = True
            return made

    # --- reading ---------------------------------------------------------------------------------

    def reading(self) -> AbstractContextManager[Reading]:
        """Open a consistent view, valid inside a ``with`` block: what others commit meanwhile is not seen."""
        return self._catalog.reading()

    def nearest(self, view: Reading, questions: Vectors, k: int, only: Ids | None = None) -> tuple[Ids, Vectors]:
        """Find the nearest texts of each question.

        Args:
            view: The state to search.
            questions: float32 (n, dim), L2-normalised, in the space of the view.
            k: How many for each.
            only: Look at these texts alone.

        Returns:
            Text numbers int64 (n, k) and cosines float32 (n, k), best first, equal ones by number; the number is -1
            where there were fewer.

        Raises:
            ModelMismatch: Another process has embedded the index anew by another model.
        """
        if view.state.model != self.model:
            raise ModelMismatch(f"the index in {self.folder} has another model since it was opened: open it again")
        return self._vectors.nearest(view, questions, k, only)

    def all_texts(self, view: Reading) -> Iterator[list[str]]:
        """Yield all texts by number, a batch at a time."""
        return all_texts(view)

    def describe(self, view: Reading) -> Description:
        """Return how the vectors are searched now."""
        return self._vectors.describe(view)

    def size_bytes(self) -> int:
        """Return the size of the index on disk."""
        return folder_size(self.folder)

    def snapshot(self) -> Mapping[str, Any] | None:
        """Return what the sources looked like when the index was last in step with them; None where that is lost."""
        try:
            recorded = json.loads((self.folder / SNAPSHOT_FILE).read_bytes())
        except (OSError, ValueError):
            return None
        with self.reading() as view:
            state = view.state
        fits = recorded["catalog_id"] == state.catalog_id and recorded["generation"] <= state.generation
        return recorded["sources"] if fits else None

    def verify(self) -> list[str]:
        """Check every invariant of the catalog and the vector file.

        Returns:
            What is wrong, a sentence each; empty where all is well.
        """
        return verify(self._catalog, self.folder / VECTORS_FILE, self.model.dim)

    # --- writing ---------------------------------------------------------------------------------

    @contextmanager
    def locked(self, wait_s: float) -> Iterator[None]:
        """Hold the right to write, which one process has at a time.

        Args:
            wait_s: How long to wait for another writer, in seconds.

        Raises:
            IndexLocked: Another process is writing.
        """
        with writer_lock(self.folder, wait_s=wait_s):
            self._wrote = True
            yield

    def writing(self) -> AbstractContextManager[Writing]:
        """Open a transaction, committed when the ``with`` block ends well; the caller holds the right to write."""
        return self._catalog.writing()

    def follow(self) -> None:
        """Find the documents again that were moved together with the index; the caller holds the right to write."""
        location = self._catalog.state().location
        here = str(self.folder.resolve())
        if location == here:
            return
        roots = moved_root(Path(location), self.folder.resolve()) if location else None
        if roots:
            self.relocate(*roots)
        with self.writing() as batch:
            batch.set(LOCATION, here)

    def _follow_if_moved(self, location: str | None) -> None:
        """Follow a move once, before anything is read: a search would name places that are gone."""
        if location and moved_root(Path(location), self.folder.resolve()):
            # Where somebody writes, or nobody may, the places are the old ones a while longer.
            with suppress(IndexLocked, StorageError), writer_lock(self.folder, wait_s=0):
                self.follow()

    def relocate(self, old: str, new: str) -> int:
        """Give files that are gone from below one folder, and are there below another, their new places.

        Args:
            old: The folder that they were in, absolute.
            new: The folder that they are in, absolute.

        Returns:
            How many documents were moved.
        """
        with self.reading() as view:
            known = [file.path for file in view.files()]
        with self.writing() as batch:
            return batch.move_files(moves(known, old, new))

    def fold(self, *, share: float = FOLD_SHARE) -> None:
        """Write the vector file anew if too much has changed since it was written.

        Args:
            share: How much is too much, as a share of what the file holds.

        Raises:
            StorageError: The disk is full, read-only or failing.
        """
        self._vectors.fold(self._catalog, share=share)

    def put_snapshot(self, sources: Mapping[str, Any] | None) -> None:
        """Write down what the sources look like now that the index is in step with them.

        Args:
            sources: JSON values; None to forget it.

        Raises:
            StorageError: The disk is full, read-only or failing.
        """
        path = self.folder / SNAPSHOT_FILE
        with self.reading() as view:
            state = view.state
        snapshot = {"catalog_id": state.catalog_id, "generation": state.generation, "sources": sources}
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            if sources is None:
                path.unlink(missing_ok=True)
                return
            # Not durably: where a power cut leaves half of it, the sources are walked once more.
            unfinished.write_text(json.dumps(snapshot, separators=(",", ":")), encoding="utf-8")
            unfinished.replace(path)
        except OSError as error:
            raise StorageError(f"cannot write {path} ({error.strerror}): check the disk and permissions") from error

    def rebuild(self, *, whiten: bool = False) -> None:
        """Make what is derived from the texts anew: the vector file and the full-text table.

        Args:
            whiten: Whether to `whiten` the vectors anew, too.
        """
        with self.writing() as batch:
            batch.rebuild_full_text()
        if whiten:
            self.whiten()
        else:
            self._vectors.fold(self._catalog, always=True)

    def whiten(self) -> None:
        """Fit a whitening to the vectors, and compare all of them whitened from now on.

        Raises:
            UsageError: There are too few texts.
        """
        with self.reading() as view:
            whitening = Whitening.fit(vectors for _, vectors in view.vectors_after(0))
        with self.writing() as batch:
            batch.put_whitening(*whitening.to_bytes())
        self._vectors.fold(self._catalog, always=True)

    def replace_vectors(self, model: ModelReference, vectors: BinaryIO) -> None:
        """Store the vectors that another model makes, in place of all there are; they are whitened anew if they were.

        Args:
            model: The model.
            vectors: A row of float16 for each of `all_texts`, in their order; zeros for what it cannot read.
        """
        with self.reading() as view:
            was_whitened = view.whitening() is not None
        with self.writing() as batch:
            replace_vectors(batch, model, vectors)
        self.model = model
        self._vectors = self._vectors.of_width(model.dim)
        if was_whitened:
            self.whiten()
        else:
            self._vectors.fold(self._catalog, always=True)

    def close(self) -> None:
        """Close the store, its catalog sealed if this wrote to it; calling it twice does no harm."""
        wrote, self._wrote = self._wrote, False
        if wrote:
            # Without a seal nothing is lost but that `verify` looks at each byte.
            with suppress(AlbertSearchError), writer_lock(self.folder, wait_s=0):
                self._catalog.seal()
        self._catalog.close()
