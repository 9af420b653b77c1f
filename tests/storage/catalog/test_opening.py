"""Catalogs that can be opened, and what is said about those that cannot."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tarfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from albert_search.errors import IndexDamaged, IndexLocked, IndexNotFound
from albert_search.storage.catalog import Catalog
from albert_search.storage.catalog.digests import file_checksum, setting_checksum
from albert_search.storage.catalog.migrations import HISTORY, MIGRATION_SET
from tests.support.catalogs import put

MAGIC = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat.html, §1.3.1


def counts(path: Path) -> dict[str, int]:
    catalog = Catalog(path)
    try:
        with catalog.reading() as view:
            return view.counts()
    finally:
        catalog.close()


def test_a_new_catalog_is_empty_sound_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    Catalog.create(path, unit="sentence").close()
    assert [file.name for file in tmp_path.iterdir()] == ["catalog.db"]
    assert path.read_bytes()[:16] == MAGIC
    assert counts(path) == {"files": 0, "documents": 0, "sentences": 0, "texts": 0}


def test_what_was_stored_is_there_after_opening_again(catalog: Catalog) -> None:
    put(catalog, "a", ["One.", "Two."], {"year": 2020})
    before = catalog.state()
    catalog.close()
    again = Catalog(catalog.path)
    assert again.state() == before
    with again.reading() as view:
        assert [hit.text for hit in view.sentences(view.document_ids_at(["a"])[0])] == ["One.", "Two."]
        assert view.violations() == []
    again.close()


def test_every_catalog_has_an_identity_of_its_own(tmp_path: Path) -> None:
    made = [Catalog.create(tmp_path / f"{n}.db").state().catalog_id for n in range(2)]
    assert made[0] != made[1]


def test_of_many_that_open_an_older_catalog_at_once_all_can(tmp_path: Path) -> None:
    with tarfile.open(Path(__file__).parents[1] / "shipped" / "schema_4.tar.xz") as archive:
        archive.extractall(tmp_path / "older", filter="data")
    known = [(f"/{number}.md", number, number, None, "{}") for number in range(3_000)]
    with sqlite3.connect(tmp_path / "older" / "catalog.db") as connection:
        connection.executemany(
            "INSERT INTO files (path, size_bytes, mtime_ns, content_hash, reader, checksum) VALUES (?, ?, ?, ?, ?, ?)",
            [(*state, file_checksum(*state)) for state in known],
        )
    connection.close()
    (tmp_path / "older" / "catalog.seal").unlink()
    for attempt in range(3):
        folder = shutil.copytree(tmp_path / "older", tmp_path / str(attempt))
        with ThreadPoolExecutor(4) as pool:
            counted = pool.map(counts, [folder / "catalog.db"] * 4)
            assert [each["files"] for each in counted] == [3_002] * 4
    again = Catalog(folder / "catalog.db")
    with again.reading() as view:
        assert view.violations() == []
    again.close()


@pytest.mark.parametrize("had", range(1, len(HISTORY)))
def test_every_earlier_schema_is_brought_up_to_date(tmp_path: Path, had: int) -> None:
    with closing(sqlite3.connect(tmp_path / "catalog.db", isolation_level=None)) as connection:
        migrations = Migrations(MIGRATION_SET)
        for migration in list(HISTORY.values())[:had]:
            migrations()(migration)
        migrations.apply(Database(connection))
        for key, value in (
            ("catalog_id", '"x"'),
            ("created_at", '""'),
            ("generation", "0"),
            ("folded_generation", "0"),
        ):
            connection.execute("INSERT INTO settings VALUES (?, ?, ?)", (key, value, setting_checksum(key, value)))
    again = Catalog(tmp_path / "catalog.db")
    put(again, "b", ["The lake is warm."])
    again.verify_full_text()
    with again.reading() as view:
        assert view.violations() == []
        assert [view.places(text_id)[0].uri for text_id, _ in view.words.matches("lake", 9)] == ["b"]
    again.close()


def test_a_newer_schema_is_refused(catalog: Catalog) -> None:
    catalog.close()
    connection = sqlite3.connect(catalog.path)
    connection.execute(
        "INSERT INTO _sqlite_migrations SELECT 99, migration_set, 'm099', '' FROM _sqlite_migrations LIMIT 1"
    )
    connection.commit()
    connection.close()
    with pytest.raises(IndexDamaged, match=r"newer albert-search .*m099.* upgrade"):
        Catalog(catalog.path)


def test_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="there is no index in"):
        Catalog(tmp_path / "catalog.db")
    assert not (tmp_path / "catalog.db").exists()


@pytest.mark.parametrize("content", [b"", b"not a database " * 400, MAGIC, MAGIC + bytes(4080)])
def test_a_file_that_is_no_catalog(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "catalog.db"
    path.write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"catalog\.db"):
        Catalog(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(IndexDamaged, match="no catalog"):
        Catalog(path)
    assert path.read_bytes() == before


def test_a_truncated_catalog_says_so(catalog: Catalog) -> None:
    for n in range(50):
        put(catalog, str(n), [f"Sentence {n} of {m}." for m in range(20)])
    catalog.close()
    content = catalog.path.read_bytes()
    for share in (0.1, 0.5, 0.9):
        catalog.path.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(IndexDamaged):
            read_everything(catalog.path)


def read_everything(path: Path) -> None:
    damaged = Catalog(path)
    try:
        with damaged.reading() as view:
            assert view.violations() == []
            list(view.vectors_after(0))
    finally:
        damaged.close()


def test_leftovers_of_a_creation_that_was_killed_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    older = Catalog.create(path)
    put(older, "a", ["One."])
    log = Path(f"{path}-wal").read_bytes()
    older.close()
    path.unlink()
    Path(f"{path}-wal").write_bytes(log)
    Path(f"{path}.new").write_bytes(b"half")
    Path(f"{path}.new-journal").write_bytes(b"half")
    Catalog.create(path).close()
    assert counts(path)["documents"] == 0
    assert [file.name for file in tmp_path.iterdir()] == ["catalog.db"]


def test_a_closed_catalog_says_so(catalog: Catalog) -> None:
    catalog.close()
    catalog.close()
    with pytest.raises(IndexNotFound, match="has been closed"), catalog.reading():
        pass
    with pytest.raises(IndexNotFound, match="has been closed"), catalog.writing():
        pass


def test_closing_under_a_reader_ends_it_with_the_same_words(catalog: Catalog) -> None:
    put(catalog, "a", ["One."])
    with pytest.raises(IndexNotFound, match="has been closed"), catalog.reading() as view:  # noqa: PT012
        catalog.close()
        view.counts()


def test_closing_waits_for_other_threads_that_read(catalog: Catalog) -> None:
    put(catalog, "a", ["One."])
    inside, leave = threading.Event(), threading.Event()
    counted: list[int] = []

    def read() -> None:
        with catalog.reading() as view:
            inside.set()
            leave.wait()
            counted.append(view.counts()["documents"])

    reader, closer = threading.Thread(target=read), threading.Thread(target=catalog.close)
    reader.start()
    inside.wait()
    closer.start()
    closer.join(0.2)
    assert closer.is_alive()
    leave.set()
    closer.join()
    reader.join()
    assert counted == [1]
    with pytest.raises(IndexNotFound, match="has been closed"), catalog.reading():
        pass


def test_waiting_for_another_process_ends_with_words(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("albert_search.storage.catalog.connection.BUSY_TIMEOUT_MS", 50)
    impatient = Catalog(catalog.path)
    other = sqlite3.connect(catalog.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(IndexLocked, match="another process"), impatient.writing():
        pass
    other.close()
    with impatient.writing():
        pass
    impatient.close()


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files as Linux shows them")
def test_threads_that_end_leave_no_open_file(catalog: Catalog) -> None:
    def read() -> None:
        with catalog.reading() as view:
            view.counts()

    before = open_files(catalog.path)
    for _ in range(30):
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    # SQLite keeps one file open for the next that asks: https://www.sqlite.org/howtocorrupt.html, §2.2
    assert open_files(catalog.path) <= before + 1


def open_files(path: Path) -> int:
    return sum(link.exists() and link.samefile(path) for link in Path("/proc/self/fd").iterdir())
