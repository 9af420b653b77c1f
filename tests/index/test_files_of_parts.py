"""Files that hold several documents: archives, mails, tables in archives."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from albert_search.index.index import Index


@pytest.fixture
def index(tiny_model: Path, tmp_path: Path) -> Iterator[Index]:
    with Index.create(tmp_path / "index", model=tiny_model, threads=1) as made:
        yield made


def pack(path: Path, files: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def names(index: Index, folder: Path) -> list[str]:
    return sorted(document.uri.removeprefix(f"{folder}/") for document in index.documents())


TABLE = "name,text\nrye,It keeps for long.\nwheat,It rises at once.\n"


def test_an_archive_is_indexed_as_a_folder_and_forgets_what_it_no_longer_holds(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    pack(path, {"b.md": "# Bread\n\nRye keeps.\n", "t.csv": TABLE, "s/c.txt": "Ships sail far."})
    assert index.add(path).documents == 4
    assert names(index, tmp_path) == ["a.zip/b.md", "a.zip/s/c.txt", "a.zip/t.csv#row=1", "a.zip/t.csv#row=2"]
    assert index.add(path).unchanged == 1
    assert {hit.uri for hit in index.search("ships", where=f"path={path}/s")} == {f"{path}/s/c.txt"}

    pack(
        path,
        {"b.md": "# Bread\n\nRye keeps.\n", "t.csv": TABLE.replace("wheat,It rises at once.\n", ""), "d.txt": "New."},
    )
    report = index.add(path)
    assert (report.documents, report.removed) == (1, 2)
    assert names(index, tmp_path) == ["a.zip/b.md", "a.zip/d.txt", "a.zip/t.csv#row=1"]
    assert index.verify() == []

    path.unlink()
    assert index.add(tmp_path, prune=True).removed == 3


def test_an_archive_is_removed_as_a_folder(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    pack(path, {"b.md": "Rye keeps.", "s/c.txt": "Ships sail far."})
    index.add(path)
    assert index.remove(f"{path}/s") == 1
    assert index.remove(path) == 1
    assert index.documents() == []


def test_a_part_that_cannot_be_read_is_named_in_every_run(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    pack(path, {"good.txt": "Ships sail far.", "bad.json": "{"})
    for expected in (1, 0):
        report = index.add(path)
        assert (report.documents, [one.uri for one in report.skipped]) == (expected, [f"{path}/bad.json"])
