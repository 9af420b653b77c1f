"""The command line as a person runs it: in a process of its own or on a terminal, and documents to run it on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.paths import REPOSITORY

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


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Make a folder the working folder for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def write_documents(folder: Path) -> None:
    """Write one document of each kind that matters here."""
    folder.mkdir()
    (folder / "git.md").write_text(GIT_NOTES, encoding="utf-8")
    (folder / "pets.csv").write_text(PETS, encoding="utf-8")
    (folder / "a name: with [colons].txt").write_text(TRAPS, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")


def in_a_terminal(arguments: list[str], folder: Path, **more: str) -> str:
    """Run the command line on a pseudo-terminal and return all that reaches the screen."""
    import pty

    ours, theirs = pty.openpty()
    variables = environment(**{"TERM": "xterm-256color", "COLUMNS": "80", **more})
    for name in {"NO_COLOR", "FORCE_COLOR"} - set(more):
        variables.pop(name, None)
    with subprocess.Popen([*COMMAND, *arguments], cwd=folder, stdout=theirs, stderr=theirs, env=variables) as running:
        os.close(theirs)
        screen = b""
        while chunk := _read(ours):
            screen += chunk
    os.close(ours)
    assert running.returncode == 0
    return screen.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def imported(importtime: str) -> set[str]:
    """The modules that ``python -X importtime`` reports on stderr."""
    return set(re.findall(r"^import time:.*\|\s*([\w.]+)$", importtime, re.MULTILINE))
