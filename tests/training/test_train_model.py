"""The script trains, and makes a model that encodes, with its card."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from albert_search.albert.compact.building import build_model
from albert_search.albert.encoder import Encoder
from albert_search.training.distilling.pipeline import Folders
from tests.support.paths import REPOSITORY, SHIPPED_FLOAT

SCRIPT = REPOSITORY / "scripts" / "train_model"


@pytest.fixture(scope="module")
def model(folders: Folders, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("script")
    output: list[str | Path] = ["--tiny", "--output", folder / "training"]
    train: list[str | Path] = ["--threads", "1"]
    for field in fields(folders):
        train += [f"--{field.name.replace('_', '-')}", getattr(folders, field.name)]
    subprocess.run([sys.executable, SCRIPT, *output, *train], check=True)
    subprocess.run([sys.executable, SCRIPT, *output, "--export", folder / "model"], check=True)
    return folder / "model"


def test_the_model_encodes_texts(model: Path) -> None:
    vectors = Encoder.load(model).encode(["the cat sat", "Café, heat"])
    assert vectors.shape == (2, 16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_model_reranks_by_its_head(model: Path) -> None:
    (vectors,) = Encoder.load(model).token_vectors(["the cat sat"])
    assert vectors.shape[1] == 4


def test_the_card_tells_what_it_was_made_from(model: Path) -> None:
    card = (model / "README.md").read_text(encoding="utf-8")
    assert "| wikipedia | 160 | CC BY-SA |" in card
    assert "3 layers in 2 groups" in card


@pytest.mark.skipif(not SHIPPED_FLOAT.exists(), reason="the float weights are in the repository alone")
def test_the_float_weights_that_are_kept_are_those_of_the_model_that_ships(tmp_path: Path) -> None:
    build_model(SHIPPED_FLOAT, tmp_path / "float32", precision="float32")
    texts = ["I like my phone", "Recently a lot of hurricanes have hit the US", "How old are you?"]
    exact, shipped = (Encoder.load(model).encode(texts) for model in (tmp_path / "float32", "albert-search-small"))
    assert (exact * shipped).sum(axis=1).min() > 0.998
