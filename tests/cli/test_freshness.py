"""``search`` and ``shell`` notice what has changed under the sources before they answer."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from albert_search.index.updating import SMALL_BYTES
from tests.support.command_line import Run, imported, write_documents

ASKED = ("search", "who painted the lamp?", "-k", "1", "--json")


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    write_documents(tmp_path / "docs")
    assert run("index", "docs", cwd=tmp_path).code == 0
    return tmp_path


def best(stdout: str) -> str:
    return json.loads(stdout)[0]["text"]


def test_a_small_change_is_read_at_once(folder: Path, run: Run) -> None:
    (folder / "docs" / "lamp.txt").write_text("Ada painted the lamp in the hall.")
    done = run(*ASKED, cwd=folder)
    assert best(done.stdout) == "Ada painted the lamp in the hall."
    assert done.stderr.splitlines()[0] == "read what had changed: 1 file, 0 files gone"
    assert "read what" not in run(*ASKED, cwd=folder).stderr

    (folder / "docs" / "lamp.txt").unlink()
    done = run(*ASKED, cwd=folder)
    assert best(done.stdout) != "Ada painted the lamp in the hall."
    assert done.stderr.splitlines()[0] == "read what had changed: 0 files, 1 file gone"


def test_a_changed_file_that_cannot_be_read_is_named(folder: Path, run: Run) -> None:
    (folder / "docs" / "new.pdf").write_bytes(b"no pdf")
    first, second = run(*ASKED, cwd=folder).stderr.splitlines()[:2]
    assert first == "read what had changed: 1 file, 0 files gone"
    assert second.startswith(f"  {Path('docs') / 'new.pdf'} skipped: ")


def test_stale_does_not_look(folder: Path, run: Run) -> None:
    (folder / "docs" / "lamp.txt").write_text("Ada painted the lamp in the hall.")
    assert best(run(*ASKED, "--stale", cwd=folder).stdout) != "Ada painted the lamp in the hall."


def test_of_a_large_change_the_person_is_told(folder: Path, run: Run) -> None:
    (folder / "docs" / "lamp.txt").write_text("Ada painted the lamp in the hall.\n" * (SMALL_BYTES // 30))
    done = run(*ASKED, cwd=folder)
    assert best(done.stdout) != "Ada painted the lamp in the hall."
    assert "1 file changed since; `albert-search update` reads what has changed" in done.stderr
    assert run("update", cwd=folder).code == 0
    assert run(*ASKED, cwd=folder).stderr == ""


def test_while_another_process_writes_the_answer_is_of_before(folder: Path, run: Run) -> None:
    from albert_search.storage.locking import writer_lock

    (folder / "docs" / "lamp.txt").write_text("Ada painted the lamp in the hall.")
    with writer_lock(folder / "indexes" / "default", wait_s=1):
        done = run(*ASKED, cwd=folder)
    assert done.code == 0
    assert "another process is writing to the index" in done.stderr


def test_an_index_that_may_not_be_written_to_is_left_alone(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "docs" / "lamp.txt").write_text("Ada painted the lamp in the hall.")
    access = os.access  # root, as whom tests may run, may write everywhere
    monkeypatch.setattr(os, "access", lambda path, mode, **how: mode != os.W_OK and access(path, mode, **how))
    done = run(*ASKED, cwd=folder)
    assert done.code == 0
    assert best(done.stdout) != "Ada painted the lamp in the hall."
    assert "as of" not in done.stderr


def test_a_search_where_nothing_has_changed_imports_no_reader(folder: Path, start: Run) -> None:
    done = start(*ASKED, cwd=folder, PYTHONPROFILEIMPORTTIME="1")
    assert not imported(done.stderr) & {"albert_search.readers", "albert_search.index.index", "pathspec"}


def test_the_shell_notices_before_each_question(folder: Path, run: Run) -> None:
    (folder / "docs" / "lamp.txt").write_text("Ada painted the lamp in the hall.")
    done = run("shell", "-k", "1", cwd=folder, stdin="who painted the lamp?\n")
    assert "Ada painted the lamp in the hall." in done.stdout
    done = run("shell", "-k", "1", "--stale", cwd=folder, stdin="who painted the lamp?\n")
    assert "read what" not in done.stderr
