"""A small collection, indexed by the command line itself, and a way to run the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from albert_search.cli.main import app
from albert_search.errors import ModelError
from tests.conftest import REPOSITORY

COMMAND = [sys.executable, "-m", "albert_search"]

GIT_NOTES = """# Git

## Mishaps

To undo the last commit, run git reset --soft HEAD~1.
The files stay as they are.

## Teamwork

Push sends your commits to the remote repository.
"""
PETS = (
    "id,text,year\n1,The cat sleeps on the mat.,2020\n2,Dogs bark at night.,2021\n3,The cat sleeps on the mat.,2022\n"
)
TRAPS = "The colour \x1b[31mred\x1b[0m and [bold]markup[/bold] stand in this sentence about paint.\n"

UNSET: dict[str, str | None] = {f"ALBERT_SEARCH_{name}": None for name in ("INDEX", "MODEL", "MODELS", "THREADS")}


def environment(**more: str) -> dict[str, str]:
    """The environment of a child: this checkout first, and none of the person's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALBERT_SEARCH_")}
    paths = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    return {**kept, "PYTHONPATH": paths, "PYTHONUTF8": "1", **more}


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    code: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a command in this process, which is quick; returns how it ended."""

    def albert_search(*arguments: str, cwd: Path, stdin: str | bytes | None = None, **variables: str) -> Done:
        with working_in(cwd):
            result = CliRunner().invoke(app, arguments, input=stdin, env={**UNSET, **variables}, catch_exceptions=False)
        return Done(result.exit_code, result.stdout, result.stderr)

    return albert_search


@pytest.fixture(scope="session")
def start() -> Run:
    """Run a command in a process of its own, as a person does; returns how it ended."""

    def albert_search(*arguments: str, cwd: Path, stdin: str | None = None, **variables: str) -> Done:
        done = subprocess.run(
            [*COMMAND, *arguments], cwd=cwd, input=stdin, env=environment(**variables), capture_output=True,
            encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    return albert_search


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Make a folder the working folder for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@pytest.fixture(scope="session")
def model() -> None:
    """The model that ships; tests that encode ask for it."""
    from albert_search.albert import Encoder

    try:
        Encoder.load(None)
    except ModelError as error:
        pytest.skip(f"needs the model that ships: {error}")


@pytest.fixture(scope="session")
def collection(model: None, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents, and the index of them in its ``indexes/default``; tests leave both as they are."""
    folder = tmp_path_factory.mktemp("collection")
    write_documents(folder / "docs")
    (folder / "deeper" / "down").mkdir(parents=True)
    done = run("index", "docs", cwd=folder)
    assert done.code == 0, done.stderr
    return folder


def write_documents(folder: Path) -> None:
    """Write one document of each kind that matters here."""
    folder.mkdir()
    (folder / "git.md").write_text(GIT_NOTES, encoding="utf-8")
    (folder / "pets.csv").write_text(PETS, encoding="utf-8")
    (folder / "a name: with [colons].txt").write_text(TRAPS, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
