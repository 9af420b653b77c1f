"""An index whose indexer is killed, stopped or short of disk opens, is whole, and is finished by the same command."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from albert_search.storage.folder import is_index
from tests.support.durability import STORAGE_ERROR, Indexer, check_finished, whole

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")

KILLS = 24
SEED = int(os.environ.get("ALBERT_SEARCH_TEST_SEED", "0"))

SIGKILL = -9


def kill_at_random(indexer: Indexer, folder: Path, finished: tuple[dict[str, Any], float], kills: int) -> list[int]:
    """Kill and check again and again, each time carrying on where the last one was killed; finish now and then."""
    held, seconds = finished
    chance = random.Random(SEED)
    documents: list[int] = []
    for number in range(kills):
        into = folder / str(number // 4)
        indexer.run(into, delay_s=chance.uniform(0, 1.1 * seconds) * chance.choice([1, 0.3]))
        documents.append(whole(into, held))
        if number % 4 == 3:
            assert indexer.run(into)[0] == 0
            check_finished(into, held)
    return documents


def test_killed_at_random_instants(indexer: Indexer, finished: tuple[dict[str, Any], float], tmp_path: Path) -> None:
    documents = kill_at_random(indexer, tmp_path, finished, KILLS)
    assert any(0 < count < len(finished[0]) for count in documents), "no kill came between two commits"


def kill_at_events(
    indexer: Indexer, folder: Path, finished: tuple[dict[str, Any], float], events: Iterable[int]
) -> None:
    """Kill at the given openings, renamings and removals of the index's files, until the run gets to its end."""
    held, _ = finished
    for number, event in enumerate(events):
        into = folder / str(event)
        outcome, _ = indexer.run(into, event=event)
        if outcome == 0:
            assert number > 3
            return
        assert outcome == SIGKILL
        whole(into, held)
        if number % 5 == 0:
            assert indexer.run(into)[0] == 0
            check_finished(into, held)
    pytest.fail("the run never got to its end")


def test_killed_when_a_file_changes(indexer: Indexer, finished: tuple[dict[str, Any], float], tmp_path: Path) -> None:
    kill_at_events(indexer, tmp_path, finished, range(0, 300, 6))


@pytest.mark.slow
def test_killed_at_hundreds_of_instants(
    indexer: Indexer, finished: tuple[dict[str, Any], float], tmp_path: Path
) -> None:
    kill_at_random(indexer, tmp_path, finished, int(os.environ.get("ALBERT_SEARCH_TEST_KILLS", "400")))


@pytest.mark.slow
def test_killed_at_every_change_of_a_file(
    indexer: Indexer, finished: tuple[dict[str, Any], float], tmp_path: Path
) -> None:
    kill_at_events(indexer, tmp_path, finished, range(300))


def test_interrupted_by_ctrl_c(indexer: Indexer, finished: tuple[dict[str, Any], float], tmp_path: Path) -> None:
    held, seconds = finished
    outcomes = set()
    for share in (0.2, 0.4, 0.6, 0.8):
        outcome, _ = indexer.run(tmp_path / "index", delay_s=share * seconds, signal="SIGINT")
        outcomes.add(outcome)
        whole(tmp_path / "index", held)
    assert outcomes <= {130, 0}
    assert 130 in outcomes
    assert indexer.run(tmp_path / "index")[0] == 0
    check_finished(tmp_path / "index", held)


def test_a_full_disk(indexer: Indexer, finished: tuple[dict[str, Any], float], tmp_path: Path) -> None:
    """No file may grow beyond a limit, as on a disk that fills up; the limit rises until all fits."""
    held, _ = finished
    folder = tmp_path / "index"
    outcomes = []
    for limit in [0, 100, 4_000, 20_000, 60_000, *range(80_000, 400_000, 40_000)]:
        outcome, _ = indexer.run(folder, limit_bytes=limit)
        outcomes.append(outcome)
        if is_index(folder):
            whole(folder, held)
        if outcome == 0:
            break
    assert set(outcomes[:-1]) == {STORAGE_ERROR}
    assert indexer.run(folder)[0] == 0
    check_finished(folder, held)
