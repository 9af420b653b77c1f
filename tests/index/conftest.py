"""What the tests of durability share: documents, the program that indexes them, and what a whole index holds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.durability import Indexer, content


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "a").mkdir()
    chance = random.Random(1)
    words = (
        "sea lake river cold warm deep blue ship sails far from home and never comes back to the old harbour".split()
    )

    def prose(count: int) -> str:
        return " ".join(f"{' '.join(chance.choices(words, k=8)).capitalize()}." for _ in range(count))

    for number in range(8):
        (folder / "a" / f"{number}.txt").write_text(prose(5))
    (folder / "long.txt").write_text(prose(70))
    (folder / "table.csv").write_text("name,text\n" + "".join(f"row {n},{prose(1)}\n" for n in range(30)))
    return folder


@pytest.fixture(scope="module")
def indexer(documents: Path, tiny_model: Path) -> Iterator[Indexer]:
    started = Indexer(documents, tiny_model)
    yield started
    started.close()


@pytest.fixture(scope="module")
def finished(indexer: Indexer, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], float]:
    """What an index built without interruption holds, and the seconds that takes."""
    folder = tmp_path_factory.mktemp("whole") / "index"
    outcome, seconds = indexer.run(folder)
    assert outcome == 0
    held = content(folder)
    assert len(held) == 39
    assert sum(len(sentences) for sentences in held.values()) == 140
    return held, seconds
