"""Under a Python that TensorFlow has no wheels for, everything works but what needs it, and that says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.paths import REPOSITORY

WITHOUT = """
import sys
for package in ("tensorflow", "tensorflow_hub", "keras", "pkg_resources"):
    sys.modules[package] = None  # as if it were not installed: https://docs.python.org/3/reference/import.html
"""
INDEX_AND_SEARCH = """
from albert_search import Index
with Index.create(sys.argv[1] + "/index") as index:
    index.add_texts(["Returns are free.", "The sea is cold."])
    print(index.search("who pays for a return?", k=1)[0].text)
"""
IMPORT = """
from albert_search.cli.main import run
sys.argv = ["albert-search", "model", "import", sys.argv[1]]
run()
"""
NETWORK = """
from albert_search.albert import AlbertNetwork
"""


def run_without_tensorflow(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + program, str(folder)], cwd=REPOSITORY,
        env={"ALBERT_SEARCH_MODELS": str(folder / "models"), "PATH": ""}, capture_output=True, text=True,
    )  # fmt: skip


def test_indexing_and_searching_need_none(tmp_path: Path) -> None:
    done = run_without_tensorflow(INDEX_AND_SEARCH, tmp_path)
    assert done.stdout == "Returns are free.\n", done.stderr


def test_importing_a_module_says_what_is_missing_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"")
    done = run_without_tensorflow(IMPORT, tmp_path)
    assert done.returncode == 8
    assert done.stdout == ""
    (said,) = done.stderr.splitlines()[1:]  # after the one that announces the import
    assert "needs tensorflow" in said
    assert "Python 3.10 to 3.13" in said
    assert not list((tmp_path / "models").iterdir())


def test_the_trainable_layer_says_it_too(tmp_path: Path) -> None:
    assert "MissingExtra: this needs keras" in run_without_tensorflow(NETWORK, tmp_path).stderr
