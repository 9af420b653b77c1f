"""What the catalog keeps, forgets and shows, and that others see whole batches only."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading

import numpy as np
import pytest

from albert_search.errors import IndexDamaged
from albert_search.storage.catalog import Catalog, FileState, parse_filter
from albert_search.storage.catalog.digests import (
    document_checksum,
    dump_json,
    setting_checksum,
    text_checksum,
    text_hash,
)
from albert_search.types import Sentence
from tests.support.catalogs import DIM, put, unit_vectors
from tests.support.paths import REPOSITORY


def raw(catalog: Catalog, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Ask SQLite itself, past the code under test."""
    connection = sqlite3.connect(catalog.path)
    try:
        rows = connection.execute(sql, values).fetchall()
        connection.commit()
        return rows
    finally:
        connection.close()


def texts(catalog: Catalog) -> dict[str, int]:
    return {str(text): int(str(number)) for text, number in raw(catalog, "SELECT text, id FROM texts")}


def fts(catalog: Catalog, word: str) -> set[str]:
    sql = "SELECT t.text FROM text_words_fts f JOIN texts t ON t.id = f.rowid WHERE text_words_fts MATCH ?"
    return {str(row[0]) for row in raw(catalog, sql, word)}


def test_a_text_that_an_index_of_the_database_no_longer_finds_is_damage(catalog: Catalog) -> None:
    put(catalog, "a", ["Same."])
    raw(catalog, "UPDATE texts SET hash = x'00'")  # what a flipped bit in the index of the column amounts to
    with pytest.raises(IndexDamaged, match="does not find a text"), catalog.writing() as batch:
        batch.put_document("b", [Sentence("Same.", 0, 5)], metadata={}, content_hash=b"")
    with catalog.reading() as view:
        assert view.document_ids_at(["b"]) == []


def sound(catalog: Catalog) -> None:
    catalog.verify_full_text()
    with catalog.reading() as view:
        assert view.violations() == []


def test_a_text_is_stored_once_with_the_vector_it_was_given(catalog: Catalog) -> None:
    put(catalog, "a", ["Same.", "Only here.", "Same."])
    put(catalog, "b", ["Same."])
    assert sorted(texts(catalog)) == ["Only here.", "Same."]
    with catalog.reading() as view:
        number = texts(catalog)["Same."]
        assert [(hit.uri, hit.ordinal) for hit in view.places(number)] == [("a", 0), ("a", 2), ("b", 0)]
        assert view.count_places(number) == 3
        expected = unit_vectors(["Same."]).astype(np.float16).astype(np.float32)
        np.testing.assert_array_equal(view.vectors_of([number]), expected)
        assert view.counts() == {"files": 0, "documents": 2, "sentences": 4, "texts": 2}
    sound(catalog)


def test_vectors_are_half_floats_of_the_least_significant_byte_first(catalog: Catalog) -> None:
    with catalog.writing() as batch:
        batch.add_texts(["x"], np.array([[1, -2, 0.5, 0, 0, 0, 0, 0]], np.float32))
    # IEEE 754 binary16: 1.0 is 0x3C00, -2.0 is 0xC000, 0.5 is 0x3800
    assert raw(catalog, "SELECT vector FROM texts") == [(bytes.fromhex("003c00c00038") + bytes(10),)]


def test_missing_texts_are_those_without_a_vector_once_each_in_order(catalog: Catalog) -> None:
    put(catalog, "a", ["One.", "Two."])
    with catalog.reading() as view:
        assert view.missing_texts(["Three.", "One.", "Four.", "Three.", "Two."]) == ["Three.", "Four."]
        assert view.missing_texts([]) == []


def test_replacing_a_document_drops_exactly_its_unused_texts(catalog: Catalog) -> None:
    put(catalog, "a", ["Old.", "Shared.", "Kept."])
    put(catalog, "b", ["Shared."])
    put(catalog, "a", ["Kept.", "New."])
    assert sorted(texts(catalog)) == ["Kept.", "New.", "Shared."]
    with catalog.reading() as view:
        assert [hit.text for hit in view.sentences(view.document_ids_at(["a"])[0])] == ["Kept.", "New."]
    assert fts(catalog, "old") == set()
    assert fts(catalog, "new") == {"New."}
    sound(catalog)


