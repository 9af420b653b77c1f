"""A small collection, indexed by the command line itself, and a way to run the command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from albert_search.cli.main import app
from tests.support.command_line import COMMAND, Done, Run, environment, working_in, write_documents

UNSET: dict[str, str | None] = {f"ALBERT_SEARCH_{name}": None for name in ("INDEX", "MODEL", "MODELS", "THREADS")}


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


@pytest.fixture(scope="session")
def collection(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents, and the index of them in its ``indexes/default``; tests leave both as they are."""
    folder = tmp_path_factory.mktemp("collection")
    write_documents(folder / "docs")
    (folder / "deeper" / "down").mkdir(parents=True)
    done = run("index", "docs", cwd=folder)
    assert done.code == 0, done.stderr
    return folder
