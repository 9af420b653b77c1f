"""The class that people use, with the model that ships where meaning matters and a tiny one elsewhere."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from albert_search.errors import IndexLocked, IndexNotFound, ModelMismatch, NotIndexed, UsageError
from albert_search.index.index import Index
from albert_search.readers import from_text
from albert_search.storage.locking import writer_lock
from albert_search.storage.store import Store
from albert_search.storage.vectors.file import read_stamp
from albert_search.types import Document, Skipped
from tests.support.tiny_model import build_tiny_model


@pytest.fixture
def index(tiny_model: Path, tmp_path: Path) -> Iterator[Index]:
    with Index.create(tmp_path / "index", model=tiny_model, threads=1) as made:
        yield made


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("The sea is cold in winter. Ships sail far from home.")
    (folder / "b.md").write_text("# Bread\n\nFlour and water make dough. The oven must be hot.\n")
    (folder / "sub" / "c.txt").write_text("Ships sail far from home. Nobody knows why.")
    (folder / "t.csv").write_text("name,text,year\nann,Ann likes the red car.,2020\nbob,Bob rides a bike.,2021\n")
    return folder


def texts(index: Index) -> dict[str, list[str]]:
    return {Path(d.uri).name: [hit.text for hit in index.get(d.uri)] for d in index.documents()}


# --- create and open --------------------------------------------------------------------------------


def test_an_index_is_made_once_and_opened_again(tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "index"
    with pytest.raises(IndexNotFound, match="there is no index in"):
        Index.open(folder)
    with Index.create(folder, model=tiny_model) as made:
        made.add_texts(["One sentence."])
        assert made.verify() == []
    with pytest.raises(UsageError, match="already"):
        Index.create(folder, model=tiny_model)
    with Index.create(folder, exist_ok=True) as again, Index.open(folder) as opened:
        assert again.info() == opened.info()
        assert opened.search("One sentence.", 1)[0].score == pytest.approx(1, abs=2e-3)
    with pytest.raises(UsageError, match="made of sentences, not documents"):
        Index.create(folder, unit="document", exist_ok=True)


def test_an_empty_index_answers_and_is_sound(index: Index) -> None:
    assert index.verify() == []
    assert index.search("anything") == []
    assert index.search([]) == []
    assert index.documents() == []
    assert index.info().sentences == 0
    index.rebuild()
    assert index.verify() == []


def test_another_model_is_refused_with_both_names(index: Index, tmp_path: Path) -> None:
    other = build_tiny_model(tmp_path / "models" / "stranger", seed=1)
    with pytest.raises(ModelMismatch, match=r"tiny .*stranger"):
        Index.open(index.folder, model=other)
    with pytest.raises(UsageError, match="name of the index is empty"):
        Index.open("")


def test_a_closed_index_says_so(index: Index) -> None:
    index.close()
    index.close()
    with pytest.raises(IndexNotFound, match="has been closed"):
        index.documents()


# --- files ------------------------------------------------------------------------------------------


def test_a_folder_is_indexed_and_the_second_time_nothing_is_done(index: Index, notes: Path) -> None:
    report = index.add([notes])
    assert (report.documents, report.sentences, report.skipped) == (5, 8, [])
    assert report.encoded == 7, "one sentence stands in two files"
    assert texts(index)["a.txt"] == ["The sea is cold in winter.", "Ships sail far from home."]
    generation = index.generation()
    again = index.add([notes])
    assert (again.documents, again.encoded, again.removed, again.unchanged) == (0, 0, 0, 4)
    assert index.generation() == generation
    assert index.verify() == []


def test_a_heading_is_searched_with_the_sentence_below_it(index: Index, notes: Path) -> None:
    index.add([notes])
    (hit,) = index.search("bread", k=1, mode="keyword")
    assert (hit.text, hit.line, hit.headings) == ("Flour and water make dough.", 3, ("Bread",))
    assert hit.score == pytest.approx(float(index.encoder.encode(["Bread Flour and water make dough."])[0]
                                            @ index.encoder.encode(["bread"])[0]), abs=1e-3)  # fmt: skip
    (near,) = index.similar(notes / "b.md", 1, k=1)
    assert near == index.similar(notes / "b.md", 3, k=1)[0]


def test_a_changed_file_touches_only_itself(index: Index, notes: Path) -> None:
    index.add([notes])
    before = {document.uri: document.id for document in index.documents()}
    (notes / "a.txt").write_text("The sea is cold in winter. Now something else happens.")
    report = index.add([notes])
    assert (report.documents, report.encoded) == (1, 1)
    after = {document.uri: document.id for document in index.documents()}
    assert {Path(uri).name for uri in before if before[uri] != after[uri]} == {"a.txt"}
    assert texts(index)["a.txt"] == ["The sea is cold in winter.", "Now something else happens."]
    assert index.verify() == []


def test_a_renamed_file_is_not_encoded_again_and_pruning_forgets_the_old_name(index: Index, notes: Path) -> None:
    index.add([notes])
    (notes / "a.txt").rename(notes / "renamed.txt")
    report = index.add([notes])
    assert (report.documents, report.encoded) == (1, 0)
    assert {"a.txt", "renamed.txt"} <= set(texts(index))
    assert index.add([notes], prune=True).removed == 1
    assert "a.txt" not in texts(index)
    assert index.verify() == []


def test_a_file_that_was_only_touched_is_not_split_again(index: Index, notes: Path) -> None:
    index.add([notes])
    (notes / "a.txt").touch()
    assert index.add([notes]).documents == 0


def test_rows_may_change_come_and_go(index: Index, notes: Path) -> None:
    table = notes / "t.csv"
    index.add([table])
    table.write_text("name,text,year\nann,Ann likes the blue car.,2020\nbob,Bob rides a bike.,2021\neve,Eve walks.,1\n")
    report = index.add([table])
    assert (report.documents, report.encoded, report.unchanged) == (2, 2, 1)
    table.write_text("name,text,year\nbob,Bob rides a bike.,2021\n")
    report = index.add([table])
    assert (report.documents, report.encoded, report.removed) == (1, 0, 2)
    assert texts(index) == {"t.csv#row=1": ["Bob rides a bike."]}
    assert index.verify() == []


def test_a_row_that_can_no_longer_be_read_is_forgotten(index: Index, tmp_path: Path) -> None:
    lines = tmp_path / "rows.jsonl"
    lines.write_text('{"text": "The first one."}\n{"text": "The second one."}\n{"text": "The third one."}\n')
    index.add([lines])
    lines.write_text('{"text": "The first one."}\n{"text": broken\n{"text": "The third one."}\n')
    report = index.add([lines])
    assert [skipped.uri for skipped in report.skipped] == [f"{lines}#row=2"]
    assert sorted(texts(index)) == ["rows.jsonl#row=1", "rows.jsonl#row=3"]


def test_a_bad_row_is_named_each_time_while_the_others_are_passed_over(index: Index, tmp_path: Path) -> None:
    lines = tmp_path / "rows.jsonl"
    lines.write_text('{"text": "One fine day."}\n{"text": broken}\n{"text": "Another fine day."}\n')
    first, second = index.add([lines]), index.add([lines])
    assert [report.documents for report in (first, second)] == [2, 0]
    assert [[one.uri for one in report.skipped] for report in (first, second)] == [[f"{lines}#row=2"]] * 2
    lines.write_text('{"text": "One fine day."}\n{"text": "mended"}\n{"text": "Another fine day."}\n')
    assert (index.add([lines]).skipped, index.add([lines]).unchanged) == ([], 1)


def test_a_script_that_the_model_does_not_know_is_found_by_its_words_and_counted(index: Index, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("The city has a palace.\n\nភ្នំពេញជារាជធានី។\n\nIt is called ភ្នំពេញ by those who live there.\n")
    report = index.add([page])
    assert (report.sentences, report.unreadable) == (3, 1)
    assert [list(uris) for uris in report.unreadable_in.values()] == [[str(page)]]
    assert [hit.line for hit in index.get(page)] == [1, 3, 5]
    hits = index.search("ភ្នំពេញ")
    assert [(hit.line, math.isnan(hit.score), hit.relevance) for hit in hits] == [(3, True, None), (5, True, None)]
    assert index.search("ភ្នំពេញ", min_relevance=0.5) == []
    assert index.search("which city has a palace?", k=1, mode="keyword")[0].line == 1
    assert index.verify() == []


def test_of_equal_addresses_the_last_one_counts(index: Index) -> None:
    first, second = (from_text(text, "one") for text in ("What there was.", "What there is."))
    for stream, last in (([first, second], "is"), ([first, second, second, first], "was"), ([second, first], "was")):
        index.add_documents(stream)
        assert [hit.text for hit in index.get("one")] == [f"What there {last}."]


def test_text_that_is_no_unicode_stops_nothing(index: Index, tmp_path: Path) -> None:
    lines = tmp_path / "rows.jsonl"
    lines.write_text('{"text": "A lone \\ud800 half.", "tag": "\\udfff"}\n{"text": "A good one.", "n": NaN}\n')
    index.add([lines])
    assert len(index.documents()) == 2
    assert index.documents("tag") != []


def test_what_cannot_be_read_is_skipped_with_its_reason(index: Index, notes: Path) -> None:
    (notes / "bad.pdf").write_bytes(b"%PDF-1.4 nonsense")
    report = index.add([notes, notes / "missing.txt"])
    assert {Path(skipped.uri).name for skipped in report.skipped} == {"bad.pdf", "missing.txt"}
    assert all(isinstance(skipped, Skipped) and skipped.reason for skipped in report.skipped)
    assert report.documents == 5


def test_an_emptied_file_holds_nothing_any_more(index: Index, notes: Path) -> None:
    index.add([notes / "a.txt"])
    (notes / "a.txt").write_text("")
    index.add([notes / "a.txt"])
    assert texts(index) == {"a.txt": []}
    assert index.search("sea") == []


def test_a_file_whose_address_a_text_has_taken_is_read_again(index: Index, notes: Path) -> None:
    index.add([notes])
    before = texts(index)
    taken = [str(notes / "a.txt"), f"{notes / 't.csv'}#row=2"]
    index.add_texts(["Something else.", "Another row."], ids=taken)
    assert [index.get(address)[0].text for address in taken] == ["Something else.", "Another row."]
    report = index.add([notes])
    assert (report.documents, report.unchanged) == (2, 3)
    assert texts(index) == before
    assert index.verify() == []
    index.add_texts(["Something else."], ids=taken[:1])
    index.delete(taken[0])
    assert index.add([notes]).documents == 1
    assert texts(index) == before


def test_removing_and_indexing_again(index: Index, notes: Path) -> None:
    index.add([notes])
    assert index.remove([notes / "sub"]) == 1
    assert index.remove([notes / "t.csv"]) == 2
    assert index.remove(where="path=*.md") == 1
    assert index.remove([notes / "nothing"]) == 0
    assert sorted(texts(index)) == ["a.txt"]
    with pytest.raises(UsageError, match="empty name"):
        index.remove([""])
    report = index.add([notes])
    assert (report.documents, report.unchanged) == (4, 1)
    assert len(index.documents()) == 5
    assert index.verify() == []


def test_deleting_by_address_leaves_what_lies_below_it(index: Index) -> None:
    index.add_texts(["One.", "Two.", "Three."], ids=["a", "a/b", "c"])
    assert index.delete(["a", "nowhere"]) == 1
    assert [sentence.uri for sentence in index] == ["a/b", "c"]
    assert index.delete("c") == 1
    assert index.remove("a") == 1
    assert index.verify() == []


def test_a_long_run_keeps_the_vector_file_in_step(index: Index) -> None:
    index = Index(Store(index.folder, fold_at_least=100), index.encoder, batch_texts=100)
    held = []

    def sentences() -> Iterator[Document]:
        for n in range(1200):
            if n % 100 == 0 and (index.folder / "vectors.faiss").exists():
                held.append(read_stamp(index.folder / "vectors.faiss").count)
            yield from_text(f"Thing number {n} is here.", str(n))

    index.add_documents(sentences())
    # It doubles each time; reading runs a few batches ahead of what is written.
    assert held == sorted(held)
    assert len(set(held)) >= 3
    assert index.verify() == []


def test_a_document_longer_than_a_batch(index: Index, tmp_path: Path) -> None:
    index = Index(Store(index.folder), index.encoder, batch_texts=16)
    long = tmp_path / "long.txt"
    long.write_text(" ".join(f"This is sentence number {n} of many." for n in range(100)))
    report = index.add([long])
    assert (report.documents, report.sentences, report.encoded) == (1, 100, 100)
    assert index.info().texts == 100
    assert index.verify() == []


# --- texts ------------------------------------------------------------------------------------------


def test_texts_have_addresses_and_metadata(index: Index) -> None:
    assert index.add_texts(["A.b c.", "D e f."], [{"n": 1}, {"n": 2}], ["x", "y"]) == ["x", "y"]
    assert [(d.uri, d.metadata) for d in index.documents()] == [("x", {"n": 1}), ("y", {"n": 2})]
    first = index.add_texts(["Same text here."])
    assert index.add_texts(["Same text here."]) == first
    assert len(index.documents()) == 3
    index.add_texts(["Another text."], ids=["x"])
    assert [hit.text for hit in index.get("x")] == ["Another text."]
    with pytest.raises(UsageError, match="2 texts need as many"):
        index.add_texts(["a", "b"], ids=["one"])
    with pytest.raises(NotIndexed, match="nowhere"):
        index.get("nowhere")


# --- searching --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def numbered(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index that tests search and leave as it is."""
    index = Index.create(tmp_path_factory.mktemp("numbered") / "index", model=tiny_model, threads=1)
    index.add_texts(
        [f"Thing {n} comes first. Then thing {n} is seen. Last of all thing {n} goes." for n in range(40)],
        [{"n": n, "even": n % 2 == 0} for n in range(40)],
        [f"doc/{n}.txt" for n in range(40)],
    )
    yield index
    index.close()


