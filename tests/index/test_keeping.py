"""An index is kept in step with its sources while a program runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from albert_search import Index
from albert_search.index.keeping import bring_in_step, kept_in_step
from albert_search.storage.locking import writer_lock


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_changes_are_read_without_being_asked(tmp_path: Path, tiny_model: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.txt").write_text("The sea is cold in winter.")
    said: list[str] = []
    with Index.create(tmp_path / "index", model=tiny_model, threads=1) as index:
        index.add(notes)
        with kept_in_step(index, said.append, every_s=0.02):
            (notes / "b.txt").write_text("Flour and water make dough.")
            assert eventually(lambda: len(index.documents()) == 2)
            (notes / "a.txt").unlink()
            assert eventually(lambda: [Path(document.uri).name for document in index.documents()] == ["b.txt"])
        assert said == []
        assert index.verify() == []
        (notes / "c.txt").write_text("Nobody looks any more.")
        assert len(index.documents()) == 1


def test_another_writer_is_waited_for_by_looking_again(tmp_path: Path, tiny_model: Path) -> None:
    (tmp_path / "a.txt").write_text("The sea is cold in winter.")
    with Index.create(tmp_path / "index", model=tiny_model, threads=1) as index:
        index.add(tmp_path / "a.txt")
        assert bring_in_step(index) is None
        (tmp_path / "a.txt").write_text("The sea is warm in summer.")
        with writer_lock(tmp_path / "index", wait_s=1):
            assert bring_in_step(index) is None
        done = bring_in_step(index)
        assert done is not None
        assert done.report is not None
        assert done.report.encoded == 1
