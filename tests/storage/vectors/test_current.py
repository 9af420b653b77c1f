"""The vector store against brute force over the catalog, whatever has become of the vector file."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from zlib import crc32

import faiss
import numpy as np
import pytest

from albert_search.errors import StorageError
from albert_search.storage.catalog import Catalog, Writing
from albert_search.storage.vectors.current import FOLD_AT_LEAST, CurrentVectors
from albert_search.storage.vectors.file import read_stamp
from albert_search.storage.verification import verify
from albert_search.types import Sentence

DIM = 16


def random_vectors(count: int, seed: int) -> np.ndarray:
    found = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def put(catalog: Catalog, uri: str, count: int) -> None:
    """Store a document of so many sentences of its own; another count makes other sentences."""
    texts = [f"{uri}: {n} of {count}." for n in range(count)]
    with catalog.writing() as batch:
        batch.add_texts(texts, random_vectors(count, crc32(f"{uri} {count}".encode())))
        sentences = [Sentence(text, 0, 1) for text in texts]
        batch.put_document(uri, sentences, metadata={}, content_hash=b"")


def remove(catalog: Catalog, uri: str) -> None:
    with catalog.reading() as view:
        numbers = view.document_ids_at([uri])
    with catalog.writing() as batch:
        batch.remove_documents(numbers)


def right(catalog: Catalog, store: CurrentVectors) -> None:
    """Compare what the store finds with brute force over the catalog's own blobs."""
    questions = random_vectors(5, 12345)
    with catalog.reading() as view:
        batches = list(view.vectors_after(0))
        found, scores = store.nearest(view, questions, 7)
        described = store.describe(view)
    ids = np.concatenate([ids for ids, _ in batches]) if batches else np.empty(0, np.int64)
    held = np.concatenate([rows for _, rows in batches]) if batches else np.empty((0, DIM), np.float32)
    expected = questions @ held.T
    best = np.argsort(-expected, axis=1, kind="stable")[:, :7]
    width = best.shape[1]
    assert found[:, :width].tolist() == ids[best].tolist()
    assert (found[:, width:] == -1).all()
    np.testing.assert_allclose(scores[:, :width], np.take_along_axis(expected, best, axis=1), atol=1e-5)
    assert described.pending <= len(ids)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog.create(tmp_path / "catalog.db")
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> CurrentVectors:
    return CurrentVectors(tmp_path / "vectors.faiss", DIM)


def test_it_keeps_up_with_what_others_commit(catalog: Catalog, store: CurrentVectors) -> None:
    other = Catalog(catalog.path)
    right(catalog, store)
    put(other, "a", 20)
    right(catalog, store)
    put(other, "b", 5)
    put(other, "a", 3)
    right(catalog, store)
    remove(other, "b")
    right(catalog, store)
    remove(other, "a")
    right(catalog, store)
    put(other, "a", 3)
    right(catalog, store)
    other.close()


def test_it_keeps_up_beside_a_vector_file(catalog: Catalog, store: CurrentVectors) -> None:
    put(catalog, "a", 50)
    put(catalog, "b", 50)
    assert store.fold(catalog)
    right(catalog, store)
    put(catalog, "c", 10)
    remove(catalog, "a")
    right(catalog, store)
    put(catalog, "b", 7)
    right(catalog, store)
    right(catalog, CurrentVectors(store.path, DIM))


def test_another_process_may_fold_while_it_is_open(catalog: Catalog, store: CurrentVectors) -> None:
    put(catalog, "a", 30)
    right(catalog, store)
    for round_ in range(3):
        put(catalog, f"b{round_}", 10 + round_)
        remove(catalog, f"b{round_ - 1}")
        assert CurrentVectors(store.path, DIM).fold(catalog, always=True)
        if round_ != 1:
            right(catalog, store)
    put(catalog, "c", 4)
    right(catalog, store)


