"""``list``, ``info``, ``verify`` and ``where``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.support.command_line import Run


def test_list_names_each_document_with_its_sentences(collection: Path, run: Run) -> None:
    done = run("list", "--where", "path=*.csv*", cwd=collection)
    rows = [str(Path("docs") / f"pets.csv#row={n}") for n in (1, 2, 3)]
    assert [line.split("\t") for line in done.stdout.splitlines()] == [["      1", row] for row in rows]
    assert done.stderr == "3 documents, 3 sentences\n"


def test_list_as_json(collection: Path, run: Run) -> None:
    documents = json.loads(run("list", "--json", cwd=collection).stdout)
    assert len(documents) == 5
    assert documents[-1]["metadata"] == {"id": "3", "year": "2022"}


def test_info(collection: Path, run: Run) -> None:
    facts = json.loads(run("info", "--json", cwd=collection).stdout)
    assert (facts["folder"], facts["unit"]) == (str(collection / "indexes" / "default"), "sentence")
    assert (facts["files"], facts["documents"]) == (3, 5)
    lines = run("info", cwd=collection).stdout.splitlines()
    assert any(line.split() == ["documents:", "5"] for line in lines)
    assert any(line.split() == ["whitened:", "no"] for line in lines)


def test_verify_tells_sound_from_damaged(collection: Path, run: Run, tmp_path: Path) -> None:
    sound = run("verify", cwd=collection)
    assert (sound.code, sound.stdout) == (0, "")
    shutil.copytree(collection / "indexes", tmp_path / "indexes")
    vectors = tmp_path / "indexes" / "default" / "vectors.faiss"
    damaged = bytearray(vectors.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    vectors.write_bytes(damaged)
    broken = run("verify", cwd=tmp_path)
    assert broken.code == 5
    assert str(vectors) in broken.stdout
    assert "1 problem" in broken.stderr
    assert run("rebuild", cwd=tmp_path).code == 0
    assert run("verify", cwd=tmp_path).code == 0


def test_where_tells_the_places_without_an_index(tmp_path: Path, run: Run) -> None:
    settings = {"ALBERT_SEARCH_INDEX": "notes", "ALBERT_SEARCH_MODELS": str(tmp_path / "m")}
    done = run("where", "--json", cwd=tmp_path, **settings)
    places = json.loads(done.stdout)
    assert (places["index"], places["models"]) == (str(tmp_path / "indexes" / "notes"), str(tmp_path / "m"))
    shown = run("where", cwd=tmp_path, **settings).stdout
    assert f"{tmp_path / 'indexes' / 'notes'}  (not there yet)\n" in shown
