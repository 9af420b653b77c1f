"""An index of every schema that there has been is opened, searched, migrated, changed and verified.

A new migration needs a kept index of its own: ``python -m tests.support.kept_indexes``.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from albert_search.albert.published.archives import unpack
from albert_search.index.index import Index
from albert_search.storage.catalog.migrations import HISTORY
from tests.support.kept_indexes import COUNT, FILE, KEPT, LATER, SENTENCE, text

SCHEMAS = range(1, len(HISTORY) + 1)


@pytest.fixture
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    unpack(KEPT / f"schema_{request.param}.tar.gz", folder)
    with closing(sqlite3.connect(folder / "catalog.db")) as connection:
        assert connection.execute("SELECT count(*) FROM _sqlite_migrations").fetchone() == (request.param,)
    return folder


def test_an_index_of_every_schema_is_kept() -> None:
    assert {path.name for path in KEPT.iterdir()} == {f"schema_{schema}.tar.gz" for schema in SCHEMAS}


@pytest.mark.parametrize("kept", SCHEMAS, indirect=True)
def test_an_old_index_answers_as_ever(kept: Path) -> None:
    with Index.open(kept) as index:
        info = index.info()
        assert (info.documents, info.dim, info.files) == (COUNT + 2, 32, 1)
        assert [place.text for place in index.get("text/7")] == [text(7)]
        assert [place.text for place in index.get("later")] == [LATER]
        with closing(sqlite3.connect(kept / "catalog.db")) as connection:
            stored = dict(connection.execute("SELECT text, vector FROM texts"))
        for wanted in (text(7), text(38), LATER):
            vector = np.frombuffer(stored[wanted], "<f2").astype(np.float32)
            (hit,) = index.search_vector(vector, k=1)
            assert (hit.text, round(hit.score, 2)) == (wanted, 1.0)
        gone = np.random.default_rng(0).normal(size=32)
        found = {hit.text for hit in index.search_vector(gone, k=100)}
        assert len(found) == COUNT + 2
        assert text(COUNT) not in found
        assert {hit.uri for hit in index.search_vector(gone, k=100, where="number>=37")} == {"text/37", "text/38"}
        assert len(index.documents("tags=even")) == 20
        assert [Path(document.uri).name for document in index.documents(f"path=*{FILE}")] == [FILE]
        assert SENTENCE in {place.text for place in index}


@pytest.mark.parametrize("kept", SCHEMAS, indirect=True)
def test_an_old_index_is_verified_rebuilt_and_changed(kept: Path) -> None:
    with Index.open(kept) as index:
        assert index.verify() == []
        index.rebuild()
        assert index.delete(["text/0", "later"]) == 2
        assert index.verify() == []
    with closing(sqlite3.connect(kept / "catalog.db")) as connection:
        assert connection.execute("SELECT count(*) FROM _sqlite_migrations").fetchone() == (len(HISTORY),)
    with Index.open(kept) as index:
        assert index.info().documents == COUNT
        assert index.verify() == []
