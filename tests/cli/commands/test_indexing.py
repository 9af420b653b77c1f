"""``index``, ``remove`` and ``rebuild``: what they do, say and end with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from albert_search.cli import left_out
from albert_search.cli.left_out import ROWS_SHOWN
from albert_search.types import Skipped
from tests.support.command_line import COMMAND, Run, environment, write_documents


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_documents(tmp_path / "docs")
    return tmp_path


def test_first_time_second_time_strict_and_prune(folder: Path, run: Run) -> None:
    first = run("index", "docs", cwd=folder)
    assert (first.code, first.stdout) == (0, "")
    summary, skipped, reason, note = first.stderr.splitlines()
    assert summary.startswith(f"{Path('indexes') / 'default'}: 5 documents, ")
    assert skipped == "1 file skipped:"
    assert reason.startswith(f"  {Path('docs') / 'broken.pdf'}: ")

    assert note == f"{Path('docs') / 'pets.csv'}: line 1 names the columns: id, text, year"

    second = run("index", "docs", "--strict", cwd=folder)
    assert second.code == 3
    assert second.stderr.startswith("nothing has changed (")

    (folder / "docs" / "git.md").unlink()
    assert " 1 removed" in run("index", "docs", "--prune", cwd=folder).stderr


def test_the_folder_that_holds_the_index_is_left_alone_the_second_time(folder: Path, run: Run) -> None:
    assert run("index", ".", cwd=folder).code == 0
    assert run("index", ".", cwd=folder).stderr.startswith("nothing has changed (")


def test_json_tells_what_was_done(folder: Path, run: Run) -> None:
    done = run("index", "docs", "--include", "*.csv", "--json", cwd=folder)
    report = json.loads(done.stdout)
    assert report["index"] == str(folder / "indexes" / "default")
    # The same sentence stands in rows 1 and 3: it is encoded once.
    assert (report["documents"], report["sentences"], report["encoded"], report["skipped"]) == (3, 3, 2, [])


def test_standard_input_is_a_text_a_line_whatever_its_bytes(tmp_path: Path, run: Run) -> None:
    typed = b"\xef\xbb\xbfThe first text.\r\n\r\nBad byte \xff here.\nThe first text.\n"
    done = run("index", "-", "--json", cwd=tmp_path, stdin=typed)
    assert done.code == 0
    assert json.loads(done.stdout)["skipped"] == []
    documents = json.loads(run("list", "--json", cwd=tmp_path).stdout)
    assert all(document["uri"].startswith("text:") for document in documents)
    found = json.loads(run("search", "first", "--json", "--every-copy", cwd=tmp_path).stdout)
    # Equal texts have one address and are one document.
    assert sorted(hit["text"] for hit in found) == ["Bad byte \ufffd here.", "The first text."]


def test_standard_input_stands_alone(folder: Path, run: Run) -> None:
    for others in (["docs"], ["--prune"], ["--include", "*.md"]):
        done = run("index", "-", *others, cwd=folder, stdin="")
        assert (done.code, done.stdout) == (2, "")
        assert done.stderr.startswith("albert-search: - stands for standard input")


def test_an_empty_path_is_not_the_working_folder(folder: Path, run: Run) -> None:
    done = run("index", "", cwd=folder)
    assert (done.code, done.stderr.startswith("albert-search: an empty name")) == (2, True)


def test_a_pattern_that_matches_nothing_is_named(folder: Path, run: Run) -> None:
    done = run("index", "docs/*.none", "docs/*.md", cwd=folder)
    *_, counted, reason = done.stderr.splitlines()
    assert (done.code, counted) == (0, "1 file skipped:")
    assert reason.endswith("docs/*.none: no file matches it")


def test_an_index_keeps_its_unit_without_being_told_again(folder: Path, run: Run) -> None:
    assert run("index", "docs", "--index", "whole", "--unit", "document", cwd=folder).code == 0
    assert run("index", "docs", "--index", "whole", cwd=folder).stderr.startswith("nothing has changed")
    other = run("index", "docs", "--index", "whole", "--unit", "sentence", cwd=folder)
    assert other.code == 2
    assert "made of documents" in other.stderr


def test_remove_and_rebuild(folder: Path, run: Run) -> None:
    run("index", "docs", cwd=folder)
    assert run("remove", "--where", "year=2020", cwd=folder).stderr == "1 document removed\n"
    assert run("remove", "docs/pets.csv", cwd=folder).stderr == "2 documents removed\n"
    again = run("remove", "docs/pets.csv", cwd=folder)
    assert again.code == 1
    assert again.stderr.startswith("albert-search: no such document")
    assert run("remove", cwd=folder).code == 2
    vectors = folder / "indexes" / "default" / "vectors.faiss"
    vectors.unlink()
    assert run("rebuild", cwd=folder).code == 0
    assert vectors.is_file()
    assert run("verify", cwd=folder).code == 0


def test_every_skipped_file_is_named_and_some_rows_of_each_table(capsys: pytest.CaptureFixture[str]) -> None:
    files = [Skipped(f"/x/{n}.pdf\x1b[2J", "it is damaged") for n in range(40)]
    rows = [Skipped(f"/x/t.jsonl#row={n}", "it is no JSON") for n in range(ROWS_SHOWN + 2)]
    left_out._say_what_was_skipped([*files, *rows])
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == [f"40 files and {ROWS_SHOWN + 2} rows skipped:", "  /x/0.pdf: it is damaged"]
    assert lines[-2:] == [f"  /x/t.jsonl#row={ROWS_SHOWN - 1}: it is no JSON",
                          "  and 2 other rows of /x/t.jsonl; --json names them all"]  # fmt: skip
    assert len(lines) == 1 + 40 + ROWS_SHOWN + 1


def test_a_name_that_stands_for_nothing_makes_no_index(folder: Path, run: Run) -> None:
    mistyped = run("index", "dosc", "*.mdd", cwd=folder)
    assert (mistyped.code, mistyped.stdout) == (2, "")
    assert mistyped.stderr.startswith("albert-search: there is nothing at dosc or *.mdd: ")
    assert not (folder / "indexes").exists()
    assert run("index", "dosc", "docs", cwd=folder).code == 0


@pytest.mark.skipif(os.name != "posix", reason="a child cannot be sent Ctrl-C alone elsewhere")
def test_ctrl_c_keeps_what_was_committed(tmp_path: Path, run: Run) -> None:
    text = "\n".join(f"Sentence number {n} speaks of thing {n * n} and of no other." for n in range(4000))
    (tmp_path / "long.txt").write_text(text, encoding="utf-8")
    with subprocess.Popen(
        [*COMMAND, "index", "long.txt"], cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True
    ) as running:
        deadline = time.monotonic() + 60
        while not (tmp_path / "indexes" / "default" / "catalog.db").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert said == "interrupted: what was committed is kept; run the same command again to finish\n"
    assert run("verify", cwd=tmp_path).code == 0


def test_what_is_passed_over_is_counted_with_its_reason(tmp_path: Path, run: Run) -> None:
    for name in ("r/.git/HEAD", "r/vault/a.md", "r/.notes/b.md", "r/x.odg", "r/y.xyz", "r/~$open.docx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Bees.")
    (tmp_path / "r/.gitignore").write_text("vault/\n")
    reasons = "1 file is hidden, 1 is left out by .gitignore, 2 are of kinds that are not read (.odg, .xyz)"
    nothing = f"found nothing to index: {reasons}\n"
    assert run("index", "r", "--dry-run", cwd=tmp_path).stderr == nothing
    assert not (tmp_path / "indexes").exists()
    done = run("index", "r", "--strict", cwd=tmp_path)
    assert (done.code, done.stderr) == (0, nothing)
    (tmp_path / "r/c.md").write_text("Wasps.")
    (tmp_path / "r/d.txt").write_text("")
    dry = run("index", "r", "--dry-run", cwd=tmp_path)
    assert dry.stdout.splitlines() == [str(Path("r/c.md")), str(Path("r/d.txt"))]
    assert dry.stderr == f"2 files would be read\npassed over: {reasons}\n"
    assert json.loads(run("index", "r", "--dry-run", "--json", cwd=tmp_path).stdout)["passed_over"]["hidden"] == 1
    told = run("index", "r", "--json", cwd=tmp_path)
    assert json.loads(told.stdout)["passed_over"]["without text"] == 1


def test_blobs_are_left_out_and_counted(tmp_path: Path, run: Run) -> None:
    blob = "".join(f"aB{n}c" for n in range(200))
    (tmp_path / "a.md").write_text(f"The key is below.\n\n{blob}\n\nThe key is above.\n")
    told = run("index", "a.md", "--json", cwd=tmp_path)
    assert (json.loads(told.stdout)["blobs"], json.loads(told.stdout)["sentences"]) == (1, 2)
    assert "1 place left out: encoded bytes or code without spaces" in told.stderr


def test_another_model_for_the_texts_that_are_there(tmp_path: Path, run: Run, tiny_model: Path) -> None:
    (tmp_path / "note.txt").write_text("The cat sleeps on the mat.\n", encoding="utf-8")
    assert run("index", "note.txt", "--model", str(tiny_model), cwd=tmp_path).code == 0
    (tmp_path / "note.txt").unlink()
    done = run("index", "--again", "--json", cwd=tmp_path)
    assert done.code == 0
    assert json.loads(done.stdout)["encoded"] == 1
    assert "embedded anew by albert-search-small" in done.stderr
    assert run("search", "where does the cat sleep?", "--stale", cwd=tmp_path).code == 0
    assert run("index", "note.txt", "--again", cwd=tmp_path).code == 2
