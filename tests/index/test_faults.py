"""A disk that fails at any change of a file, and power that is cut there: nothing that was committed is lost.

After each the index opens, holds whole documents alone, and the same command finishes. In CI a sample of the changes.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.durability import STORAGE_ERROR, Indexer, check_finished, whole
from tests.support.watching import native_library

NO_SPACE, ERROR, SHORT, FULL, POWER_CUT = range(5)
NEVER = 10**9
MANY = int(os.environ.get("ALBERT_SEARCH_TEST_FAULTS", "220"))
"""Faults of each kind in the long run: 1,100 together."""

PAGE_BYTES = 4096


@pytest.fixture(scope="module")
def failing(documents: Path, tiny_model: Path) -> Iterator[Indexer]:
    """Indexes as `indexer` does, on a disk that can be made to fail."""
    started = Indexer(documents, tiny_model, LD_PRELOAD=str(native_library("faults")))
    yield started
    started.close()


def cut_power(folder: Path, synced: Path, chance: random.Random) -> None:
    """Leave of every file what was synced, and of what was written since then any pages, in any order."""
    for path in folder.iterdir():
        if path.name.endswith("-shm"):
            path.unlink()  # SQLite makes it anew
            continue
        written = path.read_bytes()
        kept = synced / str(path.stat().st_ino)
        certain = kept.read_bytes() if kept.exists() else b""
        pages = []
        for start in range(0, max(len(written), len(certain)), PAGE_BYTES):
            page = [data[start : start + PAGE_BYTES] for data in (certain, written)]
            pages.append(chance.choice([page[0] or bytes(len(page[1])), page[1] or page[0]]))
        whole_length = chance.choice([len(certain), len(written)])
        path.write_bytes(b"".join(pages)[: max(whole_length, len(certain))])


def changes(failing: Indexer, folder: Path) -> int:
    """Return how many changes of files a whole run makes."""
    (folder / "synced").mkdir(parents=True)
    assert failing.run(folder / "index", fault=[NO_SPACE, NEVER, str(folder / "synced")])[0] == 0
    return int((folder / "synced" / "changes").read_text())


@pytest.mark.parametrize("count", [4, pytest.param(MANY, marks=pytest.mark.slow)], ids=["few", "many"])
@pytest.mark.parametrize("kind", [NO_SPACE, ERROR, SHORT, FULL, POWER_CUT])
def test_nothing_is_lost_to_a_disk_that_fails(
    failing: Indexer,
    finished: tuple[dict[str, Any], float],
    tmp_path: Path,
    kind: int,
    count: int,
) -> None:
    held, _ = finished
    total = changes(failing, tmp_path / "count")
    chance, outcomes = random.Random(kind), Counter[int]()
    numbers = sorted(chance.sample(range(1, total + 1), min(count, total)))
    for number in numbers:
        place = tmp_path / str(number)
        folder, synced = place / "index", place / "synced"
        synced.mkdir(parents=True)
        outcome, _ = failing.run(folder, fault=[kind, number, str(synced)])
        outcomes[outcome] += 1
        assert outcome in ({9} if kind == POWER_CUT else {0, STORAGE_ERROR}), number
        if kind == POWER_CUT and folder.is_dir():
            cut_power(folder, synced, chance)
        whole(folder, held)
        assert failing.run(folder)[0] == 0, number
        check_finished(folder, held, tidy=False)  # what could not even be removed may lie there
        shutil.rmtree(place)
    print(f"kind {kind}: {sum(outcomes.values())} of {total} changes, {dict(outcomes)}")
