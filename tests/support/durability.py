"""An indexer that is killed or meets a failing disk, and what must be true of its index afterwards."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from albert_search.index.index import Index
from albert_search.storage.folder import is_index
from tests.support.paths import REPOSITORY

STORAGE_ERROR = 7


class Indexer:
    """The program that indexes in children that are killed."""

    def __init__(self, documents: Path, model: Path, **variables: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killed_indexer", str(documents), str(model)],
            cwd=REPOSITORY,
            env={**os.environ, "OMP_NUM_THREADS": "1", **variables},  # waiting threads would burn the time there is
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


def check_finished(folder: Path, finished: dict[str, Any], *, tidy: bool = True) -> None:
    assert whole(folder, finished) == len(finished)
    with Index.open(folder) as opened:
        info = opened.info()
        assert (info.documents, info.texts) == (len(finished), len({s[5] for held in finished.values() for s in held}))
        sentences = next(iter(finished.values()))
        vector = np.frombuffer(sentences[0][-1], "<f2").astype(np.float32)
        (hit,) = opened.search_vector(vector, 1)
        assert (hit.text, round(hit.score, 2)) == (sentences[0][5], 1.0)
    assert not tidy or not list(folder.glob("*.new*"))
