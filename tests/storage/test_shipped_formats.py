"""Indexes of every schema that has shipped, kept as they were made: each opens, migrates by itself, and is whole.

`shipped/schema_N.tar.xz` was made by albert-search at schema N: ``Index.add`` of a Markdown file with front matter and
of a table of two rows, and one text by ``add_texts`` with the metadata ``{"service.name": "pay", "deep": {"x": [1, 2]},
"empty": []}`` under a name in decomposed Unicode.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from albert_search import Index
from albert_search.storage.catalog.migrations import HISTORY

SHIPPED = sorted(Path(__file__).with_name("shipped").glob("*.tar.xz"))


@pytest.fixture(params=SHIPPED, ids=lambda path: path.name.split(".")[0])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path / "index", filter="data")
    return tmp_path / "index"


def test_every_schema_before_this_one_is_kept() -> None:
    kept = {int(path.name.split(".")[0].split("_")[1]) for path in SHIPPED}
    assert kept >= set(range(4, len(HISTORY)))


def test_it_opens_and_keeps_every_promise(folder: Path) -> None:
    with Index.open(folder) as index:
        assert index.verify() == []
        assert len(index.documents()) == 4
    with Index.open(folder) as index:
        assert index.verify() == []


def test_it_is_searched_by_meaning_and_by_words(folder: Path) -> None:
    with Index.open(folder) as index:
        assert index.search("when are beans planted?", k=1)[0].text.startswith("The beans are sown in May")
        assert index.search("pond", mode="keyword")[0].text == "A pond was dug behind the house."


@pytest.mark.parametrize(
    ("where", "count"),
    [("year>=2020", 1), ("service.name=pay", 1), ("deep.x=2", 1), ("empty", 1), ("title=The garden*", 1),
     ("path=r\u00e9sum\u00e9", 1), ("path=docs", 3)],
)  # fmt: skip
def test_it_is_filtered(folder: Path, where: str, count: int) -> None:
    with Index.open(folder) as index:
        assert len(index.documents(where)) == count


def test_it_takes_documents_and_forgets_them(folder: Path) -> None:
    with Index.open(folder) as index:
        index.add_texts(["The gate was mended."], metadatas=[{"year": 2022}])
        assert len(index.documents("year>=2020")) == 2
        index.remove(where="path=docs")
        assert len(index.documents()) == 2
        assert index.verify() == []
