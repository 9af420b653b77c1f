"""Hits become tables without any help of ours: what pandas and Arrow make of plain dataclasses is what people get."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

import pandas
import pyarrow
import pytest

from albert_search.index.index import Index
from albert_search.types import Hit


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("tables") / "index"
    with Index.create(folder, model=tiny_model, threads=1) as found:
        found.add_texts(
            ["The cat sleeps. It dreams.", "Dogs bark at night."],
            [{"animal": "cat", "year": 2020}, {"animal": "dog", "year": 2021}],
            ["a", "b"],
        )
        yield found


def test_hits_are_a_data_frame(index: Index) -> None:
    hits = index.search("cat", k=3, mode="keyword")
    table = pandas.DataFrame(hits)
    assert list(table.columns) == [field.name for field in fields(Hit)]
    assert table["text"].tolist() == ["The cat sleeps."]
    assert table["score"].dtype == "float64"
    assert pandas.json_normalize(table["metadata"])["animal"].tolist() == ["cat"]


def test_hits_are_an_arrow_table(index: Index, tmp_path: Path) -> None:
    from pyarrow import parquet

    hits = index.search("anything", k=3)
    table = pyarrow.Table.from_pylist([asdict(hit) for hit in hits])
    assert table.num_rows == 3
    assert table["score"].to_pylist() == [hit.score for hit in hits]
    parquet.write_table(table.drop_columns(["page", "row"]), tmp_path / "hits.parquet")
    assert parquet.read_table(tmp_path / "hits.parquet")["metadata"][0]["animal"].as_py() in {"cat", "dog"}


def test_hits_are_written_to_parquet_whatever_their_metadata(tmp_path: Path, tiny_model: Path) -> None:
    with Index.create(tmp_path / "index", model=tiny_model, threads=1) as index:
        index.add_texts(["Owls hoot at night."])
        bare = index.search("owls")
        index.add_texts(["Dogs bark at night."], [{"animal": "dog"}])
        for hits, more in ((bare, []), (index.search("night"), ["metadata.animal"])):
            table = pandas.json_normalize([asdict(hit) for hit in hits])
            table.to_parquet(tmp_path / "hits.parquet")
            read = pandas.read_parquet(tmp_path / "hits.parquet")
            assert read["text"].tolist() == [hit.text for hit in hits]
            assert [name for name in read.columns if name.startswith("metadata")] == more


def test_sentences_come_in_reading_order_with_their_vectors(index: Index) -> None:
    table = pandas.DataFrame(index.sentences())
    assert table[["uri", "ordinal", "text"]].to_numpy().tolist() == [
        ["a", 0, "The cat sleeps."],
        ["a", 1, "It dreams."],
        ["b", 0, "Dogs bark at night."],
    ]
    assert [hit.uri for hit in index.sentences("year>=2021")] == ["b"]
    hits = list(index.sentences())
    assert index.vectors(hits).shape == (3, 32)


def test_what_is_removed_meanwhile_is_left_out(index: Index, tmp_path: Path, tiny_model: Path) -> None:
    with Index.create(tmp_path / "index", model=tiny_model, threads=1) as changing:
        changing.add_texts(["One.", "Two."], ids=["1", "2"])
        reading = changing.sentences()
        assert next(reading).text == "One."
        changing.remove("2")
        assert list(reading) == []
