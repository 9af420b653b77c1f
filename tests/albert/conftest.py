"""Small models that several test modules here need."""

from __future__ import annotations

from pathlib import Path

import pytest

from albert_search.albert import Encoder
from albert_search.albert.compact.building import build_model
from tests.support.small_model import write_small_checkpoint


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A float checkpoint."""
    return write_small_checkpoint(tmp_path_factory.mktemp("checkpoints") / "small")


@pytest.fixture(scope="session")
def small_model(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An int8 model folder."""
    folder = tmp_path_factory.mktemp("models") / "small"
    build_model(checkpoint, folder, source="random numbers", licence="none")
    return folder


@pytest.fixture(scope="session")
def encoder(small_model: Path) -> Encoder:
    """The int8 model, loaded."""
    return Encoder.load(small_model, threads=1)
