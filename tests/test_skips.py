"""With ``--no-skips``, as `.ci/run` has it, no test is skipped for a reason that nobody has written down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.paths import REPOSITORY
from tests.support.skips import LIST

ALLOWED = LIST.read_text(encoding="utf-8").splitlines()[-1]
SKIPS = {
    "test": "import pytest\ndef test_it(): pytest.skip({reason!r})\n",
    "mark": "import pytest\n@pytest.mark.skipif(True, reason={reason!r})\ndef test_it(): pass\n",
    "file": "import pytest\npytest.skip({reason!r}, allow_module_level=True)\n",
    "library": "import pytest\npytest.importorskip('no_such_library', reason={reason!r})\n",
}


def run(folder: Path, *options: str, reason: str) -> subprocess.CompletedProcess[str]:
    """Run a test for each way to skip one, and beside them one that passes, in two workers as CI does."""
    for name, source in SKIPS.items():
        (folder / f"test_{name}.py").write_text(source.format(reason=reason), encoding="utf-8")
    (folder / "test_passing.py").write_text("def test_it(): pass\n", encoding="utf-8")
    plugins = [word for plugin in ("xdist", "tests.support.skips") for word in ("-p", plugin)]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
        *plugins,
        "-n",
        "2",
        *options,
    ]
    variables = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run([*command, str(folder)], cwd=REPOSITORY, env=variables, capture_output=True, text=True)


def test_a_reason_that_is_not_on_the_list_fails(tmp_path: Path) -> None:
    done = run(tmp_path, "--no-skips", reason="no time")
    assert done.returncode == 1, done.stdout + done.stderr
    _, _, named = done.stdout.partition(f"not in {LIST.name}")
    assert [name for name in SKIPS if f"test_{name}.py" not in named] == []
    assert "no time" in named


def test_a_listed_reason_passes(tmp_path: Path) -> None:
    done = run(tmp_path, "--no-skips", reason=ALLOWED)
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_the_option_any_reason_passes(tmp_path: Path) -> None:
    done = run(tmp_path, reason="no time")
    assert done.returncode == 0, done.stdout + done.stderr
