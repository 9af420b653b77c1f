"""Reranking of a real index by the shipped model, and what it is bound by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from albert_search import Encoder, Hit, Index, UsageError
from albert_search.albert.model import Model
from albert_search.searching.ranking import rank_score
from albert_search.searching.reranking import CANDIDATE_TOKENS, CANDIDATES, WEIGHT
from tests.support.bag_of_words import BagOfWords

QUESTION = "How do I repair my car?"
ANSWER = "You can fix an automobile at home with few tools."
TEXTS = [
    ANSWER,
    *(f"The car number {number} was sold to a dealer in town {number}." for number in range(30)),
    "I like my phone",
    "How old are you?",
]


class CountingEncoder(Encoder):
    """The shipped model; remembers whose tokens it was asked for."""

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.asked: list[str] = []

    def token_vectors(self, texts: Sequence[str]) -> list[np.ndarray]:
        self.asked += texts
        return super().token_vectors(texts)


@pytest.fixture(scope="module")
def encoder() -> CountingEncoder:
    return CountingEncoder(Model.open(None), threads=1)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: CountingEncoder) -> Iterator[Index]:
    with Index.create(tmp_path_factory.mktemp("reranking") / "index", model=encoder) as made:
        made.add_texts(TEXTS)
        yield made


def by_hand(encoder: Encoder, question: str, text: str) -> float:
    asked, told = (
        np.float32(np.float16(vectors[1:-1])) for vectors in Encoder.token_vectors(encoder, [question, text])
    )
    return float(np.mean([max(float(token @ other) for other in told) for token in asked]))


def test_candidates_go_by_the_fused_score_and_maxsim(index: Index, encoder: CountingEncoder) -> None:
    before = {hit.text: hit for hit in index.search(QUESTION, len(TEXTS), rerank=False)}
    after = index.search(QUESTION, len(TEXTS))
    candidates = [hit for hit in after if hit.maxsim is not None]
    assert {hit.text for hit in candidates} == {hit.text for hit in before.values() if hit.rank < CANDIDATES}
    for hit in candidates[:5]:
        fused = before[hit.text].fused
        assert fused is not None
        assert hit.maxsim is not None
        assert hit.maxsim == pytest.approx(by_hand(encoder, QUESTION, hit.text), abs=0.02)  # int8, in other batches
        assert hit.reranked == pytest.approx(fused + WEIGHT * hit.maxsim)
        assert hit.score == before[hit.text].score


def test_what_is_no_candidate_comes_behind_in_its_old_order(index: Index) -> None:
    before = [hit.text for hit in index.search(QUESTION, len(TEXTS), rerank=False)]
    after = index.search(QUESTION, len(TEXTS))
    assert [hit.text for hit in after[CANDIDATES:]] == before[CANDIDATES:]
    assert [rank_score(hit) for hit in after] == sorted(map(rank_score, after), reverse=True)
    assert all(hit.maxsim is None and hit.matches == () for hit in after[CANDIDATES:])


def test_a_question_gets_the_same_hits_however_many_are_asked_for(index: Index) -> None:
    most = [hit.text for hit in index.search(QUESTION, CANDIDATES)]
    assert [hit.text for hit in index.search(QUESTION, 3)] == most[:3]


def test_the_answer_comes_first_and_its_words_are_marked(index: Index) -> None:
    (hit,) = index.search(QUESTION, 1)
    assert hit.text == ANSWER
    assert {"fix", "automobile"} <= {hit.text[match.start : match.end] for match in hit.matches}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, True),
        ({"rerank": False}, False),
        ({"mode": "semantic"}, False),
        ({"mode": "semantic", "rerank": True}, True),
        ({"mode": "keyword"}, False),
    ],
    ids=str,
)
def test_a_hybrid_ranking_is_reranked_and_others_where_it_is_asked_for(index: Index, options, expected) -> None:
    hits = index.search("a car in town", 5, **options)
    assert [hit.reranked is not None for hit in hits] == [expected] * 5


def test_words_alone_are_not_reranked(index: Index) -> None:
    with pytest.raises(UsageError, match="by words alone is not reranked"):
        index.search("car", mode="keyword", rerank=True)


def test_nothing_is_reranked_without_a_question(index: Index) -> None:
    (hit,) = index.search_vector(index.encoder.encode([QUESTION])[0], 1)
    assert hit.reranked is None
    assert all(other.reranked is None for other in index.similar(hit, k=3))


def test_a_model_without_vectors_of_tokens_ranks_as_before(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index", model=BagOfWords()) as plain:
        plain.add_texts(TEXTS)
        assert plain.search("car", 1)[0].reranked is None
        with pytest.raises(UsageError, match="bag-of-words has no vectors of tokens"):
            plain.search("car", rerank=True)


def test_what_the_model_cannot_read_is_no_candidate(tmp_path: Path, encoder: CountingEncoder) -> None:
    with Index.create(tmp_path / "index", model=encoder) as made:
        made.add_texts(["Paris is a city.", "ទីក្រុងភ្នំពេញ has a palace ភ្នំពេញជារាជធានី"])
        hits = made.search("which city has a palace?")
    assert [(hit.text.isascii(), hit.maxsim is None) for hit in hits] == [(True, False), (False, True)]


def test_token_vectors_of_candidates_are_kept(index: Index, encoder: CountingEncoder) -> None:
    index.search("Where was the car sold?")
    encoder.asked.clear()
    index.search("Where was the car sold?")
    assert encoder.asked == []
    index.search("Where was the old car sold?")
    assert len(encoder.asked) < CANDIDATES


def test_long_passages_are_fewer_candidates(tmp_path: Path, encoder: CountingEncoder) -> None:
    long = [" ".join(f"The car of {year} was sold in town {n}." for year in range(1900, 1920)) for n in range(15)]
    assert {length // 10 for length in encoder.tokenizer.count(long)} == {20}
    with Index.create(tmp_path / "index", model=encoder, unit="passage") as made:
        made.add_texts(long)
        encoder.asked.clear()
        hits = made.search("Where was the old car sold?", 15)
    asked = encoder.tokenizer.count([text for text in encoder.asked if text in long])
    assert CANDIDATE_TOKENS - 210 < sum(asked) <= CANDIDATE_TOKENS
    assert sum(hit.maxsim is not None for hit in hits) == len(asked) < CANDIDATES < len(hits)


def test_marks_of_merged_sentences_stand_in_the_merged_text(tmp_path: Path, encoder: CountingEncoder) -> None:
    (tmp_path / "trip.txt").write_text("The trip was long. A plane leaves for Lisbon at nine. It flies to Lisbon fast.")
    with Index.create(tmp_path / "index", model=encoder) as made:
        made.add(tmp_path / "trip.txt")
        (hit,) = made.search("flights to Lisbon", 3, merge=True)
    words = [hit.text[match.start : match.end] for match in hit.matches]
    assert words.count("Lisbon") == 2
    assert hit.text.count("Lisbon") == 2


def test_a_low_relevance_ends_the_search_whatever_the_order(index: Index) -> None:
    hits = index.search(QUESTION, len(TEXTS), min_score=0.2)
    without = index.search(QUESTION, len(TEXTS), min_score=0.2, rerank=False)
    assert {hit.text for hit in hits} == {hit.text for hit in without}
    assert min(hit.score for hit in hits) >= 0.2


def test_hits_are_still_values_that_json_takes(index: Index) -> None:
    (hit,) = index.search(QUESTION, 1)
    row = json.loads(json.dumps(asdict(hit)))
    assert set(row["matches"][0]) == {"start", "end", "weight"}
    assert Hit(**{**asdict(hit), "matches": hit.matches}) == hit


def test_texts_from_anywhere_are_reranked(index: Index) -> None:
    texts = ["The sun is hot.", "Cats like salmon.", "The sun is hot.", ""]
    ranked = index.rerank("who eats fish", texts)
    assert [text.text for text in ranked[:3]] == ["Cats like salmon.", "The sun is hot.", "The sun is hot."]
    assert [text.position for text in ranked[1:3]] == [0, 2]
    assert ranked[0].score == pytest.approx(ranked[0].cosine + WEIGHT * ranked[0].maxsim)
    assert index.rerank("who eats fish", []) == []
    with pytest.raises(UsageError, match="question is empty"):
        index.rerank(" ", texts)
