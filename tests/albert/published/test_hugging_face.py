"""``pytorch_model.bin`` is read without running the code that a pickle may hold, or refused in one sentence."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from albert_search.albert.architecture import Architecture
from albert_search.albert.checkpoint import read_checkpoint, read_config
from albert_search.albert.published.hugging_face import HuggingFaceFolder
from albert_search.errors import MissingExtra, ModelError

torch = pytest.importorskip("torch", reason="PyTorch's older format needs PyTorch")


@pytest.fixture
def pickled(checkpoint: Path, tmp_path: Path) -> Path:
    """The small checkpoint in PyTorch's older format."""
    weights = {name: torch.from_numpy(tensor) for name, tensor in read_checkpoint(checkpoint)[1].items()}
    buffer = {"albert.embeddings.position_ids": torch.arange(64)[None]}  # early versions saved this too
    folder = tmp_path / "pickled"
    shutil.copytree(checkpoint, folder)
    (folder / "model.safetensors").unlink()
    torch.save(weights | buffer, folder / "pytorch_model.bin")
    return folder


def read(folder: Path) -> dict[str, np.ndarray]:
    return dict(HuggingFaceFolder(folder).weights(Architecture.from_json(read_config(folder))))


def test_its_weights_are_those_of_the_newer_format(pickled: Path, checkpoint: Path) -> None:
    found, expected = read(pickled), read_checkpoint(checkpoint)[1]
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        np.testing.assert_array_equal(found[name], tensor, err_msg=name)


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_code_in_it_is_not_run(pickled: Path, tmp_path: Path) -> None:
    torch.save({"albert.pooler.bias": Trap(tmp_path / "sprung")}, pickled / "pytorch_model.bin")
    with pytest.raises(ModelError, match="holds more than tensors"):
        read(pickled)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("length", [0, 100, 5000])
def test_a_file_that_is_cut_off_is_called_damaged(pickled: Path, length: int) -> None:
    file = pickled / "pytorch_model.bin"
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(ModelError, match="damaged"):
        read(pickled)


def test_without_pytorch_the_way_out_is_named(pickled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        MissingExtra, match=r"needs torch: pip install 'albert-search\[train\]', or .*model\.safetensors"
    ):
        read(pickled)
