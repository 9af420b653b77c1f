"""A small collection behind a real server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from albert_search.index.index import Index
from albert_search.serving.security import Access
from tests.support.server import TOKEN, copy_of, serving

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
