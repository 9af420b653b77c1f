"""The demo's text is there in every installation, whatever the metadata of packages looks like."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.paths import REPOSITORY


def test_the_demo_has_topics_of_python_and_readmes_of_packages(tmp_path: Path) -> None:
    subprocess.run([sys.executable, REPOSITORY / "scripts" / "demo_text.py", tmp_path], check=True)
    assert (tmp_path / "python" / "typesmapping.rst").read_text(encoding="utf-8").startswith("Mapping Types")
    readmes = {path.stem for path in (tmp_path / "packages").iterdir()}
    assert {"faiss-cpu", "filelock", "typer"} <= readmes
