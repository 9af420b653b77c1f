"""The training as a whole: it improves the student, writes what it promises, and survives being killed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from albert_search.albert.checkpoint import read_checkpoint
from albert_search.training.distilling.pipeline import Folders, Training
from albert_search.training.distilling.recipe import TINY
from albert_search.training.trainer import Trainer


@pytest.fixture(scope="module")
def finished(folders: Folders, tmp_path_factory: pytest.TempPathFactory) -> Training:
    training = Training(TINY, folders, tmp_path_factory.mktemp("training"))
    training.run()
    return training


def test_the_checkpoint_is_an_albert_that_shares_its_layers(finished: Training) -> None:
    architecture, weights = read_checkpoint(finished.checkpoint)
    assert (architecture.num_hidden_layers, architecture.num_hidden_groups) == (3, 2)
    assert architecture.embedding_size == 8
    assert all(np.isfinite(tensor).all() for tensor in weights.values())


def test_it_ends_with_a_rerank_head(finished: Training) -> None:
    architecture, weights = read_checkpoint(finished.checkpoint)
    assert architecture.token_vector_size == TINY.head.width
    assert weights["albert.rerank_head.weight"].shape == (TINY.head.width, architecture.hidden_size)


def test_training_brings_the_student_nearer_to_its_teachers(finished: Training) -> None:
    entries = [json.loads(line) for line in (finished.output / "log.jsonl").read_text().splitlines()]
    distances = [entry["distance"] for entry in entries if entry.get("event") == "checkpoint"]
    assert distances[-1] < distances[0]


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize(
    "at_step",
    [
        pytest.param(3, id="in the first stage"),
        pytest.param(11, id="in the second stage"),
        pytest.param(18, id="in its second epoch"),
        pytest.param(45, id="in the second run of the last stage"),
    ],
)
def test_a_killed_training_ends_with_the_same_weights(
    at_step: int,
    finished: Training,
    folders: Folders,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    training = Training(TINY, folders, tmp_path, save_interval_s=0)
    with monkeypatch.context() as patch:
        step, steps = Trainer.step, iter(range(at_step))

        def dying_step(*arguments: object) -> dict[str, float]:
            if next(steps, None) is None:
                raise Killed
            return step(*arguments)  # type: ignore[arg-type]

        patch.setattr(Trainer, "step", dying_step)
        with pytest.raises(Killed):
            training.run()
    Training(TINY, folders, tmp_path).run()
    expected, weights = (read_checkpoint(one.checkpoint)[1] for one in (finished, training))
    assert weights.keys() == expected.keys()
    for name, tensor in expected.items():
        np.testing.assert_array_equal(weights[name], tensor, err_msg=name)
