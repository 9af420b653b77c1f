"""Reading needs no right to write."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from albert_search.albert import Encoder
from albert_search.errors import StorageError
from albert_search.index.index import Index


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Go on as a user who owns nothing; root may write everywhere."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture(scope="module")
def encoder(tiny_model: Path) -> Encoder:
    """A model that is loaded already, as its folder is of another user too."""
    return Encoder.load(tiny_model)


@pytest.fixture
def folder(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An index that this user may read alone."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    if os.name != "posix":
        pytest.skip("a folder cannot be made unwritable in this way here")
    folder = tmp_path / "ix"
    with Index.create(folder, model=tiny_model, threads=1) as made:
        made.add_texts(["The key is under the mat."], ids=["a"])
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


def test_an_index_of_somebody_else_is_searched_listed_and_verified(folder: Path, encoder: Encoder) -> None:
    before = sorted(path.name for path in folder.iterdir())
    with as_somebody_else(), Index.open(folder, model=encoder) as index:
        assert [hit.text for hit in index.search("key", mode="keyword")] == ["The key is under the mat."]
        assert [hit.uri for hit in index.search("key", min_relevance=0.0)] == ["a"]
        assert [document.uri for document in index.documents()] == ["a"]
        assert index.verify() == []
    assert sorted(path.name for path in folder.iterdir()) == before


def test_writing_to_it_is_refused_in_a_sentence(folder: Path, encoder: Encoder) -> None:
    with as_somebody_else(), Index.open(folder, model=encoder) as index, pytest.raises(StorageError, match="cannot"):
        index.add_texts(["Another."])


def test_a_log_that_was_left_behind_is_not_passed_over(encoder: Encoder, tmp_path: Path, folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o644)
    with Index.open(folder, model=encoder) as writer, Index.open(folder) as reader:
        reader.documents()
        writer.add_texts(["The mat is under the key."], ids=["b"])
        shutil.copytree(folder, tmp_path / "copy")
    copy = tmp_path / "copy"
    for path in copy.iterdir():
        path.chmod(0o444)
    copy.chmod(0o555)
    try:
        # What SQLite makes of such a log differs; but it is never read as if the log were not there.
        with as_somebody_else(), suppress(StorageError), Index.open(copy, model=encoder) as index:
            assert len(index.documents()) == 2
    finally:
        copy.chmod(0o755)
