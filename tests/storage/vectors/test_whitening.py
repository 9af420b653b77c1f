"""Whitening: its numbers against linear algebra done here, and an index of a raw ALBERT before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albert_search.albert.published.samples import sample_sentences
from albert_search.errors import IndexDamaged, UsageError
from albert_search.index.index import Index
from albert_search.storage.folder import CATALOG_FILE, VECTORS_FILE
from albert_search.storage.vectors.current import CurrentVectors
from albert_search.storage.vectors.whitening import Whitening


def unit_rows(count: int, dim: int, seed: int = 0) -> np.ndarray:
    """Vectors in a narrow cone, some directions of which vary much more than others."""
    chance = np.random.default_rng(seed)
    rows = 3 + chance.normal(size=(count, dim)) * np.linspace(0.1, 2, dim)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_many_vectors_have_no_mean_and_vary_alike_in_every_direction() -> None:
    rows = unit_rows(20_000, 6)
    whitening = Whitening.fit([rows[:7000], rows[7000:]])
    moved = (rows - whitening.mean) @ whitening.matrix
    np.testing.assert_allclose(moved.mean(0), 0, atol=1e-3)
    np.testing.assert_allclose(np.cov(moved.T), np.eye(6), atol=5e-3)


def test_the_transform_is_that_of_the_paper_with_the_covariance_shrunk() -> None:
    rows = unit_rows(60, 8).astype(np.float64)
    covariance = np.cov(rows.T, bias=True)
    share = 8 / 68
    shrunk = (1 - share) * covariance + share * np.trace(covariance) / 8 * np.eye(8)
    rotation, stretches, _ = np.linalg.svd(shrunk)
    expected = (rows - rows.mean(0)) @ rotation @ np.diag(1 / np.sqrt(stretches))
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    found = Whitening.fit([rows.astype(np.float32)]).apply(rows.astype(np.float32)).astype(np.float64)
    np.testing.assert_allclose(found @ found.T, expected @ expected.T, atol=1e-4)  # the same but for a rotation


@given(st.integers(20, 60), st.integers(2, 40), st.integers(0, 5))
def test_what_comes_out_has_length_one_however_few_the_texts(count: int, dim: int, seed: int) -> None:
    rows = unit_rows(count, dim, seed)
    whitening = Whitening.fit([rows])
    np.testing.assert_allclose(np.linalg.norm(whitening.apply(rows), axis=1), 1, atol=1e-5)
    again = Whitening.from_bytes(*whitening.to_bytes())
    np.testing.assert_array_equal(again.apply(rows), whitening.apply(rows))


def test_too_little_to_learn_from_is_refused() -> None:
    with pytest.raises(UsageError, match="19 texts are too few"):
        Whitening.fit([unit_rows(19, 4)])
    with pytest.raises(UsageError, match="same vector"):
        Whitening.fit([np.tile(unit_rows(1, 4), (30, 1))])


@pytest.fixture
def index(tiny_model: Path, tmp_path: Path) -> Iterator[Index]:
    with Index.create(tmp_path / "index", model=tiny_model, threads=1) as made:
        made.add_texts(sample_sentences())
        yield made


def mean_cosine(index: Index) -> float:
    texts = list(sample_sentences())
    scores = [hit.score for text in texts[:10] for hit in index.search(text, len(texts), mode="semantic")]
    return float(np.mean(scores))


def test_an_index_tells_texts_apart_after_it_and_finds_each_still(index: Index) -> None:
    crowded = mean_cosine(index)
    assert not index.info().whitened
    index.whiten()
    assert index.info().whitened
    assert crowded > 0.3 > 0.1 > abs(mean_cosine(index))
    for text in sample_sentences()[:10]:
        (hit,) = index.search(text, 1, mode="semantic")
        assert (hit.text, hit.score) == (text, pytest.approx(1, abs=5e-3))
    assert index.verify() == []


def test_scores_are_cosines_of_whitened_vectors_in_every_way_of_asking(index: Index) -> None:
    index.whiten()
    hits = [index.search(text, 1, mode="semantic")[0] for text in sample_sentences()]
    raw = index.vectors(hits)
    centred = raw - raw.mean(0)
    whitened = Whitening.fit([raw]).apply(raw)
    assert np.abs(centred).max() > 0
    expected = whitened @ whitened[0]
    by_text = {hit.text: score for hit, score in zip(hits, expected.tolist(), strict=True)}
    for mode in ("semantic", "hybrid", "keyword"):
        for hit in index.search(hits[0].text, 30, mode=mode):
            assert hit.score == pytest.approx(by_text[hit.text], abs=1e-2), mode
    for hit in index.similar(hits[0], k=20):
        assert hit.score == pytest.approx(by_text[hit.text], abs=1e-2)
    for hit in index.search_vector(raw[0], 20):
        assert hit.score == pytest.approx(by_text[hit.text], abs=1e-2)


def test_it_stays_as_it_is_when_texts_are_added_and_another_process_sees_it(index: Index) -> None:
    with Index.open(index.folder) as other:
        other.search("anything", 3)
        index.whiten()
        index.add_texts([f"Something new, number {number}, was said." for number in range(30)])
        question = sample_sentences()[3]
        found, same = (one.search(question, 20, mode="semantic") for one in (index, other))
        assert [(hit.text, hit.score) for hit in same] == [(hit.text, hit.score) for hit in found]
        before = {hit.text: hit.score for hit in found}
        index.rebuild()
        for hit in index.search(question, 20, mode="semantic"):
            assert hit.score == pytest.approx(before[hit.text], abs=2e-3)
        assert index.verify() == []


def test_a_kill_before_the_vector_file_is_written_mixes_nothing(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    index.rebuild()  # a vector file of raw vectors
    with monkeypatch.context() as patch:
        patch.setattr(CurrentVectors, "fold", lambda *arguments, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index.whiten()
    with Index.open(index.folder) as again:
        (hit,) = again.search(sample_sentences()[5], 1, mode="semantic")
        assert (hit.text, hit.score) == (sample_sentences()[5], pytest.approx(1, abs=5e-3))
        again.rebuild()
        assert again.verify() == []
    assert (index.folder / VECTORS_FILE).exists()


def test_damage_is_named(index: Index) -> None:
    import sqlite3

    index.whiten()
    index.close()
    with sqlite3.connect(index.folder / CATALOG_FILE) as connection:
        connection.execute("UPDATE whitening SET mean = zeroblob(length(mean))")
    with Index.open(index.folder) as again:
        assert any("whitening" in problem for problem in again.verify())
        with pytest.raises(IndexDamaged, match="rebuild the index and whiten"):
            again.rebuild()
        again.rebuild(whiten=True)
        assert again.verify() == []
