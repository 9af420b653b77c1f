"""An index whose indexer is killed, stopped or short of disk opens, is whole, and is finished by the same command."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from albert_search.index.index import Index
from albert_search.storage.folder import is_index
from tests.support.paths import REPOSITORY

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")

KILLS = 24
SEED = int(os.environ.get("ALBERT_SEARCH_TEST_SEED", "0"))

STORAGE_ERROR = 7
SIGKILL = -9


class Indexer:
    """The program that indexes in children that are killed."""

    def __init__(self, documents: Path, model: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killed_indexer", str(documents), str(model)],
            cwd=REPOSITORY,
            env={**os.environ, "OMP_NUM_THREADS": "1"},  # waiting threads would burn the little time there is
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, folder: Path, **how: Any) -> tuple[int, float]:
        """Run one child and return its exit status, negative for a signal, and the seconds it took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"folder": str(folder), **how}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return answer["outcome"], answer["seconds"]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


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


def content(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every document's sentences with their vectors, read by SQLite itself."""
    connection = sqlite3.connect(folder / "catalog.db")
    try:
        rows = connection.execute(
            """SELECT d.uri, s.ordinal, s.start, s."end", s.line, s.headings, t.text, t.vector
            FROM documents d JOIN sentences s ON s.document_id = d.id JOIN texts t ON t.id = s.text_id
            ORDER BY d.uri, s.ordinal"""
        ).fetchall()
    finally:
        connection.close()
    found: dict[str, list[tuple[Any, ...]]] = {}
    for uri, *sentence in rows:
        found.setdefault(uri, []).append(tuple(sentence))
    return found


def same(document: list[tuple[Any, ...]], other: list[tuple[Any, ...]]) -> bool:
    """Compare sentence by sentence and vector by vector; other company in a batch moves a float16 by a bit or two."""
    if [sentence[:-1] for sentence in document] != [sentence[:-1] for sentence in other]:
        return False
    vectors, others = (
        np.array([np.frombuffer(s[-1], "<f2") for s in found], np.float32) for found in (document, other)
    )
    return bool(np.allclose(vectors, others, atol=1e-3))


def whole(folder: Path, finished: dict[str, Any]) -> int:
    """Check that an index holds nothing but whole documents, and return how many."""
    if not is_index(folder):
        return 0
    with Index.open(folder) as opened:
        assert opened.verify() == []
        assert opened.info().documents == len(opened.documents())
    held = content(folder)
    for uri, sentences in held.items():
        assert same(sentences, finished[uri]), uri
    return len(held)


def check_finished(folder: Path, finished: dict[str, Any]) -> None:
    assert whole(folder, finished) == len(finished)
    with Index.open(folder) as opened:
        info = opened.info()
        assert (info.documents, info.texts) == (len(finished), len({s[5] for held in finished.values() for s in held}))
        sentences = next(iter(finished.values()))
        vector = np.frombuffer(sentences[0][-1], "<f2").astype(np.float32)
        (hit,) = opened.search_vector(vector, 1)
        assert (hit.text, round(hit.score, 2)) == (sentences[0][5], 1.0)
    assert not list(folder.glob("*.new*"))


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