def test_few_changes_leave_the_file_alone_and_many_do_not(catalog: Catalog, store: CurrentVectors) -> None:
    put(catalog, "a", 10)
    assert store.fold(catalog)
    before = store.path.stat()
    put(catalog, "b", FOLD_AT_LEAST // 2)
    assert not store.fold(catalog)
    remove(catalog, "a")
    assert not store.fold(catalog)
    after = store.path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    right(catalog, store)
    put(catalog, "c", FOLD_AT_LEAST // 2)
    assert store.fold(catalog)
    assert read_stamp(store.path).count == FOLD_AT_LEAST
    with catalog.reading() as view:
        assert store.describe(view).pending == 0
    right(catalog, store)


def test_adding_few_reads_little_of_a_large_file(catalog: Catalog, store: CurrentVectors) -> None:
    put(catalog, "a", 12_000)
    store.fold(catalog)
    put(catalog, "b", 3)
    read = bytes_read()
    assert not store.fold(catalog)
    with catalog.reading() as view:
        store.describe(view)
    assert bytes_read() - read < store.path.stat().st_size // 2


def bytes_read() -> int:
    if not Path("/proc/self/io").exists():
        pytest.skip("needs /proc/self/io, which tells how much a process has read")
    return int(Path("/proc/self/io").read_text().split("rchar: ")[1].split()[0])


def flip_vectors(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": os.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "no vector file": lambda path: path.write_bytes(b"words " * 1000),
    "another kind": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_without_a_usable_file_it_searches_the_catalog(catalog: Catalog, store: CurrentVectors, damage: str) -> None:
    put(catalog, "a", 30)
    store.fold(catalog)
    put(catalog, "b", 5)
    DAMAGES[damage](store.path)
    right(catalog, CurrentVectors(store.path, DIM))
    if damage != "another kind":
        assert store.fold(catalog)
        right(catalog, CurrentVectors(store.path, DIM))


def test_a_file_of_another_catalog_is_not_used(catalog: Catalog, store: CurrentVectors, tmp_path: Path) -> None:
    put(catalog, "a", 30)
    (tmp_path / "other").mkdir()
    other = Catalog.create(tmp_path / "other" / "catalog.db")
    for uri in "abc":
        put(other, uri, 25)
    CurrentVectors(store.path, DIM).fold(other)
    other.close()
    right(catalog, store)
    assert store.fold(catalog)
    right(catalog, store)


def test_an_older_or_newer_copy_of_the_file_is_not_used(
    catalog: Catalog, store: CurrentVectors, tmp_path: Path
) -> None:
    put(catalog, "a", 30)
    store.fold(catalog)
    shutil.copy(store.path, tmp_path / "older")
    remove(catalog, "a")
    put(catalog, "b", 30)
    store.fold(catalog, always=True)
    shutil.copy(tmp_path / "older", store.path)
    right(catalog, CurrentVectors(store.path, DIM))
    assert store.fold(catalog)
    shutil.copy(catalog.path, tmp_path / "catalog-before")
    right(catalog, CurrentVectors(store.path, DIM))


def test_a_file_of_another_past_of_the_catalog_is_not_used(catalog: Catalog, store: CurrentVectors) -> None:
    """A backup of the catalog that is restored counts the same generations and texts once more, of other documents."""
    put(catalog, "a", 30)
    store.fold(catalog)
    with closing(sqlite3.connect(catalog.path)) as source, closing(sqlite3.connect(f"{catalog.path}.backup")) as target:
        source.backup(target)
    put(catalog, "b", 60)
    assert store.fold(catalog, always=True)
    catalog.close()
    shutil.move(f"{catalog.path}.backup", catalog.path)
    for beside in ("-wal", "-shm"):
        Path(f"{catalog.path}{beside}").unlink(missing_ok=True)
    restored = Catalog(catalog.path)
    right(restored, CurrentVectors(store.path, DIM))
    for uri in ("c", "d", "e"):
        put(restored, uri, 25)
    right(restored, CurrentVectors(store.path, DIM))
    assert CurrentVectors(store.path, DIM).fold(restored)
    right(restored, CurrentVectors(store.path, DIM))
    assert verify(restored, store.path, DIM) == []
    restored.close()


def test_a_fold_that_was_cut_off_leaves_a_file_that_is_used(
    catalog: Catalog, store: CurrentVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(catalog, "a", 30)
    store.fold(catalog)
    put(catalog, "b", 30)

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Writing, "clear_removed_texts", cut_off)
        with pytest.raises(KeyboardInterrupt):
            store.fold(catalog, always=True)
    put(catalog, "c", 30)
    stamp = read_stamp(store.path)
    assert stamp.count == 60
    assert stamp.belongs_to(catalog.state())
    right(catalog, CurrentVectors(store.path, DIM))
    assert verify(catalog, store.path, DIM) == []


def test_a_fold_at_the_moment_of_opening_gives_no_text_twice(
    catalog: Catalog, store: CurrentVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(catalog, "a", 30)
    store.fold(catalog)
    put(catalog, "b", 30)
    read_index = faiss.read_index
    folds, other = iter([True]), Catalog(catalog.path)

    def fold_and_read(*arguments: object) -> object:
        if next(folds, False):
            CurrentVectors(store.path, DIM).fold(other, always=True)
        return read_index(*arguments)

    opening = CurrentVectors(store.path, DIM)
    with monkeypatch.context() as patched:
        patched.setattr(faiss, "read_index", fold_and_read)
        right(catalog, opening)
    right(catalog, opening)
    other.close()


def test_damaged_vectors_are_not_passed_on(catalog: Catalog, store: CurrentVectors) -> None:
    put(catalog, "a", 30)
    store.fold(catalog)
    flip_vectors(store.path)
    put(catalog, "b", FOLD_AT_LEAST + 1)
    assert store.fold(catalog)
    right(catalog, CurrentVectors(store.path, DIM))


def test_rebuilding_heals_what_is_open_already(catalog: Catalog, store: CurrentVectors) -> None:
    put(catalog, "a", 30)
    store.fold(catalog)
    content = bytearray(store.path.read_bytes())
    content[200:800] = bytes(600)
    store.path.write_bytes(content)
    with catalog.reading() as view:
        store.nearest(view, random_vectors(1, 0), 3)
    store.fold(catalog, always=True)
    right(catalog, store)


def test_a_filter_reaches_old_and_new_texts(catalog: Catalog, store: CurrentVectors) -> None:
    put(catalog, "a", 30)
    store.fold(catalog)
    put(catalog, "b", 30)
    only = np.array([2, 5, 33, 44, 10**9])
    with catalog.reading() as view:
        found, _ = store.nearest(view, random_vectors(3, 1), 10, only)
    assert [sorted(row[:4]) for row in found.tolist()] == [[2, 5, 33, 44]] * 3
    assert (found[:, 4:] == -1).all()


def test_a_view_that_is_older_than_the_store_still_gets_answers(catalog: Catalog, store: CurrentVectors) -> None:
    put(catalog, "a", 10)
    other = Catalog(catalog.path)
    with catalog.reading() as old:
        put(other, "b", 10)
        right(other, store)
        found, _ = store.nearest(old, random_vectors(2, 1), 20)
        assert set(range(1, 11)) <= set(found[0].tolist())
    right(catalog, store)
    other.close()


def test_a_file_that_cannot_be_written_is_a_storage_error(catalog: Catalog, store: CurrentVectors) -> None:
    put(catalog, "a", 10)
    store.path.with_name("vectors.faiss.new").mkdir()
    with pytest.raises(StorageError, match="free some space"):
        store.fold(catalog)
    right(catalog, store)