def test_an_indexed_sentence_finds_itself_first(numbered: Index) -> None:
    (hit,) = numbered.search("Then thing 7 is seen.", 1)
    assert (hit.text, hit.uri, hit.ordinal) == ("Then thing 7 is seen.", "doc/7.txt", 1)
    assert hit.score == pytest.approx(1, abs=2e-3)


def test_hits_are_those_of_brute_force(numbered: Index) -> None:
    sentences = [hit for d in numbered.documents() for hit in numbered.get(d.uri)]
    vectors = numbered.encoder.encode([hit.text for hit in sentences])
    question = numbered.encoder.encode(["What about thing 12?"])[0]
    scores = dict(zip((hit.text for hit in sentences), (vectors @ question).tolist(), strict=True))
    hits = numbered.search("What about thing 12?", 10, mode="semantic")
    np.testing.assert_allclose([hit.score for hit in hits], sorted(scores.values(), reverse=True)[:10], atol=2e-3)
    for hit in hits:
        assert hit.score == pytest.approx(scores[hit.text], abs=2e-3)


def test_as_many_hits_as_match(numbered: Index) -> None:
    assert len(numbered.search("thing", 1000)) == 120
    assert len(numbered.search("thing", 60, where="even=true")) == 60
    assert len(numbered.search("thing", 100, where="even=true")) == 60
    assert {hit.uri for hit in numbered.search("thing", 10, where=["n>=3", "n<5"])} == {"doc/3.txt", "doc/4.txt"}
    assert numbered.search("thing", 10, where="n>1000") == []
    assert len(numbered.search("thing", 7, where="path=doc/1*.txt")) == 7


