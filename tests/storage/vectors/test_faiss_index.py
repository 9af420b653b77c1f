"""The vector index against brute force in NumPy, and its file against damage."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albert_search.errors import IndexDamaged
from albert_search.storage.vectors import faiss_index as vectors_module
from albert_search.storage.vectors.faiss_index import FaissIndex
from albert_search.storage.vectors.file import Stamp, read_stamp, verify_file

Array = npt.NDArray[np.float32]
STAMP = Stamp("catalog", 7, 99)
NOTHING = -1


def random_vectors(count: int, dim: int = 32, seed: int = 0) -> Array:
    """Return vectors as the catalog gives them: unit length, rounded to float16."""
    found = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found.astype(np.float16).astype(np.float32)


def build(ids: npt.NDArray[np.int64], held: Array) -> FaissIndex:
    def batches() -> Iterator[tuple[npt.NDArray[np.int64], Array]]:
        for start in range(0, len(ids), 1000):
            yield ids[start : start + 1000], held[start : start + 1000]

    return FaissIndex.build(held.shape[1], len(ids), batches(), lambda count: held[:: max(1, len(held) // count)])


def brute_force(ids: npt.NDArray[np.int64], held: Array, questions: Array, k: int) -> tuple[list[list[int]], Array]:
    scores = questions.astype(np.float64) @ held.astype(np.float64).T
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return ids[best].tolist(), np.take_along_axis(scores, best, axis=1)


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "EXACT_LIMIT", 5_000)


@pytest.fixture(scope="module")
def approximate() -> Iterator[tuple[npt.NDArray[np.int64], Array, FaissIndex]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors_module, "EXACT_LIMIT", 5_000)
        held = random_vectors(20_000)
        ids = np.arange(len(held), dtype=np.int64) * 3 + 1
        yield ids, held, build(ids, held)


# --- exact ------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_exact_search_is_brute_force(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 60))
    held = random_vectors(count, 8, data.draw(st.integers(0, 99)))
    ids = np.array(data.draw(st.lists(st.integers(0, 2**62), min_size=count, max_size=count, unique=True)), np.int64)
    only = data.draw(st.none() | st.lists(st.sampled_from([*ids.tolist(), 2**62 + 1]), unique=True))
    without = data.draw(st.lists(st.sampled_from(ids.tolist()), unique=True)) if only is None else []
    k = data.draw(st.integers(1, 80))
    questions = random_vectors(3, 8, 1000)
    kept = np.array([number not in without and (only is None or number in only) for number in ids.tolist()])
    found, scores = build(ids, held).search(
        questions,
        k,
        only=None if only is None else np.array(only, np.int64),
        without=np.array(without, np.int64),
    )
    expected, expected_scores = brute_force(ids[kept], held[kept], questions, k)
    width = min(k, int(kept.sum()))
    assert found[:, :width].tolist() == expected
    np.testing.assert_allclose(scores[:, :width], expected_scores, atol=1e-6)
    assert (found[:, width:] == NOTHING).all()


def test_equal_vectors_are_all_found() -> None:
    held = np.repeat(random_vectors(1), 5, axis=0)
    found, scores = build(np.array([9, 4, 7, 1, 3]), held).search(held[:1], 5)
    assert sorted(found[0].tolist()) == [1, 3, 4, 7, 9]
    assert len(set(scores[0].tolist())) == 1


def test_nothing_is_found_in_nothing() -> None:
    empty = build(np.empty(0, np.int64), np.empty((0, 8), np.float32))
    assert len(empty) == 0
    assert empty.search(random_vectors(2, 8), 5)[0].shape == (2, 0)
    held = build(np.arange(3), random_vectors(3, 8))
    assert held.search(np.empty((0, 8), np.float32), 5)[0].shape[0] == 0
    assert (held.search(random_vectors(2, 8), 5, only=np.empty(0, np.int64))[0] == NOTHING).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 40), max_size=12)), max_size=8))
def test_adding_and_removing_keep_what_a_dict_would(steps: list[tuple[bool, set[int]]]) -> None:
    index = build(np.empty(0, np.int64), np.empty((0, 8), np.float32))
    expected: dict[int, Array] = {}
    for number, (adding, chosen) in enumerate(steps):
        ids = np.array(sorted(chosen - set(expected) if adding else chosen), np.int64)
        if adding:
            rows = random_vectors(len(ids), 8, number)
            index.add(ids, rows)
            expected.update(zip(ids.tolist(), rows, strict=True))
        else:
            index.remove(ids)
            expected = {known: row for known, row in expected.items() if known not in chosen}
    assert len(index) == len(expected)
    held = {number: row for ids, rows in index.items() for number, row in zip(ids.tolist(), rows, strict=True)}
    assert set(held) == set(expected)
    for number, row in expected.items():
        np.testing.assert_array_equal(held[number], row)
    if expected:
        found, _ = index.search(np.stack(list(expected.values())), 1)
        assert found[:, 0].tolist() == list(expected)


# --- approximate ------------------------------------------------------------------------------------


def test_it_becomes_approximate_beyond_the_limit(small_limit: None) -> None:
    exact = build(np.arange(5_000), random_vectors(5_000, 8))
    assert not exact.approximate
    assert (exact.kind, exact.recall) == ("exact", 1.0)
    assert not exact.unfit_for(5_000)
    assert exact.unfit_for(5_001)


def test_its_recall_is_what_it_says(approximate: tuple[npt.NDArray[np.int64], Array, FaissIndex]) -> None:
    ids, held, index = approximate
    assert index.approximate
    assert index.kind.startswith("approximate (")
    chosen = np.random.default_rng(5).choice(len(held), 500, replace=False)
    found, _ = index.search(held[chosen], 11)
    expected, _ = brute_force(ids, held, held[chosen], 11)
    shares = [len(set(row[1:]) & set(true[1:])) / 10 for row, true in zip(found.tolist(), expected, strict=True)]
    assert index.recall >= vectors_module.RECALL_WANTED
    # 200 questions of ten answers each: a share near 0.98 is known to about 0.01.
    assert np.mean(shares) == pytest.approx(index.recall, abs=0.015)


def test_its_scores_are_those_of_exact_search(approximate: tuple[npt.NDArray[np.int64], Array, FaissIndex]) -> None:
    ids, held, index = approximate
    questions = random_vectors(50, 32, 1)
    found, scores = index.search(questions, 10)
    assert (found != NOTHING).all()
    rows = held[np.searchsorted(ids, found)]
    np.testing.assert_allclose(scores, np.einsum("qkd,qd->qk", rows, questions), atol=1e-6)


@pytest.mark.parametrize("share", [0.0005, 0.01, 0.3])
def test_filters_find_as_many_as_match(
    approximate: tuple[npt.NDArray[np.int64], Array, FaissIndex], share: float
) -> None:
    ids, held, index = approximate
    chosen = np.sort(np.random.default_rng(3).choice(len(ids), int(share * len(ids)), replace=False))
    questions = random_vectors(40, 32, 2)
    found, _ = index.search(questions, 20, only=ids[chosen])
    expected, _ = brute_force(ids[chosen], held[chosen], questions, 20)
    width = min(20, len(chosen))
    assert (found[:, :width] != NOTHING).all()
    assert np.isin(found[:, :width], ids[chosen]).all()
    shared = [len(set(row) & set(true)) / width for row, true in zip(found.tolist(), expected, strict=True)]
    assert np.mean(shared) > 0.95


def test_every_vector_can_be_asked_for(approximate: tuple[npt.NDArray[np.int64], Array, FaissIndex]) -> None:
    _, _, index = approximate
    found, _ = index.search(random_vectors(2, 32, 4), 20_000, without=np.array([1, 4]))
    assert ((found != NOTHING).sum(axis=1) == 19_998).all()


def test_it_gives_back_its_vectors_bit_by_bit_and_forgets(small_limit: None) -> None:
    held = random_vectors(6_000, 16)
    ids = np.arange(6_000, dtype=np.int64) + 10
    index = build(ids, held)
    gone = ids[::3]
    index.remove(gone)
    given = {number: row for batch, rows in index.items() for number, row in zip(batch.tolist(), rows, strict=True)}
    assert set(given) == set(ids.tolist()) - set(gone.tolist())
    assert all((given[number] == held[number - 10]).all() for number in given)
    found, _ = index.search(held[:30], 50)
    assert not np.isin(found, gone).any()
    assert not index.unfit_for(11_000)
    assert index.unfit_for(13_000)
    assert not index.unfit_for(3_000)
    assert index.unfit_for(2_000)


def test_after_much_was_added_its_recall_is_measured_again(small_limit: None) -> None:
    held = random_vectors(12_000)
    ids = np.arange(12_000, dtype=np.int64)
    index = build(ids[:6_000], held[:6_000])
    index.add(ids[6_000:], held[6_000:])
    index.tune(lambda count: held[:: len(held) // count])
    found, _ = index.search(held[:600], 11)
    expected, _ = brute_force(ids, held, held[:600], 11)
    shares = [len(set(row[1:]) & set(true[1:])) / 10 for row, true in zip(found.tolist(), expected, strict=True)]
    assert index.recall >= vectors_module.RECALL_WANTED
    assert np.mean(shares) == pytest.approx(index.recall, abs=0.015)


# --- the file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 300, 6_000])
@pytest.mark.parametrize("writable", [False, True])
def test_a_saved_index_is_the_same_when_opened(tmp_path: Path, small_limit: None, count: int, writable: bool) -> None:
    held = random_vectors(count, 16)
    index = build(np.arange(count, dtype=np.int64), held)
    path = tmp_path / "vectors.faiss"
    index.save(path, STAMP)
    again, stamp = FaissIndex.load(path, writable=writable)
    assert (stamp.catalog_id, stamp.generation, stamp.last_text_id, stamp.count) == ("catalog", 7, 99, count)
    assert (again.recall, again.kind, len(again), again.dim) == (index.recall, index.kind, count, 16)
    questions = random_vectors(20, 16, 1)
    for old, new in zip(index.search(questions, 7), again.search(questions, 7), strict=True):
        np.testing.assert_array_equal(old, new)
    assert verify_file(path) == stamp == read_stamp(path)
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.faiss"]


def test_a_file_can_be_replaced_while_it_is_mapped(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    held = random_vectors(3_000)
    build(np.arange(3_000), held).save(path, STAMP)
    mapped, _ = FaissIndex.load(path)
    build(np.arange(10), random_vectors(10)).save(path, STAMP)
    assert mapped.search(held[:9], 1)[0][:, 0].tolist() == list(range(9))


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    build(np.arange(40), random_vectors(40, 8)).save(path, STAMP)
    content = path.read_bytes()
    chance = random.Random(0)
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= chance.randrange(1, 256)
        path.write_bytes(damaged)
        with pytest.raises(IndexDamaged, match="rebuild"):
            verify_file(path)


def test_every_truncation_is_found_on_opening(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    build(np.arange(40), random_vectors(40, 8)).save(path, STAMP)
    content = path.read_bytes()
    for length in [*range(0, len(content), 7), len(content) - 1]:
        path.write_bytes(content[:length])
        with pytest.raises(IndexDamaged):
            FaissIndex.load(path)
    path.write_bytes(content + b"more")
    with pytest.raises(IndexDamaged):
        FaissIndex.load(path)


def test_a_damaged_head_never_kills_the_process(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    build(np.arange(40), random_vectors(40, 8)).save(path, STAMP)
    content = path.read_bytes()
    refused = 0
    for place in range(140):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x81]) + content[place + 1 :])
        try:
            FaissIndex.load(path)
        except IndexDamaged:
            refused += 1
    assert refused > 20


def test_there_is_no_file(tmp_path: Path) -> None:
    for ask in (FaissIndex.load, verify_file, read_stamp):
        with pytest.raises(IndexDamaged, match="cannot be read"):
            ask(tmp_path / "vectors.faiss")


def test_a_failed_saving_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    build(np.arange(40), random_vectors(40, 8)).save(path, STAMP)
    before = path.read_bytes()
    (tmp_path / "vectors.faiss.new").mkdir()
    with pytest.raises(OSError, match=r"vectors\.faiss\.new"):
        build(np.arange(9), random_vectors(9, 8)).save(path, STAMP)
    assert path.read_bytes() == before
