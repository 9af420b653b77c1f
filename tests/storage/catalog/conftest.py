"""A catalog for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from albert_search.storage.catalog import Catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog.create(tmp_path / "catalog.db")
    yield made
    made.close()
