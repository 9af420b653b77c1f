"""A folder with a real file of each format that is read, asked with the model that ships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from albert_search.index.index import Index
from albert_search.readers.registry import CODE_SUFFIXES, is_document
from tests.support.real_files import REAL_FILES, RealFile


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formats")
    for file in REAL_FILES:
        file.put(folder)
    return folder


@pytest.fixture(scope="module")
def index(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with Index.create(tmp_path_factory.mktemp("index") / "all", threads=1) as made:
        report = made.add([folder, folder / "y.py"])
        assert report.skipped == []
        yield made


@pytest.mark.parametrize("file", REAL_FILES, ids=lambda file: file.name)
def test_the_right_sentence_comes_first(index: Index, folder: Path, file: RealFile) -> None:
    first = index.search(file.question, 1)[0]
    assert (first.uri, first.text) == (f"{folder}/{file.name}{file.inner}", file.sentence)


def test_there_is_a_file_of_each_kind(folder: Path) -> None:
    assert all(is_document(file.name, code=True) for file in REAL_FILES)
    assert any(Path(file.name).suffix in CODE_SUFFIXES for file in REAL_FILES)


def test_the_index_is_sound(index: Index) -> None:
    assert index.verify() == []
