"""Runs a command and sees every connection, every name that is looked up, and every file that is written.

What native code does is seen too: `native/watch.c` stands between the whole process and the C library.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.support.paths import REPOSITORY

NATIVE = Path(__file__).parent / "native"
ALBERT_SEARCH = [sys.executable, "-m", "albert_search"]


@dataclass(frozen=True)
class Seen:
    """What a command did beyond computing.

    Attributes:
        code: How it ended.
        stderr: What it said.
        reached: Connections and names that were looked up, as ``connect 192.0.2.1 443`` and ``resolve example.org``.
        written: Files that were opened for writing, and folders that were made.
    """

    code: int
    stderr: str
    reached: list[str]
    written: list[Path]


@cache
def native_library(name: str) -> Path:
    """Build a library out of ``native/NAME.c``, once a process; the test is skipped where none can be."""
    compiler = shutil.which("cc")
    if not compiler or sys.platform != "linux":
        pytest.skip("needs Linux and a C compiler")
    built = Path(mkdtemp(prefix="native-")) / f"{name}.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(built), str(NATIVE / f"{name}.c"), "-ldl", "-lpthread"]
    subprocess.run(command, check=True)
    return built


def clean_environment(home: Path) -> dict[str, str]:
    """Return the environment of somebody who has just installed the package, with a home of his own."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "OMP_NUM_THREADS") if name in os.environ}
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    paths = {"HOME": str(home), "TMPDIR": str(temporary), "PYTHONPATH": str(REPOSITORY)}
    return kept | paths | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}


def watch(
    command: Sequence[str], home: Path, cwd: Path, *, stdin: str = "", meanwhile: Callable[[], object] | None = None
) -> Seen:
    """Run a command to its end.

    Args:
        command: The command.
        home: Its home folder.
        cwd: Where it runs.
        stdin: What it reads.
        meanwhile: Called while its standard input is still open; after it, the command is interrupted as by Ctrl+C.
    """
    log = home / "tmp" / f"watched-{os.urandom(4).hex()}"
    variables = clean_environment(home) | {"LD_PRELOAD": str(native_library("watch")), "WATCH_LOG": str(log)}
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=variables,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            if meanwhile:
                assert process.stdin
                process.stdin.write(stdin)
                process.stdin.flush()
                meanwhile()
                process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(None if meanwhile else stdin, timeout=300)
        finally:
            process.kill()
    text = log.read_text("utf-8", "surrogateescape") if log.exists() else ""
    lines = [line.partition(" ") for line in text.splitlines()]
    reached = [f"{what} {detail}" for what, _, detail in lines if what != "write"]
    written = [Path(os.path.normpath(detail)) for what, _, detail in lines if what == "write"]
    return Seen(process.returncode, stderr, reached, written)
