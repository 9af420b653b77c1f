"""Slips that a program may make: none of them may reach farther than what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from albert_search import Index, UsageError
from albert_search.errors import NotIndexed
from albert_search.searching.ranking import Ranker


@pytest.fixture
def index(tmp_path: Path, tiny_model: Path) -> Iterator[Index]:
    docs = tmp_path / "docs"
    (docs / "sub").mkdir(parents=True)
    for name in ("a.md", "b.md", "sub/c.md"):
        (docs / name).write_text(f"The document {name} speaks of itself.\n", encoding="utf-8")
    with Index.create(tmp_path / "index", model=tiny_model) as made:
        made.add(docs)
        yield made


def names(index: Index) -> list[str]:
    return [Path(document.uri).name for document in index.documents()]


def test_one_folder_may_stand_alone(index: Index, tmp_path: Path) -> None:
    assert names(index) == ["a.md", "b.md", "c.md"]
    assert index.remove(str(tmp_path / "docs" / "sub")) == 1
    assert names(index) == ["a.md", "b.md"]
    assert index.add(str(tmp_path / "docs" / "sub")).documents == 1


@pytest.mark.parametrize("nothing", [{}, [], ()])
def test_an_empty_filter_removes_nothing(index: Index, nothing: object) -> None:
    assert index.remove(where=nothing) == 0  # type: ignore[arg-type]


def test_an_empty_name_is_not_the_working_folder(index: Index) -> None:
    for slip in (index.add, index.remove):
        with pytest.raises(UsageError, match="an empty name"):
            slip(["", "docs"])


def test_one_text_is_no_list_of_texts(index: Index) -> None:
    with pytest.raises(UsageError, match="list of texts"):
        index.add_texts("hello")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"texts": ["hello", None]}, "nothing but texts"),
        ({"texts": ["hello"], "ids": [None]}, "None is no address"),
        ({"texts": ["hello"], "ids": [""]}, "'' is no address"),
        ({"texts": ["hello"], "ids": ["half a \ud800"]}, "is no address"),
        ({"texts": ["hello"], "metadatas": [{"name": 1, 2: 3}]}, "cannot be written as JSON"),
        ({"texts": ["hello"], "metadatas": ["name"]}, "cannot be written as JSON"),
    ],
)
def test_what_cannot_be_stored_is_refused_as_a_slip(index: Index, given: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        index.add_texts(**given)
    assert names(index) == ["a.md", "b.md", "c.md"]


def test_texts_may_come_from_a_generator_and_hold_half_characters(index: Index) -> None:
    addresses = index.add_texts(text for text in ("a half \ud800 character", "a half \udfff character"))
    assert len(set(addresses)) == 2
    assert index.get(addresses[0])[0].text == "a half \ufffd character"


def test_prune_understands_two_dots(index: Index, tmp_path: Path) -> None:
    (tmp_path / "docs" / "a.md").unlink()
    assert index.add([tmp_path / "docs" / "sub" / ".."], prune=True).removed == 1


def test_prune_understands_patterns(index: Index, tmp_path: Path) -> None:
    for name in ("a.md", "sub/c.md"):
        (tmp_path / "docs" / name).unlink()
    assert index.add([tmp_path / "docs" / "b*"], prune=True).removed == 0
    assert index.add([tmp_path / "docs" / "*.md"], prune=True).removed == 1
    assert names(index) == ["b.md", "c.md"]
    (tmp_path / "docs").rename(tmp_path / "away")
    assert index.add([tmp_path / "docs" / "*"], prune=True).removed == 0, "the disk may not be mounted"
    (tmp_path / "away").rename(tmp_path / "docs")
    assert index.add([tmp_path / "docs" / "s*"], prune=True).removed == 1


def test_removing_needs_no_model(tmp_path: Path, tiny_model: Path) -> None:
    moved = tmp_path / "model"
    moved.symlink_to(tiny_model)
    with Index.create(tmp_path / "index", model=moved) as index:
        index.add_texts([f"text number {number}" for number in range(9)], ids=[str(number) for number in range(9)])
    moved.unlink()
    with Index.open(tmp_path / "index") as index:
        assert index.remove([str(number) for number in range(8)]) == 8


@pytest.mark.parametrize("mode", ["semantic", "hybrid"])
@pytest.mark.parametrize("limits", [{"min_score": 0.999}, {"min_relevance": 1.0}])
def test_asking_for_more_than_there_is_does_not_rank_everything(
    index: Index, monkeypatch: pytest.MonkeyPatch, mode: str, limits: dict[str, float]
) -> None:
    index.add_texts([f"number {number} of many texts" for number in range(2000)])
    widths = []
    best = Ranker.best

    def counted(self: Ranker, question: object, width: int) -> object:
        widths.append(width)
        return best(self, question, width)  # type: ignore[arg-type]

    monkeypatch.setattr(Ranker, "best", counted)
    index.search("zebra crossing quietly", k=10, mode=mode, **limits)  # type: ignore[call-overload]
    assert max(widths) <= 640


def test_questions_are_folded_as_texts_are(tmp_path: Path, tiny_model: Path) -> None:
    with Index.create(tmp_path / "index", model=tiny_model) as index:
        index.add_texts(["Die Straße ist lang.", "Her résumé is short."])
        assert [hit.text for hit in index.search("Straße", mode="keyword")] == ["Die Straße ist lang."]
        assert [hit.text for hit in index.search("re\u0301sume\u0301", mode="keyword")] == ["Her résumé is short."]


@pytest.mark.parametrize("name", ["a\0b", "/tmp/a\0b#row=2", "~/a\0"])
def test_a_name_that_nothing_can_have_is_only_not_found(index: Index, name: str) -> None:
    for ask in (index.get, index.similar):
        with pytest.raises(NotIndexed):
            ask(name)
    assert index.remove([name]) == 0


def test_a_question_may_be_long_and_hold_half_characters(index: Index) -> None:
    question = "half a \ud800 character is no text. " * 200
    assert index.search(question, k=1)


def test_a_name_that_is_not_utf8_is_only_not_found(index: Index) -> None:
    assert index.remove(["caf\udce9.txt"]) == 0
