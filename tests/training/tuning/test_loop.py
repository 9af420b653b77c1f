"""A model is tuned: it gets better at what was held out, a killed tuning ends up the same, and the result searches."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from albert_search.albert import Encoder, Model
from albert_search.albert.architecture import Architecture
from albert_search.albert.checkpoint import read_checkpoint, write_checkpoint
from albert_search.albert.compact.building import build_model
from albert_search.albert.published import hugging_face
from albert_search.errors import ModelError, UsageError
from albert_search.training.trainer import Trainer
from albert_search.training.tuning.examples import Examples, examples_of_pairs, examples_of_texts
from albert_search.training.tuning.loop import Tuning, TuningProgress, TuningSettings
from albert_search.training.tuning.tuned_model import tune_model
from tests.support.small_model import train_vocabulary

THINGS = "cat dog mat page people pages resume cafe number paris may cat, dog, mat, 10 20 30 40 50 60 70".split()
SETTINGS = TuningSettings(epochs=4, batch_pairs=32, rate=1e-2)
SIZES = Architecture(
    vocab_size=120, embedding_size=16, hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
    intermediate_size=64, max_position_embeddings=64,
)  # fmt: skip


def random_weights() -> dict[str, np.ndarray]:
    """Weights of the size that a network can be trained from."""
    chance = np.random.default_rng(0)
    weights = {}
    for name, shape in SIZES.shapes().items():
        gain = "norm" in name.lower() and name.endswith("weight")
        weights[name] = chance.normal(float(gain), 0.05 if len(shape) == 1 else shape[-1] ** -0.5, shape)
    return {name: tensor.astype(np.float32) for name, tensor in weights.items()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of models, with one in it that keeps no float weights."""
    folder = tmp_path_factory.mktemp("home")
    checkpoint = tmp_path_factory.mktemp("checkpoints")
    vocabulary = train_vocabulary()
    write_checkpoint(checkpoint, SIZES, random_weights(), vocabulary=vocabulary, extra={"max_seq_length": 32})
    build_model(checkpoint, folder / "small", licence="none")
    return folder


@pytest.fixture(autouse=True)
def _own_models(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERT_SEARCH_MODELS", str(home))
    monkeypatch.setattr(hugging_face, "find_spec", lambda package: None)  # our own network proves it, and is quick


@pytest.fixture(scope="module")
def examples() -> Examples:
    """Pairs whose texts share two odd words, amid words that say nothing."""
    chance = random.Random(5)
    pairs = []
    for _ in range(160):
        said = chance.sample(THINGS, 2)
        first, second = ([*said, *chance.choices(["the", "a", "in", "on"], k=3)] for _ in range(2))
        chance.shuffle(second)
        pairs.append((" ".join(first), " ".join(second)))
    return examples_of_pairs(list(dict.fromkeys(pairs)), seed=1)


@pytest.fixture(scope="module")
def finished(home: Path, examples: Examples, tmp_path_factory: pytest.TempPathFactory) -> Tuning:
    done = Tuning(Model.open(home / "small"), examples, SETTINGS, tmp_path_factory.mktemp("tuning") / "whole")
    done.run()
    return done


def mrr_of(done: Tuning) -> list[float]:
    return [one["mrr"] for one in json.loads((done.best.parent / "history.json").read_text())]


def test_what_was_held_out_finds_its_partner_better(finished: Tuning) -> None:
    mrr = mrr_of(finished)
    assert finished.helped
    assert max(mrr) > mrr[0] + 0.1


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize(("at_step", "save_interval_s"), [(1, 0), (11, 0), (13, 60)])
def test_a_killed_tuning_ends_with_the_same_weights(
    at_step: int, save_interval_s: float, finished: Tuning, home: Path, examples: Examples, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip

    model = Model.open(home / "small")
    with monkeypatch.context() as patch:
        learn, steps = Trainer.learn, iter(range(at_step))

        def dying(*arguments: object, **more: object) -> None:
            if next(steps, None) is None:
                raise Killed
            learn(*arguments, **more)  # type: ignore[arg-type]

        patch.setattr(Trainer, "learn", dying)
        with pytest.raises(Killed):
            Tuning(model, examples, SETTINGS, tmp_path, save_interval_s=save_interval_s).run()
    again = Tuning(model, examples, SETTINGS, tmp_path)
    again.run()
    assert mrr_of(again) == mrr_of(finished)
    expected, weights = (read_checkpoint(one.best)[1] for one in (finished, again))
    for name, tensor in expected.items():
        np.testing.assert_array_equal(weights[name], tensor, err_msg=name)


def test_it_ends_early_where_nothing_gets_better(home: Path, examples: Examples, tmp_path: Path) -> None:
    seen: list[TuningProgress] = []
    ruin = TuningSettings(epochs=10, batch_pairs=32, rate=3.0)
    done = Tuning(Model.open(home / "small"), examples, ruin, tmp_path, patience=2)
    done.run(seen.append)
    assert not done.helped
    assert seen[-1].pairs < seen[-1].total_pairs / 2
    assert len([one for one in seen if one.figures]) == 3


def test_a_tuned_model_is_a_model_like_any_other(home: Path, examples: Examples) -> None:
    tuned = tune_model("small", examples, SETTINGS)
    config = json.loads((tuned.folder / "config.json").read_text())
    assert tuned.folder == home / "small-tuned"
    assert tuned.after.mrr > tuned.before.mrr
    assert (config["source"], config["licence"]) == ("small, tuned", "none")
    assert config["tuning"]["after"]["mrr"] == tuned.after.mrr
    assert config["max_seq_length"] == Encoder.load("small").max_seq_length
    assert not list(home.glob(".tuning*"))
    small, better = (Encoder.load(name).encode(["the cat"]) for name in ("small", "small-tuned"))
    assert not np.allclose(small, better, atol=1e-3)
    with pytest.raises(UsageError, match="already"):
        tune_model("small", examples, SETTINGS)


def test_plain_text_needs_no_pairs(home: Path) -> None:
    chance = random.Random(2)
    texts = list(dict.fromkeys(" ".join(chance.choices([*THINGS, "the", "in"], k=7)) for _ in range(60)))
    settings = TuningSettings(batch_pairs=12, rate=1e-3)
    tuned = tune_model("small", examples_of_texts(texts, seed=1), settings, name="plain")
    assert tuned.learned_pairs == len(texts) - 2 * tuned.reported_pairs


def test_another_tuning_does_not_take_over_what_is_unfinished(
    home: Path, examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruin = TuningSettings(epochs=2, batch_pairs=32, rate=3.0)
    with pytest.raises(ModelError, match="no better"):
        tune_model("small", examples, ruin, name="worse")
    assert not (home / "worse").exists()
    with pytest.raises(UsageError, match="unfinished tuning"):
        tune_model("small", examples, SETTINGS, name="worse")