def test_removing_documents_drops_exactly_their_unused_texts(catalog: Catalog) -> None:
    put(catalog, "a", ["Only a.", "Shared."])
    put(catalog, "b", ["Shared.", "Only b."])
    with catalog.reading() as view:
        number = view.document_ids_at(["a"])
    with catalog.writing() as batch:
        assert batch.remove_documents([*number, 10**9]) == 1
        assert batch.remove_documents([]) == 0
    assert sorted(texts(catalog)) == ["Only b.", "Shared."]
    assert fts(catalog, "only") == {"Only b."}
    sound(catalog)


def test_no_number_is_ever_used_again(catalog: Catalog) -> None:
    seen: dict[str, set[int]] = {"texts": set(), "documents": set(), "sentences": set()}
    for round_ in range(4):
        put(catalog, "a", [f"Round {round_}, sentence {n}." for n in range(3)])
        for table, numbers in seen.items():
            now = {int(str(row[0])) for row in raw(catalog, f"SELECT id FROM {table}")}
            assert not numbers & now
            numbers |= now
        with catalog.writing() as batch:
            batch.remove_documents([int(str(row[0])) for row in raw(catalog, "SELECT id FROM documents")])
        assert texts(catalog) == {}


def test_removed_texts_are_remembered_until_the_vector_file_knows(catalog: Catalog) -> None:
    put(catalog, "a", ["One."])
    first = texts(catalog)["One."]
    generation = catalog.state().generation
    put(catalog, "a", ["Two."])
    with catalog.reading() as view:
        assert view.texts_removed_after(generation).tolist() == [first]
        assert view.texts_removed_after(generation + 1).tolist() == []
    with catalog.writing() as batch:
        batch.clear_removed_texts(generation + 1)
    with catalog.reading() as view:
        assert view.texts_removed_after(-1).tolist() == []
        assert view.state.folded_generation == generation + 1


def test_the_generation_counts_changes_and_nothing_else(catalog: Catalog) -> None:
    seen = [catalog.state().generation]

    def step() -> int:
        seen.append(catalog.state().generation)
        return seen[-1] - seen[-2]

    put(catalog, "a", ["One."])
    assert step() == 1
    with catalog.writing() as batch:
        batch.set("colour", "red")
        batch.put_file(FileState("/x", 1, 1, None, "r"))
    assert step() == 0
    with catalog.writing() as batch:
        batch.remove_documents([10**6])
        batch.remove_documents([1])
    assert step() == 1


def test_an_exception_leaves_no_trace(catalog: Catalog) -> None:
    put(catalog, "a", ["One."])
    before = "\n".join(dump(catalog))
    with pytest.raises(ZeroDivisionError), catalog.writing() as batch:  # noqa: PT012  # the block is what fails
        batch.set("colour", "red")
        batch.add_texts(["Two."], unit_vectors(["Two."]))
        batch.put_document("a", [Sentence("Two.", 0, 4)], metadata={}, content_hash=b"")
        batch.put_file(FileState("/x", 1, 1, None, "r"))
        raise ZeroDivisionError
    assert "\n".join(dump(catalog)) == before
    put(catalog, "b", ["Three."])
    sound(catalog)


