"""The float weights of a model: those it keeps, or else those that its compact graph holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from albert_search.albert.architecture import Architecture
from albert_search.albert.checkpoint import Weights, fit, read_checkpoint, write_checkpoint
from albert_search.albert.model import Model
from albert_search.albert.shelf import CHECKPOINT, GRAPH

Constants: TypeAlias = Mapping[str, npt.NDArray[Any]]

FACTORS = (".scales", ".smoothing")
"""Endings of the names of what a matrix of integers is multiplied with."""


def float_weights(model: str | Path) -> tuple[Architecture, Weights]:
    """Return the sizes and the float weights of a model.

    An imported model keeps its weights as they were published, and the one that ships, in a clone, as float16. A model
    without them, as the one that ships has come in a wheel, has what its graph holds: with int8 that is the integers
    times their scales, a cosine of about 0.998 to the weights before.

    Args:
        model: Name or folder of a model, or the folder of a float checkpoint.

    Raises:
        ModelError: There is no such model, or it is damaged.
    """
    if (Path(model) / "model.safetensors").is_file():
        return read_checkpoint(Path(model))
    opened = Model.open(model)
    if (opened.folder / CHECKPOINT).is_dir():
        return read_checkpoint(opened.folder / CHECKPOINT)
    architecture = opened.settings.architecture
    return architecture, fit(architecture, _unpacked(_constants(opened), architecture))


def write_like(model: Model, architecture: Architecture, weights: Weights, folder: Path) -> None:
    """Write weights that began as a model's as a Hugging Face folder, with its vocabulary and settings."""
    settings = model.settings
    write_checkpoint(
        folder,
        architecture,
        weights,
        vocabulary=model.vocabulary.read_bytes(),
        extra={
            "pooling": settings.pooling.value,
            "max_seq_length": settings.max_seq_length,
            "do_lower_case": settings.lower_case,
        },
    )


def _constants(model: Model) -> Constants:
    import onnx
    from onnx import numpy_helper

    graph = onnx.load_from_string(model.read(GRAPH)).graph
    return {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}


def _unpacked(constants: Constants, architecture: Architecture) -> dict[str, npt.NDArray[np.float32]]:
    """Return the tensors of a checkpoint from the constants of a graph, where some stand side by side."""
    tensors = {name: _in_float(constants, name) for name in constants if not name.endswith(FACTORS)}
    for joined in [name for name in tensors if "+" in name]:
        names = joined.split("+")
        tensors |= dict(zip(names, np.split(tensors[joined], len(names), axis=1), strict=True))
        biases = np.split(tensors[f"{names[0].rpartition('.')[0]}.bias"], len(names))
        tensors |= {f"{name}.bias": bias for name, bias in zip(names, biases, strict=True)}
    for name in architecture.shapes().keys() - tensors.keys():  # a checkpoint holds matrices the other way round
        tensors[name] = tensors[name.removesuffix(".weight")].T
    return tensors


def _in_float(constants: Constants, name: str) -> npt.NDArray[np.float32]:
    """Return a constant, of which an int8 graph holds integers and what they are to be multiplied with."""
    scales, smoothing = (constants.get(f"{name}{factor}") for factor in FACTORS)
    value = constants[name].astype(np.float32)
    if scales is not None:
        value *= scales
    if smoothing is not None:
        value *= smoothing[:, None]
    return value
