"""Keyword and hybrid rankings of a small real index; cosines checked against numpy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from albert_search import Index
from albert_search.searching.ranking import _fuse
from albert_search.types import Mode
from tests.support.article import SIX

TEXTS = [
    *SIX,
    "The error code E4711 means that the pump is blocked.",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with Index.create(tmp_path_factory.mktemp("ranking") / "index") as made:
        made.add_texts(TEXTS)
        yield made


@pytest.mark.parametrize("mode", ["keyword", "hybrid"])
def test_a_code_that_no_model_knows_is_found_by_its_letters(index: Index, mode: Mode) -> None:
    assert index.search("E4711", k=1, mode=mode)[0].text == TEXTS[6]


def test_meaning_is_found_where_no_word_is_shared(index: Index) -> None:
    assert index.search("tell me the number of years since your birth", k=2, mode="hybrid")[0].text in TEXTS[4:6]


def test_keyword_search_finds_only_texts_that_share_a_word(index: Index) -> None:
    assert {hit.text for hit in index.search("phones", mode="keyword")} == set(TEXTS[:2])
    assert index.search("zebra", mode="keyword") == []


@pytest.mark.parametrize("mode", ["semantic", "keyword", "hybrid"])
def test_scores_are_cosines_in_every_mode(index: Index, mode: Mode) -> None:
    question = "is the phone good?"
    vectors = index.encoder.encode([question, *TEXTS])
    cosines = dict(zip(TEXTS, np.asarray(vectors[1:] @ vectors[0]).tolist(), strict=True))
    hits = index.search(question, mode=mode)
    assert hits
    for hit in hits:
        assert hit.score == pytest.approx(cosines[hit.text], abs=2e-3)


def test_hybrid_puts_first_what_fused_scores_say(index: Index) -> None:
    fused = [hit.fused for hit in index.search("my phone age", mode="hybrid", rerank=False)]
    assert None not in fused
    assert fused == sorted(fused, reverse=True)  # type: ignore[type-var]


@pytest.mark.parametrize("question", ['"', "a AND (b", "NEAR(", "🙂", "x" * 10_000, "'; DROP TABLE texts; --", "*"])
@pytest.mark.parametrize("mode", ["keyword", "hybrid"])
def test_any_question_is_taken(index: Index, question: str, mode: Mode) -> None:
    index.search(question, mode=mode)


def test_filters_hold_for_words_too(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index") as index:
        index.add_texts(TEXTS[:2], metadatas=[{"year": 2019}, {"year": 2020}])
        assert [hit.text for hit in index.search("phone", mode="keyword", where="year=2020")] == [TEXTS[1]]


def test_a_question_about_something_else_is_less_relevant(index: Index) -> None:
    about = index.search("what's wrong with the phone?", k=1)[0].relevance
    not_about = index.search("recipe for a chocolate cake", k=1)[0].relevance
    assert about is not None
    assert not_about is not None
    assert not_about < 0.9 < about
    assert index.search("recipe for a chocolate cake", min_relevance=0.99) == []


ALIKE = [0.5] * 100
HALF_AS_NEAR = [0.5] * 5 + [0.25] * 95


@pytest.mark.parametrize(
    ("cosines", "keywords", "worth"),
    [
        pytest.param(ALIKE, [8.0], 0.8, id="no other text shares a word"),
        pytest.param(ALIKE, [8.0, 8.0, 7.0], 0.8, id="few do"),
        pytest.param(ALIKE, [8.0] * 100, 0.0, id="all share the same"),
        pytest.param(ALIKE, [8.0] * 5 + [4.0] * 95, 0.4, id="those after the fifth share half"),
        pytest.param(HALF_AS_NEAR, [8.0], 0.1 + 0.7 / 32, id="meaning tells texts apart"),
        pytest.param(HALF_AS_NEAR, [8.0] * 5 + [4.0] * 95, 0.05 + 0.35 / 32, id="both do"),
        pytest.param([0.5, 0.25, 0.25], [8.0], 0.25, id="there are few texts"),
        pytest.param([-0.5] * 100, [8.0], 0.8, id="nothing is near"),
    ],
)
def test_words_weigh_by_how_far_the_best_stands_out(cosines: list[float], keywords: list[float], worth: float) -> None:
    """Up to 0.8, by how far the best keyword score is above places 6 to 15; to 0.1 where the cosines differ too."""
    fused = _fuse(dict(enumerate(cosines)), dict(enumerate(keywords)), {})
    assert max(ranked.fused or 0.0 for ranked in fused) == pytest.approx(cosines[0] + worth)


def test_the_order_in_which_texts_are_found_does_not_matter() -> None:
    assert _fuse({1: 0.1, 2: 0.9}, {1: 3.0}, {})[::-1] == _fuse({2: 0.9, 1: 0.1}, {1: 3.0}, {})


def test_shared_words_do_not_outdo_the_meaning_among_few_texts(tmp_path: Path) -> None:
    texts = ["How old are you?", "The age of sail ended with the age of steam.", *TEXTS[:3]]
    with Index.create(tmp_path / "index") as index:
        index.add_texts(texts)
        assert index.search("what is your age?", k=1)[0].text == texts[0]


def test_a_word_that_only_one_text_has_decides_between_texts_of_like_meaning(tmp_path: Path) -> None:
    about = "In {} the harbour was full of ships that carried {} to the north."
    places, goods = ["Riga", "Lisbon", "Cadiz", "Turku"], ["wool", "salt", "oranges", "iron", "timber", "wine"]
    others = [about.format(place, good) for place in places for good in goods]
    errors = [f"Error code E{number} means that the disk is full." for number in (4711, 4712, 4714)]
    with Index.create(tmp_path / "index") as index:
        index.add_texts([*others, *errors, "If E4713 is shown, turn it off and on again."])
        assert "E4713" in index.search("error E4713", k=1)[0].text


def test_without_shared_words_meaning_alone_ranks() -> None:
    assert [ranked.fused for ranked in _fuse({1: 0.5, 2: 0.25}, {}, {})] == [0.5, 0.25]
