"""What several test modules need."""

from __future__ import annotations

import os
import sqlite3  # noqa: F401  # before TensorFlow, which brings an SQLite of its own, without full-text search
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY

pytest_plugins = ["tests.support.examples", "tests.support.skips"]

if find_spec("torch"):
    os.environ.setdefault("KERAS_BACKEND", "torch")  # the training's; whoever imports Keras first decides
os.environ.setdefault("OMP_NUM_THREADS", "1")  # on a busy machine, waiting for the others costs more than they give


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with evaluation sets, corpora and Google's vocabulary, kept beside a checkout."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the evaluation sets and vocabulary in ../shared, which are not here")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real model folder with random weights: fast, and blind to meaning."""
    from tests.support.tiny_model import build_tiny_model

    return build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")
