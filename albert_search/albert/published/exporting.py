"""Writes an imported model in a form that other programs read."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal, TypeAlias

from albert_search.albert.published.quiet_tensorflow import loading_tensorflow
from albert_search.albert.shelf import CHECKPOINT, CONFIG, GRAPH, VOCABULARY, imported_folder
from albert_search.errors import UsageError

Format: TypeAlias = Literal["saved_model", "onnx", "safetensors"]


def export_model(name: str, form: Format, folder: Path) -> None:
    """Write an imported model into a folder.

    Args:
        name: The model.
        form: ``saved_model``, called and answering as the published ``/3`` modules of TensorFlow Hub, and loaded with
            ``hub.load``; ``onnx``, the compact graph with the vocabulary; ``safetensors``, a Hugging Face folder.
        folder: Where to write; it must not be there yet.

    Raises:
        ModelError: No model of that name was imported.
        UsageError: The folder is there already.
    """
    source = imported_folder(name)
    if folder.exists():
        raise UsageError(f"{folder} is there already: remove it, or choose another folder")
    if form == "safetensors":
        shutil.copytree(source / CHECKPOINT, folder)
    elif form == "onnx":
        folder.mkdir(parents=True)
        for file in (GRAPH, VOCABULARY, CONFIG):
            shutil.copyfile(source / file, folder / file)
    else:
        _write_saved_model(source / CHECKPOINT, folder)


def _write_saved_model(checkpoint: Path, folder: Path) -> None:
    with loading_tensorflow():
        from keras import backend

    from albert_search.albert.network import AlbertNetwork
    from albert_search.albert.published.hub import write_module

    if backend.backend() != "tensorflow":
        raise UsageError("a SavedModel is written by TensorFlow: set KERAS_BACKEND=tensorflow")
    write_module(folder, AlbertNetwork.load(checkpoint), checkpoint / VOCABULARY, checkpoint / CONFIG)
