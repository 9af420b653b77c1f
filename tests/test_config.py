"""Where settings come from, and which folder an index's name stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from albert_search import config
from albert_search.config import Settings, load_settings
from albert_search.errors import StorageError, UsageError
from albert_search.storage.folder import index_folder, is_index


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hide this machine's own settings, and return where a file of settings would be."""
    for name in ("INDEX", "MODEL", "THREADS"):
        monkeypatch.delenv(f"ALBERT_SEARCH_{name}", raising=False)
    file = tmp_path / "config.toml"
    monkeypatch.setattr(config, "config_file", lambda: file)
    return file


def test_flags_come_before_the_environment_and_that_before_the_file(
    nothing_set: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings() == Settings(None, None, None)
    nothing_set.write_text('index = "file"\nmodel = "file"\nthreads = 1\n')
    assert load_settings() == Settings("file", "file", 1)
    monkeypatch.setenv("ALBERT_SEARCH_INDEX", "environment")
    monkeypatch.setenv("ALBERT_SEARCH_THREADS", "2")
    monkeypatch.setenv("ALBERT_SEARCH_MODEL", "")
    assert load_settings() == Settings("environment", "file", 2)
    assert load_settings(index="flag", model=None, threads=3) == Settings("flag", "file", 3)


@pytest.mark.parametrize("written", ["index = ", "colour = 'red'", "threads = 0", "threads = 2.5", "threads = true",
                                     "index = 5", "model = ['a']", "\xff"])  # fmt: skip
def test_a_file_that_makes_no_sense_is_named(nothing_set: Path, written: str) -> None:
    nothing_set.write_bytes(written.encode("latin-1"))
    with pytest.raises(UsageError):
        load_settings()


@pytest.mark.parametrize("threads", ["0", "-1", "many", "1.5"])
def test_threads_are_a_whole_number_above_zero(monkeypatch: pytest.MonkeyPatch, threads: str) -> None:
    monkeypatch.setenv("ALBERT_SEARCH_THREADS", threads)
    with pytest.raises(UsageError, match="whole number above 0"):
        load_settings()


def test_a_name_is_looked_up_in_the_nearest_indexes_folder(tmp_path: Path) -> None:
    deep = tmp_path / "project" / "src" / "deep"
    deep.mkdir(parents=True)
    (tmp_path / "project" / "indexes").mkdir()
    assert index_folder(None, start=deep) == tmp_path / "project" / "indexes" / "default"
    assert index_folder("notes", start=deep) == tmp_path / "project" / "indexes" / "notes"
    (deep / "indexes").mkdir()
    assert index_folder("notes", start=deep) == deep / "indexes" / "notes"


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "indexes").mkdir()
    for written in ("./x", "a/b", "x/", ".hidden"):
        assert index_folder(written, start=tmp_path) == tmp_path / written
    assert index_folder(str(tmp_path / "y"), start=Path("/")) == tmp_path / "y"
    assert index_folder("~/x", start=tmp_path) == Path.home() / "x"
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "catalog.db").touch()
    assert index_folder("here", start=tmp_path) == tmp_path / "here"


def test_a_folder_that_cannot_be_looked_into_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot look into"):
        is_index(tmp_path / ("n" * 300))
