"""What becomes of an index while its documents change, move and go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from albert_search.index.index import Index
from albert_search.readers import from_text
from albert_search.storage.addresses import address_of_text
from albert_search.storage.relocation import moved_root


@pytest.fixture
def index(tiny_model: Path, tmp_path: Path) -> Iterator[Index]:
    with Index.create(tmp_path / "ix", model=tiny_model, threads=1) as made:
        yield made


def write(path: Path, text: str, time_s: int = 1_700_000_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (time_s, time_s))
    return path


def uris(index: Index, folder: Path) -> list[str]:
    return [str(Path(document.uri).relative_to(folder)) for document in index.documents()]


def test_another_content_of_the_same_size_and_time_is_read(index: Index, tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "The code is 1111.")
    index.add([path])
    write(path, "The code is 2222.")
    assert index.add([path]).documents == 1
    assert [hit.text for hit in index.search("code")] == ["The code is 2222."]


def test_a_touched_file_is_not_read_again_unless_that_is_asked_for(index: Index, tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "The code is 1111.")
    index.add([path])
    write(path, "The code is 1111.", 1_800_000_000)
    assert (index.add([path]).documents, index.add([path]).unchanged) == (0, 1)
    assert index.add([path], reread=True).documents == 1
    assert len(index.documents()) == 1


def test_a_renamed_folder_leaves_nothing_behind(index: Index, tmp_path: Path) -> None:
    write(tmp_path / "notes/b.txt", "The boat is blue.")
    index.add([tmp_path / "notes"])
    (tmp_path / "notes").rename(tmp_path / "papers")
    assert index.add([tmp_path / "papers"], prune=True).removed == 1
    assert uris(index, tmp_path) == ["papers/b.txt"]


def test_a_folder_that_is_gone_is_forgotten_where_its_parent_is_there(index: Index, tmp_path: Path) -> None:
    write(tmp_path / "notes/b.txt", "The boat is blue.")
    write(tmp_path / "disk/notes/c.txt", "The ship is red.")
    index.add([tmp_path / "notes", tmp_path / "disk/notes"])
    for name in ("notes", "disk"):
        (tmp_path / name).rename(tmp_path / f"{name}-away")
    report = index.add([tmp_path / "notes", tmp_path / "disk/notes"], prune=True)
    assert (report.removed, uris(index, tmp_path)) == (1, ["disk/notes/c.txt"])


def test_a_copy_of_a_file_that_is_there_is_kept(index: Index, tmp_path: Path) -> None:
    write(tmp_path / "a/b.txt", "The boat is blue.")
    write(tmp_path / "c/b.txt", "The boat is blue.")
    index.add([tmp_path / "a", tmp_path / "c"])
    assert index.add([tmp_path / "a"], prune=True).removed == 0
    assert uris(index, tmp_path) == ["a/b.txt", "c/b.txt"]


def test_an_index_that_moves_with_its_documents(tiny_model: Path, tmp_path: Path) -> None:
    write(tmp_path / "one/d/b.txt", "The boat is blue.")
    write(tmp_path / "one/d/t.csv", "id,text\n1,The ship is red and large.\n2,The raft is made of logs.\n")
    with Index.create(tmp_path / "one/indexes/default", model=tiny_model, threads=1) as index:
        index.add([tmp_path / "one/d"])
    (tmp_path / "one").rename(tmp_path / "two")
    with Index.open(tmp_path / "two/indexes/default") as index:
        assert uris(index, tmp_path / "two") == ["d/b.txt", "d/t.csv#row=1", "d/t.csv#row=2"]
        assert index.verify() == []
        report = index.add([tmp_path / "two/d"], prune=True)
        assert (report.documents, report.unchanged, report.removed) == (0, 2, 0)


def test_a_copy_of_an_index_stays_with_the_documents_that_are_there(tiny_model: Path, tmp_path: Path) -> None:
    write(tmp_path / "one/d/b.txt", "The boat is blue.")
    with Index.create(tmp_path / "one/ix", model=tiny_model, threads=1) as index:
        index.add([tmp_path / "one/d"])
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with Index.open(tmp_path / "two/ix") as index:
        assert uris(index, tmp_path) == ["one/d/b.txt"]


def test_documents_that_moved_alone(index: Index, tmp_path: Path) -> None:
    write(tmp_path / "old/b.txt", "The boat is blue.")
    write(tmp_path / "old/c.txt", "The ship is red.")
    index.add([tmp_path / "old"])
    (tmp_path / "old").rename(tmp_path / "new")
    (tmp_path / "new/c.txt").unlink()
    assert index.relocate(tmp_path / "old", tmp_path / "new") == 1
    assert uris(index, tmp_path) == ["new/b.txt", "old/c.txt"]
    assert index.verify() == []
    assert index.add([tmp_path / "new"]).unchanged == 1
    assert index.relocate(tmp_path / "old", tmp_path / "new") == 0


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("/one/notes/indexes/default", "/two/notes/indexes/default", ("/one", "/two")),
        ("/home/ann/ix", "/mnt/disk/ann/ix", ("/home", "/mnt/disk")),
        ("/a/ix", "/a/iy", ("/a/ix", "/a/iy")),
        ("/a/ix", "/a/ix", None),
    ],
)
def test_which_folder_moved(before: str, now: str, expected: tuple[str, str] | None) -> None:
    assert moved_root(Path(before), Path(now)) == expected


def test_one_text_of_two_sources_is_two_documents(index: Index) -> None:
    text = "The fee is ten crowns."
    first, second = index.add_texts([text] * 2, metadatas=[{"source": "A"}, {"source": "B"}])
    assert first != second
    assert [hit.uri for hit in index.search("fee", where={"source": "A"}, mode="keyword")] == [first]
    assert [hit.uri for hit in index.search("fee", where={"source": "B"}, mode="keyword")] == [second]
    index.add_texts([text])
    index.add_texts([text], metadatas=[{"source": "B"}])
    assert {document.uri: document.metadata for document in index.documents()} == {
        first: {"source": "A"},
        second: {"source": "B"},
    }


def test_a_text_gets_metadata_beside_none_and_loses_none_in_one_call(index: Index) -> None:
    text = "The fee is ten crowns."
    index.add_texts([text, text], metadatas=[{"source": "A"}, {}])
    assert [document.metadata for document in index.documents()] == [{"source": "A"}]


def test_a_text_that_an_older_version_stored_with_its_metadata_is_not_there_twice(index: Index) -> None:
    text, metadata = "The fee is ten crowns.", {"source": "A"}
    index.add_documents([from_text(text, address_of_text(text), metadata)])
    [address] = index.add_texts([text], metadatas=[metadata])
    assert [document.uri for document in index.documents()] == [address]
