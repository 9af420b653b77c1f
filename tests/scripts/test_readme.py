"""Every command and every piece of Python that the README shows works as it stands, in the order it is shown."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.support.paths import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
RUN_UNTIL_STOPPED = {"serve", "watch"}
COMMANDS = [
    line.removeprefix("$ ")
    for kind, block in BLOCKS
    if kind in {"sh", "console"}
    for line in block.splitlines()
    if line.removeprefix("$ ").startswith("albert-search ") and not set(line.split()) & RUN_UNTIL_STOPPED
]
PROGRAMS = [block for kind, block in BLOCKS if kind == "python"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the README's examples are about."""
    root = tmp_path_factory.mktemp("readme")
    texts = {
        "docs/guide.md": "# Undoing\n\nTo undo the last commit of your own branch, run `git reset`.\n\n"
        "The guarantee of every machine in the shop lasts two years.\n",
        "docs/old/faq.md": "A token may be at most ninety characters long.\n",
        "data.csv": "id,body\n1,The pump is blocked.\n2,The filter is clean.\n",
        "questions.txt": "what is blocked?\nhow do I undo a commit?\n",
    }
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "contracts").mkdir()
    for name in ("report.pdf", "contracts/shop.pdf"):
        _write_pdf(root / name, "The buyer pays for returns. Refunds take ten days.")
    (root / "home" / "notes").mkdir(parents=True)
    return root


@pytest.fixture(scope="module")
def environment(folder: Path) -> Mapping[str, str]:
    """A person's environment, with a home of its own."""
    return {**os.environ, "HOME": str(folder / "home"), "PYTHONPATH": str(REPOSITORY)}


def _write_pdf(path: Path, text: str) -> None:
    canvas = Canvas(str(path))
    canvas.drawString(72, 720, text)
    canvas.save()


def test_there_is_something_to_run() -> None:
    assert len(COMMANDS) > 10
    assert len(PROGRAMS) >= 2


def test_the_commands_work_one_after_the_other(folder: Path, environment: Mapping[str, str]) -> None:
    failures = []
    for command in COMMANDS:
        words = [word.replace("~", str(folder / "home")) for word in shlex.split(command, comments=True)]
        ran = subprocess.run(
            [sys.executable, "-m", "albert_search", *words[1:]],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        # A filter may well leave nothing of this small collection: search says so with 1.
        allowed = {0, 1} if words[1] in {"search", "ask"} else {0}
        if ran.returncode not in allowed or "Traceback" in ran.stderr:
            failures.append(f"{command}: {ran.returncode}\n{ran.stderr}")
    assert not failures, "\n".join(failures)


def test_the_programs_work_one_after_the_other(folder: Path, environment: Mapping[str, str]) -> None:
    for program in PROGRAMS:
        command = [sys.executable, "-c", program]
        ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.strip()


def test_every_script_that_is_named_exists() -> None:
    for name in re.findall(r"scripts/\w+", README):
        assert os.access(REPOSITORY / name, os.X_OK), name


def test_the_matrices_show_what_is_said_of_them() -> None:
    ours, articles = (block for kind, block in BLOCKS if kind == "text" and "I like my phone" in block)
    assert _partners_nearest(ours) == 6
    assert _partners_nearest(articles) == 1


def _partners_nearest(block: str) -> int:
    matrix = [[float(cell) for cell in line.split()[-6:]] for line in block.splitlines()[1:]]
    others = [sorted(range(6), key=row.__getitem__)[-2] for row in matrix]  # the nearest of all is the text itself
    return sum(nearest == place ^ 1 for place, nearest in enumerate(others))
