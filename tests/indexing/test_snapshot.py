"""A snapshot of the sources notices every change that a walk would, by stat alone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from albert_search.indexing.snapshot import Snapshot
from albert_search.indexing.source import Source, Sources
from albert_search.indexing.walk import walk

LONG_AGO = 1_700_000_000


def settle(folder: Path) -> None:
    """Make all folders look as if nothing had happened in them for long."""
    for each in (folder, *folder.rglob("*/")):
        os.utime(each, (LONG_AGO, LONG_AGO))


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "sub" / "empty").mkdir(parents=True)
    (folder / ".gitignore").write_text("*.log.txt\n")
    (folder / "a.txt").write_text("The sea is cold in winter.")
    (folder / "broken.pdf").write_bytes(b"no pdf")
    (folder / "sub" / "c.txt").write_text("Nobody knows why.")
    (folder / "sub" / "ignored.log.txt").write_text("Ignored.")
    settle(folder)
    return folder


def snapshot_of(*paths: Path) -> Snapshot:
    sources = Sources(tuple(Source(str(path)) for path in paths))
    return Snapshot.of(json.loads(json.dumps(walk(sources, ()).snapshot.recorded())))


def test_nothing_has_changed(notes: Path) -> None:
    assert snapshot_of(notes).compare(10) == "same"
    (notes / "sub" / "ignored.log.txt").write_text("Whatever is ignored does not count.")
    assert snapshot_of(notes).compare(10) == "same"


CHANGES: dict[str, Callable[[Path], object]] = {
    "a new file": lambda notes: (notes / "new.txt").write_text("New."),
    "a new file in a folder that was empty": lambda notes: (notes / "sub" / "empty" / "new.txt").write_text("New."),
    "another text": lambda notes: (notes / "a.txt").write_text("The sea is warm in winter, too."),
    "another text of the same length": lambda notes: (notes / "sub" / "c.txt").write_text("Nobody knows how."),
    "a file that could not be read": lambda notes: (notes / "broken.pdf").write_bytes(b"%PDF-1.7"),
    "a file is gone": lambda notes: (notes / "sub" / "c.txt").unlink(),
    "a file has another name": lambda notes: (notes / "a.txt").rename(notes / "b.txt"),
    "a folder has another name": lambda notes: (notes / "sub").rename(notes / "below"),
    "other files are ignored": lambda notes: (notes / ".gitignore").write_text(""),
    "an editor that writes by renaming": lambda notes: (
        (notes / "a.tmp").write_text("The sea is."),
        (notes / "a.tmp").replace(notes / "a.txt"),
    ),
    "all is gone": lambda notes: notes.rename(notes.with_name("elsewhere")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_noticed(notes: Path, change: Callable[[Path], object]) -> None:
    before = snapshot_of(notes)
    change(notes)
    assert before.compare(10) == "changed"


def test_of_a_folder_that_changed_a_moment_ago_the_names_are_compared(notes: Path) -> None:
    (notes / "new.txt").write_text("New.")
    changed_ns = notes.stat().st_mtime_ns
    snapshot = snapshot_of(notes)
    assert snapshot.compare(10) == "same"
    (notes / "newer.txt").write_text("Newer.")
    os.utime(notes, ns=(changed_ns, changed_ns))  # as a file system with coarse times would have it
    assert snapshot.compare(10) == "changed"


def test_a_source_that_comes_back_is_noticed(notes: Path) -> None:
    away = notes.rename(notes.with_name("away"))
    snapshot = snapshot_of(notes)
    assert snapshot.compare(10) == "same"
    away.rename(notes)
    assert snapshot.compare(10) == "changed"


def test_of_a_single_file_the_folder_does_not_count(notes: Path) -> None:
    snapshot = snapshot_of(notes / "a.txt")
    (notes / "other.txt").write_text("Another file.")
    assert snapshot.compare(10) == "same"
    (notes / "a.txt").unlink()
    assert snapshot.compare(10) == "changed"


@pytest.mark.parametrize("pattern", ["*.txt", "s*/*.txt", "**/*.txt"])
def test_a_file_that_a_glob_matches_is_noticed(notes: Path, pattern: str) -> None:
    snapshot = snapshot_of(notes / pattern)
    assert snapshot.compare(10) == "same"
    (notes / ("z.txt" if pattern == "*.txt" else "sub/z.txt")).write_text("New.")
    assert snapshot.compare(10) == "changed"


def test_without_time_nothing_is_known(notes: Path) -> None:
    assert snapshot_of(notes).compare(-1) == "unknown"
