"""An index changes its model without reading a file: all of it is of one model or of the other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from albert_search import Encoder, Index, ModelMismatch
from albert_search.storage.folder import CATALOG_FILE
from tests.support.tiny_model import build_tiny_model

TEXTS = [f"Sentence number {number} is about subject {number % 7}." for number in range(60)]


@pytest.fixture(scope="module")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("models") / "other", seed=1)


@pytest.fixture
def index(tiny_model: Path, tmp_path: Path) -> Iterator[Index]:
    with Index.create(tmp_path / "index", model=tiny_model, threads=1) as made:
        made.add_texts([*TEXTS, "这是一句中文。"], ids=[str(number) for number in range(len(TEXTS) + 1)])
        yield made


def scores(index: Index) -> list[tuple[str, float]]:
    return [(hit.uri, round(hit.score, 3)) for hit in index.search("subject 3", 10, mode="semantic")]


def test_it_answers_as_an_index_that_the_other_model_made(index: Index, other_model: Path, tmp_path: Path) -> None:
    before = scores(index)
    report = index.embed_again(other_model)
    with Index.create(tmp_path / "fresh", model=other_model, threads=1) as fresh:
        fresh.add_texts([*TEXTS, "这是一句中文。"], ids=[str(number) for number in range(len(TEXTS) + 1)])
        assert scores(index) == scores(fresh) != before
    assert report.encoded == index.info().texts == len(TEXTS) + 1
    assert index.info().model == "other"
    assert index.verify() == []
    index.close()
    with Index.open(index.folder) as again:
        assert len(scores(again)) == 10
        assert again.verify() == []


def test_whoever_has_it_open_is_told(index: Index, other_model: Path) -> None:
    with Index.open(index.folder) as reader:
        reader.search("subject 3", 3)
        index.embed_again(other_model)
        with pytest.raises(ModelMismatch, match="open it again"):
            reader.search("subject 3", 3)


def test_a_failure_on_the_way_changes_nothing(index: Index, other_model: Path) -> None:
    class Failing:
        """The other model, which fails at the second batch."""

        def __init__(self) -> None:
            self.inner = Encoder.load(other_model, threads=1)
            self.name, self.fingerprint, self.dim = self.inner.name, self.inner.fingerprint, self.inner.dim
            self.max_seq_length, self.tokenizer = self.inner.max_seq_length, self.inner.tokenizer

        def encode(self, texts: list[str]) -> np.ndarray:
            raise KeyboardInterrupt

    before = scores(index)
    with pytest.raises(KeyboardInterrupt):
        index.embed_again(Failing())  # type: ignore[arg-type]
    assert scores(index) == before
    assert index.verify() == []


def test_a_whitened_index_is_whitened_anew(index: Index, other_model: Path) -> None:
    index.whiten()
    index.embed_again(other_model)
    assert index.info().whitened
    assert index.verify() == []


def test_an_index_of_a_model_that_is_gone_is_embedded_anew(index: Index, other_model: Path) -> None:
    index.close()
    with sqlite3.connect(index.folder / CATALOG_FILE) as connection:
        (count,) = connection.execute("SELECT count(*) FROM texts").fetchone()
    with Index.open(index.folder) as orphan:
        orphan.embed_again(other_model)
        assert orphan.info().texts == count
        assert len(scores(orphan)) == 10
