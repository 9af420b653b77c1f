"""An index that was opened before a fork works on both sides of it, and neither side harms the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from albert_search.index.index import Index
from albert_search.storage.catalog import connection
from albert_search.storage.catalog.connection import Connections
from tests.support.paths import REPOSITORY

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

TEXTS = [f"Sentence number {number}." for number in range(50)]


@pytest.fixture
def index(tmp_path: Path, tiny_model: Path) -> Iterator[Index]:
    with Index.create(tmp_path / "index", model=tiny_model, threads=2) as found:
        found.add_texts(TEXTS)
        yield found


def in_child(work: Callable[[], bool]) -> bool:
    """Return what a function returns in a forked child; False if it raises or takes a minute."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(60)
            status = 0 if work() else 1
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def test_both_sides_search_and_write(index: Index) -> None:
    before = [hit.text for hit in index.search(TEXTS[7], k=5)]

    def work() -> bool:
        same = [hit.text for hit in index.search(TEXTS[7], k=5)] == before
        index.add_texts(["The child was here."])
        return same

    assert in_child(work)
    index.add_texts(["The parent was here."])
    assert [hit.text for hit in index.search(TEXTS[7], k=5)] == before
    texts = {hit.text for hit in index.search("here", k=99)}
    assert {"The child was here.", "The parent was here."} <= texts
    assert index.verify() == []


def test_a_child_goes_on_when_its_parent_has_closed_the_index(index: Index) -> None:
    index.search(TEXTS[0])
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(theirs)
            os.read(ours, 1)  # until the parent has closed its end
            index.add_texts(["Later."])
            status = 0 if index.search("Later.", k=1)[0].text == "Later." and not index.verify() else 1
        finally:
            os._exit(status)
    index.close()
    os.close(theirs)
    assert os.waitpid(child, 0)[1] == 0
    os.close(ours)


def test_a_fork_in_the_middle_of_a_reading(index: Index) -> None:
    with index.reading() as view:
        counted = view.counts()
        assert in_child(lambda: len(index.documents()) == len(TEXTS))
        assert view.counts() == counted


def test_threads_keep_their_connections_across_a_fork(index: Index) -> None:
    go, done = threading.Event(), threading.Event()
    found: list[int] = []

    def look() -> None:
        with index.reading() as view:
            done.set()
            go.wait()
            found.append(view.counts()["documents"])

    thread = threading.Thread(target=look)
    thread.start()
    done.wait()
    assert in_child(lambda: len(index.documents()) == len(TEXTS))
    go.set()
    thread.join()
    assert found == [len(TEXTS)]


def test_nothing_that_is_idle_is_inherited(index: Index) -> None:
    index.documents()
    connections: Connections = index._store._catalog._connections
    assert connections._all
    assert connections.before_fork() == []


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_an_index_that_was_closed_does_not_keep_others_from_being_forked(index: Index) -> None:
    with Index.open(index.folder) as closed:
        closed.search(TEXTS[0])
    index.search(TEXTS[0])
    assert closed._store._catalog._connections not in connection._EVERYWHERE
    assert in_child(lambda: index.search(TEXTS[7], k=1)[0].text == TEXTS[7])


def test_faiss_searches_in_a_child_as_in_its_parent() -> None:
    # In a process of its own, where it may have the threads that the tests do without.
    program = """
import os, signal, numpy as np
from albert_search.storage.vectors.faiss_index import FaissIndex
vectors = np.random.default_rng(0).normal(size=(20_000, 64)).astype(np.float32)
vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
ids = np.arange(1, len(vectors) + 1)
index = FaissIndex.build(64, len(vectors), [(ids, vectors)], lambda n: vectors[:n])
before = index.search(vectors[:50], 3)[0]
child = os.fork()
if child == 0:
    signal.alarm(60)
    os._exit(0 if np.array_equal(index.search(vectors[:50], 3)[0], before) else 1)
print(os.waitpid(child, 0)[1])
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=REPOSITORY, env={**os.environ, "OMP_NUM_THREADS": "2"},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stdout == "0\n", done.stderr