def dump(catalog: Catalog) -> list[str]:
    connection = sqlite3.connect(catalog.path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_a_view_does_not_move_while_others_write(catalog: Catalog) -> None:
    put(catalog, "a", ["One."])
    with catalog.reading() as view:
        assert view.counts()["documents"] == 1
        thread = threading.Thread(target=put, args=(catalog, "b", ["Two."]))
        thread.start()
        thread.join()
        assert view.counts()["documents"] == 1
    with catalog.reading() as view:
        assert view.counts()["documents"] == 2


WRITER = """
import sys
sys.path[:0] = [sys.argv[2]]
from pathlib import Path
from albert_search.storage.catalog import Catalog
from tests.support.catalogs import put
catalog = Catalog(Path(sys.argv[1]))
for n in range(60):
    put(catalog, f"{n % 7}", [f"Round {n}, sentence {m}." for m in range(5)])
"""


def test_readers_see_whole_batches_while_another_process_writes(catalog: Catalog) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(catalog.path), str(REPOSITORY)])
    failures: list[object] = []
    generations: set[int] = set()
    running = threading.Event()
    running.set()

    def read() -> None:
        try:
            while running.is_set():
                with catalog.reading() as view:
                    counts, generation = view.counts(), view.state.generation
                    rounds = {hit.text.split(",")[0] for d in view.document_ids() for hit in view.sentences(d)}
                expected = min(generation, 7)
                if (counts["documents"], counts["texts"], len(rounds)) != (expected, 5 * expected, expected):
                    failures.append((generation, counts, rounds))
                generations.add(generation)
        except Exception as error:  # noqa: BLE001  # a thread's error must reach the test
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        assert writer.wait(60) == 0
    finally:
        writer.kill()
        running.clear()
        for reader in readers:
            reader.join()
    assert failures == []
    assert len(generations) > 2
    assert catalog.state().generation == 60


