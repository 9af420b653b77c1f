"""A classifier built on the trainable layer learns a real task, is saved, and its encoder comes back and searches."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path
from types import ModuleType

import keras
import numpy as np
import pytest

from albert_search.albert import Encoder
from albert_search.albert.published import hugging_face
from albert_search.albert.published.importing import import_model
from albert_search.index.index import Index
from tests.support.paths import REPOSITORY


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The example, ``scripts/train_classifier``, as a module."""
    path = str(REPOSITORY / "scripts" / "train_classifier")
    loader = importlib.machinery.SourceFileLoader("train_classifier", path)
    spec = importlib.util.spec_from_loader("train_classifier", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def trained(script: ModuleType, tiny_model: Path, shared: Path, tmp_path_factory) -> tuple[Path, dict[str, float]]:
    folder = tmp_path_factory.mktemp("classifier")
    found = script.train(tiny_model, shared / "corpora", folder, texts=4800, epochs=4, rate=3e-3)
    return folder, found


def test_it_learns_science_from_fiction_and_more_when_its_albert_may_learn_too(trained) -> None:
    _, found = trained
    assert found["fine-tuned"] > 0.65, "a guess at 1,200 sentences is never right so often"
    assert found["fine-tuned"] > found["frozen"]


def test_frozen_nothing_of_the_albert_is_changed(script: ModuleType, tiny_model: Path) -> None:
    classifier, albert = script.build_classifier(tiny_model)
    before = albert.tensors()
    inputs = {name: np.full((8, 4), 7 if name == "input_word_ids" else int("mask" in name)) for name in script.NAMES}
    script.fit(classifier, 1e-2, 1, inputs, np.arange(8) % 2)
    assert len(classifier.trainable_variables) == 2
    for name, tensor in albert.tensors().items():
        np.testing.assert_array_equal(tensor, before[name], err_msg=name)


def test_loaded_it_answers_with_the_same_numbers(trained, script: ModuleType, tiny_model: Path) -> None:
    loaded = keras.models.load_model(trained[0] / "classifier.keras")
    layer = next(one for one in loaded.layers if isinstance(one, script.AlbertNetwork))
    tokenizer = Encoder.load(tiny_model).tokenizer
    inputs = tokenizer.pad(tokenizer.encode(["a cell divides.", "she wept, and left him."], max_tokens=16))
    again = script.AlbertNetwork.load(trained[0] / "encoder")
    for name, tensor in again.tensors().items():
        np.testing.assert_array_equal(layer.tensors()[name], tensor, err_msg=name)
    pooled = keras.ops.convert_to_numpy(again(inputs)["pooled_output"])
    kernel, bias = (keras.ops.convert_to_numpy(one) for one in loaded.layers[-1].weights)
    scores = np.exp(pooled @ kernel + bias)
    np.testing.assert_allclose(loaded.predict(inputs, verbose=0), scores / scores.sum(1, keepdims=True), atol=1e-5)


def test_its_encoder_comes_back_and_is_searched_with(trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERT_SEARCH_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(hugging_face, "find_spec", lambda package: None)  # our own network proves it, and is quick
    import_model(str(trained[0] / "encoder"), name="classifier-encoder", precision="float32")
    (tmp_path / "notes.txt").write_text("The enzyme binds to the cell wall.\n\nShe wept, and left him.\n")
    with Index.create(tmp_path / "index", model="classifier-encoder") as index:
        index.add(tmp_path / "notes.txt")
        assert index.search("she wept, and left him.", k=1)[0].text == "She wept, and left him."
