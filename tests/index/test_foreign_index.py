"""An index that somebody else has made is data: opening and searching it runs nothing that it names."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from albert_search import Index, ModelError
from albert_search.errors import ModelMismatch
from albert_search.storage.catalog import Catalog
from albert_search.storage.folder import CATALOG_FILE
from tests.support.small_model import write_small_checkpoint
from tests.support.tiny_model import build_tiny_model

SEARCH = """
import sys
from albert_search import Index, ModelError
with Index.open(sys.argv[1]) as index:
    try:
        index.search("a question")
    except ModelError as error:
        print(error)
sys.exit(any(name in sys.modules for name in ("tensorflow", "keras", "torch", "transformers")))
"""


@pytest.fixture
def index(tmp_path: Path, tiny_model: Path) -> Path:
    with Index.create(tmp_path / "index", model=tiny_model) as index:
        index.add_texts(["The cat sleeps on the mat."])
    return tmp_path / "index"


def point_to(index: Path, location: str | None) -> None:
    catalog = Catalog(index / CATALOG_FILE)
    model = catalog.state().model
    assert model is not None
    with catalog.writing() as batch:
        batch.set("model", {**asdict(model), "location": location})
    catalog.close()


@pytest.mark.parametrize("published", ["saved_model.pb", "model.safetensors", "module.tar.gz"])
def test_a_published_model_that_an_index_points_to_is_not_imported(index: Path, tmp_path: Path, published: str) -> None:
    if published == "model.safetensors":
        place = write_small_checkpoint(tmp_path / "published")
    else:
        place = tmp_path / "published"
        place.mkdir()
        (place / published).write_bytes(b"")
        place = place / published if published.endswith(".gz") else place
    point_to(index, str(place))
    models = tmp_path / "models"
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, str(index)], env={"ALBERT_SEARCH_MODELS": str(models)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "give it as the model" in done.stdout
    assert str(place) in done.stdout
    assert not models.exists()


def test_another_model_than_the_one_of_the_index_is_not_loaded(index: Path, tmp_path: Path) -> None:
    other = build_tiny_model(tmp_path / "other", seed=1)
    (other / "model.onnx").write_bytes(b"what must not even be read")
    point_to(index, str(other))
    with Index.open(index) as opened, pytest.raises(ModelMismatch, match="not by"):
        opened.search("a question")


def test_the_model_may_be_named(index: Path, tiny_model: Path, tmp_path: Path) -> None:
    point_to(index, str(tmp_path / "gone"))
    with Index.open(index) as opened, pytest.raises(ModelError, match="was made by tiny"):
        opened.search("a question")
    with Index.open(index, model=tiny_model) as opened:
        assert opened.search("The cat sleeps on the mat.", min_score=0.99)
