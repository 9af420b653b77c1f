"""An index remembers its sources, and an update brings it in step with them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from albert_search import Index, NotIndexed, Source, UsageError


@pytest.fixture
def index(tiny_model: Path, tmp_path: Path) -> Iterator[Index]:
    with Index.create(tmp_path / "index", model=tiny_model, threads=1) as made:
        yield made


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("The sea is cold in winter.")
    (folder / "b.md").write_text("Flour and water make dough.")
    (folder / "sub" / "c.txt").write_text("Nobody knows why.")
    return folder


def names(index: Index) -> list[str]:
    return sorted(Path(document.uri).name for document in index.documents())


def test_what_is_new_changed_and_gone(index: Index, notes: Path) -> None:
    index.add([notes])
    assert index.sources() == [Source(str(notes))]
    (notes / "a.txt").write_text("The sea is warm in summer.")
    (notes / "b.md").rename(notes / "sub" / "renamed.md")
    (notes / "sub" / "c.txt").unlink()
    (notes / "new.txt").write_text("A lamp stands by the door.")
    report = index.update()
    assert (report.documents, report.encoded, report.removed) == (3, 2, 2), "what was renamed is not encoded again"
    assert names(index) == ["a.txt", "new.txt", "renamed.md"]
    assert [hit.text for hit in index.get(notes / "a.txt")] == ["The sea is warm in summer."]
    again = index.update()
    assert (again.documents, again.removed, again.unchanged) == (0, 0, 3)


def test_an_index_without_sources_says_so(index: Index) -> None:
    index.add_texts(["One sentence."])
    assert index.sources() == []
    with pytest.raises(UsageError, match="remembers no sources"):
        index.update()


def test_options_are_remembered(index: Index, notes: Path) -> None:
    (notes / "t.csv").write_text("id,body\n1,Ann likes the red car.\n")
    index.add(notes, include="*.txt", exclude="sub/*")
    index.add(notes / "t.csv", text_fields="body")
    assert index.sources() == [
        Source(str(notes), ("*.txt",), ("sub/*",)),
        Source(str(notes / "t.csv"), text_fields=("body",)),
    ]
    (notes / "later.md").write_text("This is no text file.")
    (notes / "later.txt").write_text("But this is one.")
    (notes / "t.csv").write_text("id,body\n1,Bob rides a bike.\n")
    index.update()
    assert names(index) == ["a.txt", "later.txt", "t.csv#row=1"]
    assert [place.metadata["id"] for place in index.get(f"{notes / 't.csv'}#row=1")] == ["1"]


def test_a_file_with_options_of_its_own_is_read_with_these_alone(index: Index, notes: Path) -> None:
    (notes / "t.csv").write_text("title,body\nA red car,Ann likes to drive.\n")
    index.add(notes / "t.csv", text_fields="body")
    index.add(notes)
    index.update()
    assert [place.text for place in index.get(f"{notes / 't.csv'}#row=1")] == ["Ann likes to drive."]
    assert index.update().documents == 0, "two sources do not take turns"


def test_globs_find_what_is_new(index: Index, notes: Path) -> None:
    index.add(notes / "*.txt")
    (notes / "z.txt").write_text("A lamp stands by the door.")
    (notes / "a.txt").unlink()
    index.update()
    assert names(index) == ["z.txt"]


def test_a_path_that_leads_nowhere_is_no_source(index: Index, notes: Path) -> None:
    report = index.add([notes / "typo.txt", notes / "a.txt"])
    assert len(report.skipped) == 1
    assert index.sources() == [Source(str(notes / "a.txt"))]


def test_a_source_that_is_away_loses_nothing(index: Index, notes: Path) -> None:
    index.add(notes)
    notes.rename(notes.with_name("unmounted"))
    report = index.update()
    assert [skipped.reason for skipped in report.skipped] == ["it does not exist"]
    assert names(index) == ["a.txt", "b.md", "c.txt"]


def test_sources_are_added_and_removed(index: Index, notes: Path) -> None:
    index.add_sources([notes / "sub", notes / "a.txt"])
    assert index.documents() == []
    index.update()
    assert names(index) == ["a.txt", "c.txt"]
    index.remove_sources(notes / "sub")
    assert index.sources() == [Source(str(notes / "a.txt"))]
    assert names(index) == ["a.txt", "c.txt"]
    with pytest.raises(NotIndexed, match="is no source"):
        index.remove_sources(notes / "sub")
    with pytest.raises(UsageError, match="there is nothing at"):
        index.add_sources(notes / "nothing")


def test_what_a_person_removed_stays_out_until_it_is_named_again(index: Index, notes: Path) -> None:
    index.add(notes)
    index.remove(notes / "sub")
    index.remove(where="path=a.txt")
    (notes / "sub" / "later.txt").write_text("This came later.")
    index.update()
    assert names(index) == ["b.md"]
    index.add(notes / "sub")
    index.update()
    assert names(index) == ["b.md", "c.txt", "later.txt"]
    index.add(notes)
    assert names(index) == ["a.txt", "b.md", "c.txt", "later.txt"]


def test_removing_a_source_with_its_documents_ends_it(index: Index, notes: Path) -> None:
    index.add([notes / "sub", notes / "a.txt"])
    index.remove(notes / "sub")
    index.delete(str(notes / "a.txt"))
    assert index.sources() == []


def test_the_sources_survive_closing_and_are_sound(index: Index, notes: Path, tmp_path: Path) -> None:
    index.add(notes, include=["*.txt"])
    index.close()
    with Index.open(tmp_path / "index") as again:
        assert again.verify() == []
        assert again.sources() == [Source(str(notes), ("*.txt",))]


def test_options_of_a_newer_version_do_no_harm(index: Index, notes: Path, tmp_path: Path) -> None:
    index.add(notes)
    from albert_search.indexing.source import Sources

    with index.reading() as view:
        recorded = view.state.sources
    assert recorded is not None
    newer = {**recorded, "known": [{**recorded["known"][0], "language": "de"}]}
    assert Sources.of(newer).known == (Source(str(notes)),)


def test_an_interrupted_update_is_not_taken_for_done(
    index: Index, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add(notes)
    (notes / "new.txt").write_text("A lamp stands by the door.")
    with monkeypatch.context() as broken:
        broken.setattr(type(index.encoder), "encode", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            index.update()
    assert "new.txt" not in names(index)
    assert index.update().documents == 1


def test_names_that_no_catalog_can_hold_are_not_remembered(index: Index, tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("needs a file system on which names are bytes")
    index.add(folder)
    assert index.sources() == []