def test_a_lowest_score_cuts_the_tail(numbered: Index) -> None:
    every = numbered.search("Then thing 7 is seen.", 120, mode="semantic")
    middle = every[30].score
    kept = numbered.search("Then thing 7 is seen.", 120, min_score=middle, mode="semantic")
    assert [hit.score for hit in kept] == [hit.score for hit in every if hit.score >= middle]
    for impossible in ({"min_score": 1.5}, {"min_score": -2.0}, {"min_relevance": 1.1}):
        with pytest.raises(UsageError, match="must be from"):
            numbered.search("thing", 5, **impossible)  # type: ignore[call-overload]


def test_neighbours_are_shown_and_merged(numbered: Index) -> None:
    (hit,) = numbered.search("Then thing 7 is seen.", 1, context=1)
    assert (hit.before, hit.after) == (("Thing 7 comes first.",), ("Last of all thing 7 goes.",))
    (first,) = numbered.search("Thing 7 comes first.", 1, context=5)
    assert (first.before, len(first.after)) == ((), 2)
    merged = numbered.search("thing 7", 120, merge=True, where="n=7")
    assert [hit.text for hit in merged] == ["Thing 7 comes first. Then thing 7 is seen. Last of all thing 7 goes."]
    assert (merged[0].ordinal, merged[0].last_ordinal) == (0, 2)


