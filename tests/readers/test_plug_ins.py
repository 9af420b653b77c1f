"""The package in tests/plug_in, installed as a person would install it, brings a reader."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY

RECIPE = "Rye bread\n720\n\nFeed the sour dough in the evening.\nBake the loaf in the morning.\n"
PROGRAM = """
import json, sys
from pathlib import Path
from albert_search.errors import ReadError
from albert_search.readers import discover, read
for path in discover([Path(sys.argv[1])]):
    try:
        for document in read(path):
            print(json.dumps([path.name, document.text, document.metadata, [block.line for block in document.blocks]]))
    except ReadError as error:
        print(json.dumps([path.name, str(error)]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plug_in")
    shutil.copytree(REPOSITORY / "tests" / "plug_in", folder / "source")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*install, "--target", str(folder / "site"), str(folder / "source")], check=True)
    return folder / "site"


def test_an_installed_package_reads_its_suffix(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "a.recipe").write_text(RECIPE)
    (tmp_path / "b.recipe").write_text("Too short")
    environment = {**os.environ, "PYTHONPATH": f"{installed}{os.pathsep}{REPOSITORY}"}
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    good, bad = map(json.loads, done.stdout.splitlines())
    assert good == [
        "a.recipe",
        "Rye bread\n\nFeed the sour dough in the evening.\n\nBake the loaf in the morning.",
        {"name": "Rye bread", "minutes": 720},
        [1, 4, 5],
    ]
    assert bad[0] == "b.recipe"
    assert bad[1].startswith("the reader recipes:read failed on it: ValueError: ")


def test_without_the_package_the_suffix_is_nothing_to_read(tmp_path: Path) -> None:
    from albert_search.readers import discover

    (tmp_path / "a.recipe").write_text(RECIPE)
    assert list(discover([tmp_path])) == []
