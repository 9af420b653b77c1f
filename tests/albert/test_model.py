"""Model folders and checkpoints: what they hold, and one clear sentence when they are damaged."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import onnx
import onnx.numpy_helper
import pytest
from safetensors.numpy import load_file, save_file

from albert_search.albert import Encoder, Model, known_models
from albert_search.albert.checkpoint import read_checkpoint
from albert_search.albert.compact.building import build_model
from albert_search.albert.shelf import DEFAULT_MODEL
from albert_search.errors import ModelError
from tests.support.golden.cases import random_weights
from tests.support.small_model import SIZES


def edit(path: Path, **changes: Any) -> None:
    config = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({key: value for key, value in config.items() if value is not ...}))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.fixture
def copy(small_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_model, tmp_path / "copy"))


def test_settings_are_read_back(small_model: Path) -> None:
    settings = Model.open(small_model).settings
    assert (settings.name, settings.precision, settings.dim, settings.max_seq_length) == ("small", "int8", 48, 32)
    assert settings.architecture == SIZES
    assert settings.source == "random numbers"


def test_the_model_that_ships_opens_by_default() -> None:
    encoder = Encoder.load()
    assert encoder.name == DEFAULT_MODEL
    near, far = "How old are you?", "My phone is not good."
    vectors = encoder.encode(["what is your age?", near, far])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_imported_models_open_by_name(small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERT_SEARCH_MODELS", str(tmp_path))
    shutil.copytree(small_model, tmp_path / "mine")
    (tmp_path / "no model").mkdir()
    assert set(known_models()) == {DEFAULT_MODEL, "mine"}
    assert Model.open("mine").folder == tmp_path / "mine"


@pytest.mark.parametrize(
    ("setting", "value"), [("pooling", "cls"), ("max_seq_length", 16), ("lower_case", False), ("files", {})]
)
def test_what_changes_a_vector_changes_the_fingerprint(copy: Path, setting: str, value: object) -> None:
    before = Model.open(copy).settings.fingerprint
    edit(copy / "config.json", **{setting: value})
    assert Model.open(copy).settings.fingerprint != before


def test_where_it_lies_and_what_it_is_called_do_not(copy: Path, small_model: Path) -> None:
    edit(copy / "config.json", name="other", source="elsewhere")
    assert Model.open(copy).settings.fingerprint == Model.open(small_model).settings.fingerprint


def test_building_twice_gives_the_same_model(checkpoint: Path, small_model: Path, tmp_path: Path) -> None:
    assert build_model(checkpoint, tmp_path / "again").fingerprint == Model.open(small_model).settings.fingerprint


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no config": (lambda f: (f / "config.json").unlink(), "config.json cannot be read"),
    "cut config": (lambda f: (f / "config.json").write_text('{"format": 1'), "is not JSON"),
    "list as config": (lambda f: (f / "config.json").write_text("[]"), "does not hold a JSON object"),
    "newer format": (lambda f: edit(f / "config.json", format=99), "format 1"),
    "no name": (lambda f: edit(f / "config.json", name=...), "name"),
    "unknown pooling": (lambda f: edit(f / "config.json", pooling="max"), "pooled, mean, cls"),
    "too long": (lambda f: edit(f / "config.json", max_seq_length=65), "from 3 to 64"),
    "no sizes": (lambda f: edit(f / "config.json", architecture={"hidden_size": 48}), "it lacks vocab_size"),
    "no graph": (lambda f: (f / "model.onnx").unlink(), "lacks model.onnx"),
    "flipped bit in the graph": (lambda f: flip(f / "model.onnx"), "model.onnx is damaged"),
    "flipped bit in the vocabulary": (lambda f: flip(f / "spiece.model"), "spiece.model is damaged"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_folder_gets_one_sentence(copy: Path, kind: str) -> None:
    damage, complaint = DAMAGE[kind]
    damage(copy)
    with pytest.raises(ModelError, match=complaint) as caught:
        Encoder.load(copy)
    assert "\n" not in str(caught.value)
    assert "copy" in str(caught.value)


def test_a_graph_that_is_none_is_refused(copy: Path) -> None:
    with pytest.raises(ModelError, match="cannot run"):
        Encoder.load(with_graph(copy, b"not a graph"))


@pytest.mark.parametrize("config", ["[" * 100_000, '{"a":' * 100_000], ids=["lists", "objects"])
def test_a_config_that_is_nested_too_deeply_is_damaged(copy: Path, config: str) -> None:
    (copy / "config.json").write_text(config)
    with pytest.raises(ModelError, match="is not JSON"):
        Encoder.load(copy)


def with_graph(folder: Path, graph: bytes) -> Path:
    """Put another graph into a model folder, and its digest into the settings."""
    (folder / "model.onnx").write_bytes(graph)
    files = json.loads((folder / "config.json").read_text())["files"]
    edit(folder / "config.json", files={**files, "model.onnx": hashlib.sha256(graph).hexdigest()})
    return folder


def test_a_graph_of_which_onnx_runtime_speaks_in_no_text_is_refused(copy: Path, capfd: Any) -> None:
    graph = (copy / "model.onnx").read_bytes().replace(b"input_word_ids", b"input\xff\xfe\xfdord_ids")
    with pytest.raises(ModelError, match="cannot run") as caught:
        Encoder.load(with_graph(copy, graph)).encode(["a text"])
    str(caught.value).encode()
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("number", [0.0, math.nan, math.inf])
def test_vectors_without_a_direction_are_no_vectors(copy: Path, number: float) -> None:
    graph = onnx.load(copy / "model.onnx")
    for tensor in graph.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32:
            tensor.CopyFrom(onnx.numpy_helper.from_array(np.full_like(values, number), tensor.name))
    encoder = Encoder.load(with_graph(copy, graph.SerializeToString()))
    with pytest.raises(ModelError, match="no direction"), np.errstate(all="ignore"):
        encoder.encode(["a text"])


def test_an_unknown_model_names_the_known_ones() -> None:
    with pytest.raises(ModelError, match=f"no model 'nosuch'.*{DEFAULT_MODEL}"):
        Model.open("nosuch")


@pytest.fixture
def broken(checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkpoint, tmp_path / "broken"))


def change_tensors(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors")


POOLER = "pooler.weight"
DAMAGED_CHECKPOINTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no weights": (lambda f: (f / "model.safetensors").unlink(), "no model.safetensors"),
    "cut weights": (lambda f: (f / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{"), "is damaged"),
    "no vocabulary": (lambda f: (f / "spiece.model").unlink(), "no readable spiece.model"),
    "tensor lacking": (lambda f: change_tensors(f, lambda t: t.pop(POOLER)), f"lacks the tensor albert.{POOLER}"),
    "tensor of another shape": (
        lambda f: change_tensors(f, lambda t: t.update({POOLER: t[POOLER][1:]})),
        r"shape \(47, 48\)",
    ),
    "not a number": (
        lambda f: change_tensors(f, lambda t: t.update({POOLER: np.full_like(t[POOLER], np.nan)})),
        "no numbers",
    ),
    "fewer rows than pieces": (
        lambda f: (
            change_tensors(f, lambda t: t.update({k: v[:60] for k, v in t.items() if "word_emb" in k})),
            edit(f / "config.json", vocab_size=60),
        ),
        "more pieces than its weights have rows",
    ),
    "heads that do not divide": (lambda f: edit(f / "config.json", num_attention_heads=5), "heads do not divide"),
    "a size that is no number": (lambda f: edit(f / "config.json", hidden_size="48"), "whole number"),
    "another activation": (lambda f: edit(f / "config.json", hidden_act="swish"), "'swish' is not supported"),
    "not an ALBERT": (lambda f: edit(f / "config.json", embedding_size=...), "it lacks embedding_size"),
}


@pytest.mark.parametrize("kind", DAMAGED_CHECKPOINTS)
def test_a_damaged_checkpoint_gets_one_sentence_and_leaves_nothing(broken: Path, tmp_path: Path, kind: str) -> None:
    damage, complaint = DAMAGED_CHECKPOINTS[kind]
    damage(broken)
    with pytest.raises(ModelError, match=complaint) as caught:
        build_model(broken, tmp_path / "model")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("kind", [np.float16, ml_dtypes.bfloat16, np.float32])
@pytest.mark.parametrize("prefix", ["", "albert."])
def test_checkpoints_are_read_with_and_without_prefix(broken: Path, kind: type, prefix: str) -> None:
    tensors = {prefix + name: tensor.astype(kind) for name, tensor in load_file(broken / "model.safetensors").items()}
    tensors["predictions.bias"] = np.zeros(3, kind)
    save_file(tensors, broken / "model.safetensors")

    architecture, weights = read_checkpoint(broken)

    assert architecture == SIZES
    assert weights.keys() == SIZES.shapes().keys()
    expected = random_weights(SIZES.shapes())
    assert all(np.allclose(weights[name], expected[name], atol=0 if kind is np.float32 else 2e-2) for name in expected)
