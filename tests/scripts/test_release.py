"""A release is one commit with a tag, or nothing at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY

CHANGELOG = "# Changelog\n\n## Unreleased\n\n### Fixed\n- A typo.\n\n## 0.9.3 - 2020-02-29\n\n### Added\n- All.\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a version 0.9.3 and one change since."""
    for folder in ("scripts", "albert_search"):
        (tmp_path / folder).mkdir()
    shutil.copy(REPOSITORY / "scripts" / "release", tmp_path / "scripts")
    (tmp_path / "albert_search" / "__init__.py").write_text('"""It."""\n\n__version__ = "0.9.3"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    for setting, value in {"user.name": "A", "user.email": "a@example.org", "commit.gpgsign": "false"}.items():
        git(tmp_path, "config", setting, value)
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Something")


def release(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(folder / "scripts" / "release"), *words], cwd="/", capture_output=True, text=True
    )


def test_the_version_the_heading_the_commit_and_the_tag(checkout: Path) -> None:
    done = release(checkout, "0.10.0")
    assert done.returncode == 0, done.stderr
    today = datetime.now(timezone.utc).date().isoformat()
    assert (checkout / "albert_search" / "__init__.py").read_text() == '"""It."""\n\n__version__ = "0.10.0"\n'
    assert (checkout / "CHANGELOG.md").read_text() == CHANGELOG.replace(
        "## Unreleased\n", f"## Unreleased\n\n## 0.10.0 - {today}\n"
    )
    assert git(checkout, "log", "-1", "--format=%s") == "Release 0.10.0"
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "rev-parse", "v0.10.0") == git(checkout, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("version", "message"),
    [("0.9.3", "not higher"), ("0.9.2", "not higher"), ("1.0", "three numbers"), ("v1.0.0", "three numbers")],
)
def test_a_version_that_is_none_or_not_higher_is_refused(checkout: Path, version: str, message: str) -> None:
    assert_refused(checkout, version, message)


def test_a_tree_that_is_not_clean_is_refused(checkout: Path) -> None:
    (checkout / "new.txt").touch()
    assert_refused(checkout, "1.0.0", "not clean")


def test_a_release_without_a_change_is_refused(checkout: Path) -> None:
    assert release(checkout, "1.0.0").returncode == 0
    assert_refused(checkout, "1.0.1", "no change")


def assert_refused(checkout: Path, version: str, message: str) -> None:
    before = git(checkout, "rev-parse", "HEAD"), git(checkout, "tag"), git(checkout, "diff")
    done = release(checkout, version)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert (git(checkout, "rev-parse", "HEAD"), git(checkout, "tag"), git(checkout, "diff")) == before
