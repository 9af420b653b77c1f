"""What lies beside a checkout, and in no clone, is asked for by name where it is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY


@pytest.mark.parametrize(
    ("script", "option"),
    [
        ("bench_quality", "--eval"),
        ("bench_relevance", "--eval"),
        ("train_classifier", "--corpora"),
        ("train_model", "--corpora"),
    ],
)
def test_a_script_without_its_data_says_what_it_needs(tmp_path: Path, script: str, option: str) -> None:
    command = [sys.executable, str(REPOSITORY / "scripts" / script), option, str(tmp_path / "nowhere")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert (
        f"nowhere is not there: name the folder of the {'corpora' if option == '--corpora' else 'evaluation sets'}"
        in done.stderr
    )
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
