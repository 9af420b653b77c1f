"""Float checkpoints: a Hugging Face folder with ``config.json``, ``model.safetensors`` and ``spiece.model``.

The names of its tensors are the ones used everywhere here, always with the leading ``albert.``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from albert_search.albert.architecture import Architecture
from albert_search.errors import ModelError

Weights: TypeAlias = Mapping[str, npt.NDArray[np.float32]]
"""Tensors by name, complete and of the shapes that ``Architecture.shapes`` gives."""

PREFIX = "albert."


def read_config(folder: Path) -> dict[str, Any]:
    """Return the ``config.json`` of a model or checkpoint folder.

    Raises:
        ModelError: It is missing, or is not a JSON object.
    """
    path = folder / "config.json"
    try:
        config = json.loads(path.read_bytes())
    except OSError as error:
        raise ModelError(f"{folder} is not a model folder: {path.name} cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path} is damaged: it is not JSON ({error})") from error
    if not isinstance(config, dict):
        raise ModelError(f"{path} is damaged: it does not hold a JSON object")
    return config


def read_checkpoint(folder: Path) -> tuple[Architecture, dict[str, npt.NDArray[np.float32]]]:
    """Read the sizes and the tensors of a float checkpoint.

    Args:
        folder: A folder with ``config.json`` and ``model.safetensors`` (float16, bfloat16 or float32, names with or
            without the leading ``albert.``).

    Returns:
        The sizes, and every tensor as float32 by its name with the leading ``albert.``; heads for other tasks
        are left out.

    Raises:
        ModelError: Something is missing, damaged, or does not fit the sizes.
    """
    architecture = Architecture.from_json(read_config(folder))
    tensors = _read_tensors(folder / "model.safetensors")
    return architecture, fit(architecture, tensors)


def fit(architecture: Architecture, tensors: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[np.float32]]:
    """Return exactly the tensors that an ALBERT of these sizes is made of.

    Args:
        architecture: The sizes.
        tensors: By name, with or without the leading ``albert.``; more than needed does no harm.

    Returns:
        The tensors as float32, by their names with the leading ``albert.``.

    Raises:
        ModelError: A tensor is missing, has another shape, or holds something that is not a number.
    """
    named = {name if name.startswith(PREFIX) else PREFIX + name: tensor for name, tensor in tensors.items()}
    weights = {}
    for name, shape in architecture.shapes().items():
        if name not in named:
            raise ModelError(f"the checkpoint is not an ALBERT of these sizes: it lacks the tensor {name}")
        if named[name].shape != shape:
            raise ModelError(f"the tensor {name} has the shape {named[name].shape}, but config.json asks for {shape}")
        weights[name] = np.ascontiguousarray(named[name], dtype=np.float32)
        if not np.isfinite(weights[name]).all():
            raise ModelError(f"the tensor {name} holds infinities or values that are no numbers")
    return weights


def write_checkpoint(
    folder: Path,
    architecture: Architecture,
    weights: Weights,
    *,
    vocabulary: bytes,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Write a float checkpoint that ``read_checkpoint`` and Hugging Face's ``AlbertModel`` read.

    Args:
        folder: Where to write; made if it is not there.
        architecture: The sizes.
        weights: The tensors.
        vocabulary: The SentencePiece model, as bytes.
        extra: More settings for ``config.json``, such as ``pooling`` and ``max_seq_length``.
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    config = {"model_type": "albert", "architectures": ["AlbertModel"], **asdict(architecture), **(extra or {})}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    if "do_lower_case" in config:  # Hugging Face's tokenizer does not look into config.json
        told = {"do_lower_case": config["do_lower_case"]}
        (folder / "tokenizer_config.json").write_text(json.dumps(told) + "\n", encoding="utf-8")
    (folder / "spiece.model").write_bytes(vocabulary)
    tensors = {name.removeprefix(PREFIX): weights[name] for name in architecture.shapes()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def _read_tensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    import ml_dtypes  # noqa: F401 -- teaches numpy what bfloat16 is
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors: dict[str, npt.NDArray[Any]] = load_file(path)
    except FileNotFoundError as error:
        raise ModelError(f"{path.parent} is not a checkpoint: it has no {path.name}") from error
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path} is damaged: {error}") from error
    return tensors
