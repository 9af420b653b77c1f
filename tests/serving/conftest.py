"""A small collection behind a real server on loopback."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from albert_search.index.index import Index

httpx = pytest.importorskip("httpx2", reason="needs the development tools: pip install -e '.[dev,serve]'")
uvicorn = pytest.importorskip("uvicorn", reason="needs the extra 'serve'")

from albert_search.serving.app import create_app  # noqa: E402
from albert_search.serving.security import Access  # noqa: E402
from albert_search.serving.served_index import ServedIndex  # noqa: E402

GIT = """# Git

## Mishaps

To undo the last commit, run git reset. The files stay as they are.

## Teamwork

Push sends your commits to the remote repository.
"""
PETS = """text,animal,year
The cat sleeps on the mat.,cat,2020
Dogs bark at night.,dog,2021
A parrot repeats words.,parrot,2022
"""
LONG = "\n\n".join(f"Paragraph {number} is about the number {number}." for number in range(500))
TOKEN = "a token that nobody guesses"

Serve = Callable[..., "httpx.Client"]


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """An index of a few documents; copy it before writing to it."""
    folder = tmp_path_factory.mktemp("collection")
    documents = folder / "documents"
    documents.mkdir()
    (documents / "git.md").write_text(GIT, encoding="utf-8")
    (documents / "pets.csv").write_text(PETS, encoding="utf-8")
    (documents / "long.txt").write_text(LONG, encoding="utf-8")
    with Index.create(folder / "index", model=tiny_model, threads=1) as index:
        index.add([documents])
    return folder / "index"


@pytest.fixture(scope="session")
def documents(collection: Path) -> Path:
    """The folder that was indexed."""
    return collection.parent / "documents"


@contextmanager
def serving(folder: Path, access: Access | None = None) -> Iterator[httpx.Client]:
    """Serve an index in a thread; yields a client that knows the address."""
    app = create_app(ServedIndex.open(folder, threads=1), access or Access())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def reading(collection: Path) -> Iterator[httpx.Client]:
    """A server whose index no test changes."""
    with serving(collection) as client:
        yield client


@pytest.fixture
def writing(collection: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """A server with an index of its own, which the test may change."""
    with serving(copy_of(collection, tmp_path)) as client:
        yield client


@pytest.fixture(scope="session")
def guarded(collection: Path) -> Iterator[httpx.Client]:
    """A server that wants a token and lets nobody write."""
    with serving(collection, Access(token=TOKEN, read_only=True)) as client:
        yield client


def copy_of(collection: Path, folder: Path) -> Path:
    """Return a copy of an index that nobody else uses."""
    return Path(shutil.copytree(collection, folder / "index"))
