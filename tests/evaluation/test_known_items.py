from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albert_search.errors import UsageError
from albert_search.evaluation import evaluate_known_items
from albert_search.evaluation.known_items import AGAINST_EXACT, CHANGES, exact_scores, sample
from albert_search.evaluation.variants import reordered, reworded, shortened, word_variants
from albert_search.index.index import Index
from albert_search.storage.catalog import Catalog
from tests.support.word_vectors import WordVectors

WORDS = [f"w{number}" for number in range(400)] + ["large", "quickly", "three", "method"]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    draw = random.Random(3)
    texts = [" ".join(draw.sample(WORDS, 8)) + "." for _ in range(60)] + ["too short."]
    with Index.create(tmp_path / "index", model=WordVectors()) as index:
        index.add_texts(texts)
        yield index


def test_word_vectors_find_sentences_again_whatever_their_order(index: Index) -> None:
    found = {(row.dataset, row.system.mode): row for row in evaluate_known_items(index, modes=["semantic", "hybrid"])}
    assert {name for name, _ in found} == {*CHANGES, AGAINST_EXACT}
    assert found["words reordered", "semantic"].figures["MRR@10"].value == 1.0
    assert found["words reordered", "hybrid"].items == 60
    assert found[AGAINST_EXACT, "semantic"].figures["recall@10"].value == 1.0


def test_only_sentences_of_some_length_are_asked_for(index: Index) -> None:
    catalog = Catalog(index.folder / "catalog.db")
    with catalog.reading() as view:
        items = sample(view)
    catalog.close()
    assert len({item.text_id for item in items}) == len(items) == 60


def test_exact_scores_are_numpys(index: Index) -> None:
    questions = WordVectors().encode(["w1 w2 w3", "large method"])
    catalog = Catalog(index.folder / "catalog.db")
    with catalog.reading() as view:
        found = exact_scores(view, questions, 10)
    catalog.close()
    texts = [hit.text for summary in index.documents() for hit in index.get(summary.uri)]
    expected = -np.sort(-(questions @ WordVectors().encode(texts).T), axis=1)[:, :10]
    assert found == pytest.approx(expected, abs=2e-3)  # the catalog keeps vectors as float16


def test_an_index_without_sentences_is_refused(tmp_path: Path) -> None:
    with Index.create(tmp_path / "empty", model=WordVectors()) as index:
        index.add_texts(["too short."])
        with pytest.raises(UsageError, match="too few sentences"):
            evaluate_known_items(index)


sentences = st.lists(st.sampled_from(WORDS), min_size=6, max_size=20).map(" ".join)


@given(sentences, st.integers())
def test_changes_keep_what_they_say(sentence: str, seed: int) -> None:
    draw = random.Random(seed)
    words = sentence.split()
    kept = shortened(sentence, draw).split()
    assert len(kept) == len(words) - len(words) // 2
    remaining = iter(words)
    assert all(word in remaining for word in kept)  # in their order
    assert sorted(reordered(sentence, draw).split()) == sorted(words)
    pairs = zip(words, reworded(sentence, draw).split(), strict=True)
    variants = word_variants()
    assert all(new in variants[old] if old in variants else new == old for old, new in pairs)


def test_variants_work_both_ways() -> None:
    variants = word_variants()
    assert all(word in variants[other] for word, others in variants.items() for other in others)
    assert not any(word in others for word, others in variants.items())


def test_punctuation_and_other_words_stay() -> None:
    assert reworded("A colour: «green».", random.Random(1)) == "A color: «green»."
