"""``update`` and ``sources``, and ``index`` without paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import Run, write_documents


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_documents(tmp_path / "docs")
    return tmp_path


@pytest.mark.parametrize("command", ["update", "index"])
def test_all_is_read_again(folder: Path, run: Run, command: str) -> None:
    run("index", "docs", cwd=folder)
    (folder / "docs" / "git.md").unlink()
    (folder / "docs" / "new.txt").write_text("A lamp stands by the door.")
    done = run(command, "--json", cwd=folder)
    report = json.loads(done.stdout)
    assert (done.code, report["documents"], report["removed"]) == (0, 1, 1)
    assert report["index"] == str(folder / "indexes" / "default")
    assert run(command, "--strict", cwd=folder).code == 3, "broken.pdf is skipped"


def test_options_without_paths_are_refused(folder: Path, run: Run) -> None:
    done = run("index", "--include", "*.md", cwd=folder)
    assert (done.code, done.stderr) == (2, "albert-search: these options need the paths that they are for\n")


def test_an_index_without_sources_says_how_to_add_them(folder: Path, run: Run) -> None:
    run("index", "-", cwd=folder, stdin="One sentence.\n")
    done = run("update", cwd=folder)
    assert done.code == 2
    assert "albert-search sources add PATH" in done.stderr
    assert "albert-search sources add PATH" in run("sources", "list", cwd=folder).stderr
    assert run("index", cwd=folder / "docs", ALBERT_SEARCH_INDEX=str(folder / "none")).code == 2


def test_sources_are_listed_added_and_removed(folder: Path, run: Run) -> None:
    run("index", "docs", "--exclude", "*.pdf", cwd=folder)
    added = run("sources", "add", "docs/*.csv", "--text-field", "text", cwd=folder)
    assert (added.code, added.stderr) == (0, "2 sources; `albert-search update` reads all\n")
    lines = run("sources", "list", cwd=folder).stdout.splitlines()
    assert lines == ["docs\t--exclude *.pdf", "docs/*.csv\t--text-field text"]
    assert run("sources", "remove", "docs", cwd=folder).stderr == "1 source left\n"
    assert json.loads(run("sources", "list", "--json", cwd=folder).stdout) == [
        {"path": str(folder / "docs" / "*.csv"), "include": [], "exclude": [], "text_fields": ["text"]}
    ]
    assert run("sources", "remove", "docs", cwd=folder).code == 1
    assert run("sources", "add", "dosc", cwd=folder).code == 2