def test_many_threads_write_in_turn(catalog: Catalog) -> None:
    threads = [
        threading.Thread(target=lambda n=n: [put(catalog, f"{n}/{m}", [f"{n} {m}.", "Shared."]) for m in range(5)])
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalog.reading() as view:
        assert view.counts() == {"files": 0, "documents": 40, "sentences": 80, "texts": 41}
    assert catalog.state().generation == 40
    sound(catalog)


# --- files ------------------------------------------------------------------------------------------


def add_rows(catalog: Catalog, path: str, rows: range) -> int:
    with catalog.writing() as batch:
        file_id = batch.put_file(FileState(path, 1, 2, None, "r"))
        for row in rows:
            text = f"{path} row {row}."
            batch.add_texts([text], unit_vectors([text]))
            batch.put_document(f"{path}#row={row}", [Sentence(text, 0, len(text))], metadata={}, content_hash=b"",
                               file_id=file_id, row=row)  # fmt: skip
    return file_id


def test_a_file_is_known_by_its_path_and_keeps_its_number(catalog: Catalog) -> None:
    with catalog.writing() as batch:
        first = batch.put_file(FileState("/a", 1, 2, None, "r"))
        assert batch.put_file(FileState("/a", 3, 4, b"hash", "s")) == first
        assert batch.put_file(FileState("/b", 1, 2, None, "r")) != first
    with catalog.reading() as view:
        assert view.file("/a") == FileState("/a", 3, 4, b"hash", "s")
        assert view.file("/c") is None
        assert [file.path for file in view.files()] == ["/a", "/b"]


def test_rows_after_the_last_and_whole_files_are_forgotten(catalog: Catalog) -> None:
    file_id = add_rows(catalog, "/t.csv", range(1, 6))
    add_rows(catalog, "/u.csv", range(1, 3))
    with catalog.writing() as batch:
        assert batch.remove_other_parts(file_id, {"/t.csv": 3}) == 2
    with catalog.reading() as view:
        assert {document.uri for document in view.documents(parse_filter("path=/t.csv*"))} == {
            f"/t.csv#row={n}" for n in (1, 2, 3)
        }
    with catalog.writing() as batch:
        assert batch.remove_files(["/t.csv", "/never-there"]) == 3
    with catalog.reading() as view:
        assert [file.path for file in view.files()] == ["/u.csv"]
    assert sorted(texts(catalog)) == ["/u.csv row 1.", "/u.csv row 2."]
    sound(catalog)


def test_parts_of_a_file_that_it_no_longer_has_are_forgotten(catalog: Catalog) -> None:
    file_id = add_rows(catalog, "/a.zip/t.csv", range(1, 4))
    with catalog.writing() as batch:
        for uri in ("/a.zip/kept.md", "/a.zip/gone.md"):
            batch.put_document(uri, [], metadata={}, content_hash=b"", file_id=file_id)
        assert batch.remove_other_parts(file_id, {"/a.zip/t.csv": 2, "/a.zip/kept.md": 0}) == 2
    with catalog.reading() as view:
        assert [document.uri for document in view.documents()] == [
            "/a.zip/kept.md", "/a.zip/t.csv#row=1", "/a.zip/t.csv#row=2"
        ]  # fmt: skip
    sound(catalog)


def test_forgetting_all_documents_of_a_file_forgets_the_file(catalog: Catalog) -> None:
    add_rows(catalog, "/t.csv", range(1, 4))
    with catalog.reading() as view:
        numbers = view.document_ids_under(["/t.csv"])
    with catalog.writing() as batch:
        batch.remove_with_files(numbers[:1])
    with catalog.reading() as view:
        assert view.file("/t.csv") is not None
    with catalog.writing() as batch:
        assert batch.remove_with_files(numbers) == 2
    with catalog.reading() as view:
        assert view.file("/t.csv") is None
        assert view.counts() == {"files": 0, "documents": 0, "sentences": 0, "texts": 0}


def test_texts_stored_ahead_are_dropped_when_asked(catalog: Catalog) -> None:
    put(catalog, "a", ["Kept."])
    with catalog.writing() as batch:
        batch.add_texts(["Ahead."], unit_vectors(["Ahead."]))
    assert sorted(texts(catalog)) == ["Ahead.", "Kept."]
    with catalog.writing() as batch:
        batch.remove_unused_texts()
    assert sorted(texts(catalog)) == ["Kept."]
    assert fts(catalog, "ahead") == set()


# --- looking ----------------------------------------------------------------------------------------


def test_addresses_are_matched_whole_and_below(catalog: Catalog) -> None:
    uris = ["/n/a.md", "/n/a.md2", "/n/sub/b.md", "/n2/c.md", "/n/t.csv#row=1", "/n/t.csv#row=12", "/n/100%_*.md"]
    for uri in uris:
        put(catalog, uri, ["x"])
    numbers = {str(uri): int(str(number)) for uri, number in raw(catalog, "SELECT uri, id FROM documents")}
    under = {
        "/n/a.md": ["/n/a.md"],
        "/n": [uri for uri in uris if uri.startswith("/n/")],
        "/n/": [uri for uri in uris if uri.startswith("/n/")],
        "/n/t.csv": ["/n/t.csv#row=1", "/n/t.csv#row=12"],
        "/n/t.csv#row=1": ["/n/t.csv#row=1"],
        "/n/100%_*.md": ["/n/100%_*.md"],
        "/n/%": [],
    }
    with catalog.reading() as view:
        for address, expected in under.items():
            assert sorted(view.document_ids_under([address])) == sorted(numbers[uri] for uri in expected), address
        assert view.document_ids_at(["/n/a.md", "nowhere"]) == [numbers["/n/a.md"]]


def test_a_sentence_is_found_by_its_line(catalog: Catalog) -> None:
    with catalog.writing() as batch:
        batch.add_texts(["A.", "B.", "C."], unit_vectors(["A.", "B.", "C."]))
        lines = [Sentence("A.", 0, 2, line=3), Sentence("B.", 3, 5, line=3), Sentence("C.", 6, 8, line=7)]
        batch.put_document("d", lines, metadata={}, content_hash=b"")
    found = {}
    with catalog.reading() as view:
        for line in (2, 3, 5, 7, 99):
            hit = view.sentence_at("d", line)
            found[line] = hit.text if hit else None
    assert found == {2: None, 3: "A.", 5: "A.", 7: "C.", 99: "C."}


def test_metadata_comes_back_as_it_was_but_for_what_json_does_not_know(catalog: Catalog) -> None:
    metadata = {"ünï": ["a", 1, None, {"b": True}], "nan": float("nan"), "text": "NaN", "broken": "\ud800x"}
    put(catalog, "a", [], metadata)
    with catalog.reading() as view:
        found = next(view.documents()).metadata
    assert found == {"ünï": ["a", 1, None, {"b": True}], "nan": None, "text": "NaN", "broken": "?x"}


def test_a_sample_is_spread_evenly_over_the_catalog(catalog: Catalog) -> None:
    names = [f"Text {n}." for n in range(100)]
    put(catalog, "a", names)
    every = unit_vectors(names).astype(np.float16).astype(np.float32)
    with catalog.reading() as view:
        for count in (1, 7, 30, 60, 99, 100):
            sample = view.sample_vectors(count)
            assert sample.shape == (count, DIM)
            places = [int(np.flatnonzero((every == row).all(axis=1))[0]) for row in sample]
            assert len(set(places)) == count
            # A fair sample of n out of 100 has about as many in either half.
            assert abs(sum(place < 50 for place in places) - count / 2) <= 1, count
        assert len(view.sample_vectors(1000)) == 100


def test_vectors_come_in_order_and_in_batches(catalog: Catalog) -> None:
    put(catalog, "a", [f"Text {n}." for n in range(25)])
    with catalog.reading() as view:
        batches = list(view.vectors_after(5, batch_size=8))
    assert [len(ids) for ids, _ in batches] == [8, 8, 4]
    assert np.concatenate([ids for ids, _ in batches]).tolist() == list(range(6, 26))


def test_keywords_take_any_text_and_filters(catalog: Catalog) -> None:
    put(catalog, "a", ["The quick brown fox."], {"year": 2020})
    put(catalog, "b", ["A brown bear sleeps."], {"year": 2021})
    with catalog.reading() as view:
        for odd in ("", "?!", '"', "fox OR", "NEAR(", "a*", "col:x", "🌊", "\ud800", "\0"):
            view.words.matches(odd, 5)
        assert len(view.words.matches("brown", 5)) == 2
        assert len(view.words.matches("brown", 1)) == 1
        (only,) = view.words.matches("brown fox", 5, view.text_ids(parse_filter("year=2021")))
        assert view.places(only[0])[0].uri == "b"
        assert only[1] > 0


# --- digests ----------------------------------------------------------------------------------------


def test_digests_are_blake2b_as_the_format_says() -> None:
    # `printf 'abc' | b2sum -l 128`
    assert text_hash("abc").hex() == "cf4ab791c62b8d2b2109c90275287816"


def test_every_part_of_a_row_changes_its_checksum() -> None:
    text = [text_checksum(1, "a", b"v"), text_checksum(2, "a", b"v"), text_checksum(1, "b", b"v"),
            text_checksum(1, "a", b"w")]  # fmt: skip
    row = (0, b"h", 1, 2, 3, 4, "[]")
    changed = [(1, b"h", 1, 2, 3, 4, "[]"), (0, b"i", 1, 2, 3, 4, "[]"), (0, b"h", 0, 2, 3, 4, "[]"),
               (0, b"h", 1, 3, 3, 4, "[]"), (0, b"h", 1, 2, None, 4, "[]"), (0, b"h", 1, 2, 3, None, "[]"),
               (0, b"h", 1, 2, 3, 4, '["x"]')]  # fmt: skip
    documents = [document_checksum("u", None, "{}", b"c", [found]) for found in (row, *changed)]
    documents += [document_checksum("v", None, "{}", b"c", [row]), document_checksum("u", 0, "{}", b"c", [row]),
                  document_checksum("u", None, "[]", b"c", [row]),
                  document_checksum("u", None, "{}", b"d", [row]), document_checksum("u", None, "{}", b"c", [row, row]),
                  document_checksum("u", None, "{}", b"c", [])]  # fmt: skip
    assert len({setting_checksum("a", "1"), setting_checksum("b", "1"), setting_checksum("a", "2")}) == 3
    assert len(set(text)) == len(text)
    assert len(set(documents)) == len(documents)
    assert {len(digest) for digest in (*text, *documents)} == {8}


def test_json_is_written_in_one_way() -> None:
    assert dump_json({"b": [1, None], "a": "ü"}) == '{"a":"ü","b":[1,null]}'