def test_copies_are_counted_or_shown(index: Index) -> None:
    index.add_texts(["The same words.", "The same words.", "Others."], ids=["a", "b", "c"])
    (hit,) = index.search("The same words.", 1)
    assert (hit.uri, hit.copies) == ("a", 1)
    assert [hit.uri for hit in index.search("The same words.", 2, every_copy=True)] == ["a", "b"]
    assert index.search("The same words.", 1, where="path=b")[0].copies == 0


def test_several_questions_at_once(numbered: Index) -> None:
    questions = ["Thing 3 comes first.", "Last of all thing 30 goes.", "word " * 300]
    found = numbered.search(questions, 2)
    assert [hits[0].text for hits in found[:2]] == questions[:2]
    assert len(found[2]) == 2
    with pytest.raises(UsageError, match="empty"):
        numbered.search(["fine", " "])


def test_a_line_beyond_the_end_of_a_document_is_similar_to_nothing(index: Index, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("The first sentence.\n\nThe second one\ngoes on\nfor three lines.\n")
    index.add([page])
    assert index.similar(page, 5)[0].line == 1
    with pytest.raises(NotIndexed, match="line 99"):
        index.similar(page, 99)


def test_a_line_of_a_table_is_the_row_that_begins_there(index: Index, tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    rows = ["First paragraph here.\n\nSecond paragraph of row one.", "Ships sail far.", "The oven is hot."]
    table.write_text("".join(json.dumps({"text": row}) + "\n" for row in rows), encoding="utf-8")
    index.add([table], text_fields="text")
    assert index.similar(table, 3, k=9) == index.similar(f"{table}#row=3", 3, k=9)
    with pytest.raises(NotIndexed, match="line 5"):
        index.similar(table, 5)


def test_a_single_pattern_may_stand_alone(index: Index, notes: Path) -> None:
    assert index.add(notes, include="*.txt", exclude="sub").documents == 1


def test_similar_needs_no_model_and_leaves_the_sentence_out(numbered: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [hit.text for hit in numbered.search("Thing 7 comes first.", 4, mode="semantic")][1:]
    with Index.open(numbered.folder) as opened:
        found = opened.similar("doc/7.txt", 1, 3)
        assert opened._encoder is None
    assert [hit.text for hit in found] == expected
    with pytest.raises(NotIndexed):
        numbered.similar("doc/99.txt")


@pytest.mark.parametrize("options", [{"k": 0}, {"k": -1}, {"context": -1}, {"context": 10**30}, {"mode": "loud"}])
def test_options_that_make_no_sense(numbered: Index, options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        numbered.search("thing", **options)  # type: ignore[call-overload]
    with pytest.raises(UsageError):
        numbered.similar("doc/7.txt", 10**30)
    with pytest.raises(UsageError):
        numbered.add_texts(["half a character"], ids=["\ud800"])
    for wait_s in (-1.0, float("nan")):
        with pytest.raises(UsageError, match="time to wait"):
            numbered.remove("doc/7.txt", wait_s=wait_s)
    with pytest.raises(UsageError):
        numbered.search_vector([1, 2, 3])
    with pytest.raises(UsageError, match="no direction"):
        numbered.search_vector(np.zeros(32))


def test_meaning_is_found_by_the_model_that_ships(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index") as index:
        index.add_texts(["How old are you?", "My phone is not good.", "Strong winds may hit the coast."])
        assert index.search("What is your age?", 1)[0].text == "How old are you?"


# --- several at once --------------------------------------------------------------------------------


def test_threads_search_while_one_adds(index: Index) -> None:
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                for hit in index.search("thing", 5):
                    assert len(index.get(hit.uri)) == 2
        except BaseException as error:  # noqa: BLE001  # a thread's error must reach the test
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(10):
        index.add_texts([f"Thing {n} is here. It is thing {n}."], ids=[f"{n}"])
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(index.search("thing", 99)) == 20


WRITER = """
import sys
from albert_search.index.index import Index
with Index.open(sys.argv[1]) as index:
    for n in range(15):
        index.add_texts([f"Round {n} begins. Round {n} goes on. Round {n} ends."], ids=["same"])
"""


def test_another_process_writes_whole_documents(index: Index) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(index.folder)])
    seen = set()
    while writer.poll() is None:
        hits = index.search("Round", 10)
        rounds = {hit.text.split()[1] for hit in hits}
        assert (len(hits), len(rounds)) in {(0, 0), (3, 1)}
        seen |= rounds
    assert writer.returncode == 0
    assert len(seen) > 1
    assert index.verify() == []


def test_the_second_writer_waits_and_then_says_who_holds_the_lock(index: Index) -> None:
    holder = "import sys, time\nfrom pathlib import Path\nfrom albert_search.storage.locking import writer_lock\n" \
             "with writer_lock(Path(sys.argv[1]), wait_s=1): print('held', flush=True); time.sleep(60)"  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", holder, str(index.folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(IndexLocked, match=f"process {process.pid} on "):
            index.add_texts(["x"], wait_s=0.2)
        assert index.search("anything") == []
    finally:
        process.kill()
        process.communicate()
    index.add_texts(["The killed one holds nothing."], wait_s=0.2)
    with writer_lock(index.folder, wait_s=0):
        pass
