"""The examples of docstrings run in a folder of their own that holds what they speak of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.paths import PACKAGE


@pytest.fixture(autouse=True)
def folder_of_an_example(request: pytest.FixtureRequest) -> None:
    """Start each example in an empty folder with a text in ``docs`` and the vocabulary of the model that ships."""
    if not isinstance(request.node, pytest.DoctestItem):
        return
    folder: Path = request.getfixturevalue("tmp_path")
    (folder / "docs").mkdir()
    (folder / "docs" / "git.md").write_text("# Git\n\nTo undo the last commit, run git reset.\n", encoding="utf-8")
    shutil.copy(PACKAGE / "models" / "albert-search-small" / "spiece.model", folder)
    request.getfixturevalue("monkeypatch").chdir(folder)
