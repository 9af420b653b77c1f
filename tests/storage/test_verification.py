"""Whether a changed byte in either file is noticed, and what heals it."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import pytest

from albert_search.errors import AlbertSearchError
from albert_search.index.index import Index
from albert_search.storage import verification
from albert_search.storage.catalog import Catalog


@pytest.fixture(scope="module")
def built(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    notes = folder / "notes"
    notes.mkdir()
    for number in range(12):
        lines = [f"Note {number} says that thing {n} is {n * number}.\n\n" for n in range(8)]
        (notes / f"{number}.md").write_text(f"# Heading {number}\n\n" + "".join(lines))
    with Index.create(folder / "index", model=tiny_model) as index:
        index.add([notes])
    return folder / "index"


@pytest.fixture
def sealed(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "index")


@pytest.fixture
def copy(sealed: Path) -> Path:
    """Return an index whose promises speak for themselves: a seal would notice every change."""
    (sealed / "catalog.seal").unlink()
    return sealed


def problems(folder: Path) -> list[str]:
    """Return what is wrong with an index, an index that does not even open among it."""
    try:
        with Index.open(folder) as index:
            return index.verify()
    except AlbertSearchError as error:
        return [str(error)]


def flips(path: Path, count: int, seed: int) -> Iterator[int]:
    """Yield places, with the byte there flipped in the file and every other as it was."""
    content = path.read_bytes()
    chance = random.Random(seed)
    for place in chance.sample(range(len(content)), min(count, len(content))):
        damaged = bytearray(content)
        damaged[place] ^= chance.randrange(1, 256)
        path.write_bytes(damaged)
        yield place


def test_a_sound_index_has_no_problems(copy: Path) -> None:
    assert problems(copy) == []


def test_every_flip_in_the_vector_file_is_found_and_healed(copy: Path) -> None:
    for place in flips(copy / "vectors.faiss", 25, seed=0):
        assert any("rebuild" in problem for problem in problems(copy)), place
    with Index.open(copy) as index:
        index.rebuild()
        assert index.verify() == []


@pytest.mark.parametrize("damage", ["deleted", "of another index", "older"])
def test_another_vector_file_is_found_and_healed(copy: Path, tiny_model: Path, damage: str) -> None:
    path = copy / "vectors.faiss"
    if damage == "deleted":
        path.unlink()
    elif damage == "of another index":
        with Index.create(copy.parent / "other", model=tiny_model) as other:
            other.add_texts(["One.", "Two."])
        shutil.copy(copy.parent / "other" / "vectors.faiss", path)
    else:
        older = path.read_bytes()
        with Index.open(copy) as index:
            index.add_texts(["A new one."])
            index.rebuild()
        path.write_bytes(older)
    (problem,) = problems(copy)
    assert "rebuild" in problem
    with Index.open(copy) as index:
        index.rebuild()
        assert index.verify() == []


@pytest.mark.parametrize("step", ["verify_file", "read_stamp"])
def test_a_writer_beside_it_is_no_damage(copy: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """A file that is newer than what was seen of the catalog is looked at once more, with the catalog as it is now."""
    real, changes = getattr(verification, step), iter(range(2))
    with Index.open(copy) as writer, Index.open(copy) as verified:

        def meanwhile(*arguments: object) -> object:
            if (change := next(changes, None)) is not None:
                writer.add_texts([f"Written meanwhile, {change}."])
                writer.rebuild()
            found = real(*arguments)
            if (change := next(changes, None)) is not None:
                writer.add_texts([f"Written just after, {change}."])
                writer.rebuild()
            return found

        monkeypatch.setattr(verification, step, meanwhile)
        assert verified.verify() == []


def test_vectors_of_no_width_are_damage(copy: Path) -> None:
    path = copy / "vectors.faiss"
    content = path.read_bytes()
    length = int.from_bytes(content[-16:-8], "little")
    trailer = json.loads(content[-32 - length : -32])
    faiss_bytes = bytearray(content[: trailer["length"]])
    assert int.from_bytes(faiss_bytes[4:8], "little") == 32  # the width, behind the four letters of the kind
    for width in (0, 16):
        faiss_bytes[4:8] = width.to_bytes(4, "little")
        trailer["checksum"] = blake2b(faiss_bytes, digest_size=16).hexdigest()
        body = json.dumps(trailer).encode()
        tail = blake2b(body, digest_size=16).digest() + len(body).to_bytes(8, "little") + content[-8:]
        path.write_bytes(bytes(faiss_bytes) + body + tail)
        (problem,) = problems(copy)
        assert "rebuild" in problem
        with Index.open(copy) as index:
            assert index.search("that thing")


CELLS = {
    "files": ["path", "size_bytes", "mtime_ns", "content_hash", "reader", "checksum"],
    "texts": ["id", "text", "hash", "vector", "checksum"],
    "sentences": ["document_id", "ordinal", "text_id", "start", '"end"', "line", "page", "headings"],
    "text_words": ["language", "words", "wholes", "stems", "checksum"],
    "document_words": ["language", "words", "wholes", "stems", "checksum"],
    "documents": ["uri", '"row"', "metadata", "content_hash", "checksum"],
    "settings": ["value", "checksum"],
}


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in CELLS for column in CELLS[table]])
def test_a_changed_cell_is_found(copy: Path, table: str, column: str) -> None:
    connection = sqlite3.connect(copy / "catalog.db")
    connection.execute("DROP TRIGGER text_words_fts_delete")
    connection.execute("DROP TRIGGER document_words_fts_delete")
    where = "key = 'unit'" if table == "settings" else "rowid = 5"
    old = connection.execute(f"SELECT {column} FROM {table} WHERE {where}").fetchone()[0]
    new = old + "x" if isinstance(old, str) else bytes([old[0] ^ 1]) + old[1:] if isinstance(old, bytes) else 4711
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (new,))
    connection.commit()
    connection.close()
    assert problems(copy)


def problems_after(folder: Path, change: str) -> list[str]:
    """Return what is wrong with an index after a statement of SQL."""
    connection = sqlite3.connect(folder / "catalog.db")
    connection.execute(change)
    connection.commit()
    connection.close()
    return problems(folder)


def test_numbers_that_would_be_used_again_are_found(copy: Path) -> None:
    (problem,) = problems_after(copy, "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'texts'")
    assert problem.startswith("the numbers of texts are counted to 3 ")


def test_a_damaged_row_of_a_file_is_healed_by_indexing_again(copy: Path, built: Path) -> None:
    (problem,) = problems_after(copy, "UPDATE files SET checksum = x'00' WHERE id = 5")
    assert problem.endswith("index it again")
    with Index.open(copy) as index:
        index.add([built.parent / "notes"])
        assert index.verify() == []


@pytest.mark.parametrize(
    ("written", "flipped"),
    [(b"text_id INTEGER NOT NULL", b"text_id INTEGER!NOT NULL"), (b"text_id INTEGER N", b"text_iD INTEGER N"),
     (b"TRIGGER text_words_fts_insert AFTER INSERT", b"TRIGGER text_words_fts_insert BFTER INSERT"),
     (b"mtime_ns I", b"mtime_os I"), (b"VALUES ('delete', old.text", b"VALUES ('demete', old.text")],
)  # fmt: skip
def test_a_flip_in_the_layout_of_the_tables_is_found(copy: Path, written: bytes, flipped: bytes) -> None:
    path = copy / "catalog.db"
    content = path.read_bytes()
    assert content.count(written) == 1
    path.write_bytes(content.replace(written, flipped))
    assert problems(copy)


@pytest.mark.parametrize("count", [60, pytest.param(5_000, marks=pytest.mark.slow)])
def test_no_flip_in_the_catalog_changes_unnoticed_what_it_says(copy: Path, count: int) -> None:
    """Flips that are not found are in free space, or in what SQLite does not read."""
    path = copy / "catalog.db"
    sound, found = held(path), 0
    for place in flips(path, count, seed=count):
        if problems(copy):
            found += 1
        else:
            assert held(path) == sound, f"byte {place} changed what the index says, and nobody noticed"
    assert found > count / 5


def test_every_flip_in_a_sealed_catalog_is_found(sealed: Path) -> None:
    for place in flips(sealed / "catalog.db", 60, seed=0):
        assert problems(sealed), f"byte {place} changed, and nobody noticed"


def test_a_flip_where_nothing_is_kept_is_named_as_one_and_taken_by_rebuilding(sealed: Path) -> None:
    path = sealed / "catalog.db"
    content = bytearray(path.read_bytes())
    content[content.rindex(bytes(300)) + 150] ^= 1
    path.write_bytes(content)
    (problem,) = problems(sealed)
    assert "where nothing is kept" in problem
    with Index.open(sealed) as index:
        index.rebuild()
    assert problems(sealed) == []


def test_a_catalog_is_sealed_when_its_last_writer_closes_it(sealed: Path) -> None:
    seal = sealed / "catalog.seal"
    first = seal.read_text()
    with Index.open(sealed) as index:
        index.verify()
        index.search("Which note is it?")
    assert seal.read_text() == first
    with Index.open(sealed) as reader, Index.open(sealed) as index:
        index.add_texts(["A text that was not there."])
        assert not seal.exists()
        assert reader.verify() == []
        assert index.verify() == []
    assert seal.read_text() != first
    assert seal.read_text() == blake2b((sealed / "catalog.db").read_bytes(), digest_size=16).hexdigest()


def test_a_catalog_that_someone_reads_is_sealed_by_the_next_writer(sealed: Path, built: Path) -> None:
    with Index.open(sealed) as index:
        index.add_texts(["One more."])
        with Catalog(sealed / "catalog.db").reading() as view:
            view.counts()
            index.add_texts(["And one more."])
            index.close()
    assert not (sealed / "catalog.seal").exists()
    assert problems(sealed) == []
    with Index.open(sealed) as index:
        index.add_texts(["And one more."])
    assert (sealed / "catalog.seal").exists()
    assert problems(sealed) == []


def held(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    try:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in CELLS}
    finally:
        connection.close()
