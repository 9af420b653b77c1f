"""Makes a model folder out of a float checkpoint.

Needs ``onnx`` and ``safetensors``, which running a model does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from albert_search.albert.architecture import Architecture
from albert_search.albert.checkpoint import read_checkpoint, read_config
from albert_search.albert.compact.calibration import calibration_texts
from albert_search.albert.compact.graph import build_graph
from albert_search.albert.compact.products import Precision
from albert_search.albert.model import ModelSettings
from albert_search.albert.pooling import Pooling
from albert_search.albert.shelf import CONFIG, GRAPH, VOCABULARY
from albert_search.albert.tokenizer import Tokenizer
from albert_search.errors import ModelError

MAX_SEQ_LENGTH = 256


def build_model(
    checkpoint: Path, folder: Path, *, precision: Precision = "int8", source: str = "", licence: str = ""
) -> ModelSettings:
    """Make a model folder out of a float checkpoint.

    Args:
        checkpoint: A Hugging Face ALBERT folder: ``config.json`` (with ``pooling``, ``max_seq_length`` and
            ``do_lower_case`` if they are not ``mean``, 256 and true), ``model.safetensors``, ``spiece.model``.
        folder: Where to write; its name becomes the model's name.
        precision: ``int8`` or ``float32``.
        source: Where the weights came from, in words or as an address.
        licence: Their licence.

    Returns:
        The settings of the new model.

    Raises:
        ModelError: The checkpoint is not that of an ALBERT, or is damaged; nothing is written.
    """
    files = {VOCABULARY: _vocabulary(checkpoint), GRAPH: _graph(checkpoint, precision)}
    config = read_config(checkpoint)
    architecture = Architecture.from_json(config)
    settings = ModelSettings(
        name=folder.resolve().name,
        architecture=architecture,
        precision=precision,
        pooling=Pooling.parse(config.get("pooling", Pooling.MEAN.value)),
        max_seq_length=config.get("max_seq_length", min(MAX_SEQ_LENGTH, architecture.max_position_embeddings)),
        lower_case=_lower_case(config),
        source=source,
        licence=licence,
        files={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    )
    _write(folder, settings, files)
    return settings


def _graph(checkpoint: Path, precision: Precision) -> bytes:
    """Return the compact graph; with int8, calibration texts decide how its matrices are rounded."""
    architecture, weights = read_checkpoint(checkpoint)
    tokenizer = Tokenizer(_vocabulary(checkpoint), lower_case=_lower_case(read_config(checkpoint)))
    if tokenizer.vocab_size > architecture.vocab_size:
        raise ModelError(f"the vocabulary of {checkpoint} has more pieces than its weights have rows")
    if precision == "float32":
        return build_graph(architecture, weights)
    longest = architecture.max_position_embeddings
    return build_graph(
        architecture, weights, calibration_texts(tokenizer, vocab_size=architecture.vocab_size, longest=longest)
    )


def _vocabulary(checkpoint: Path) -> bytes:
    path = checkpoint / VOCABULARY
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{checkpoint} is not a checkpoint of an ALBERT: it has no readable {VOCABULARY}") from error


def _lower_case(config: Mapping[str, Any]) -> bool:
    return bool(config.get("do_lower_case", True))


def _write(folder: Path, settings: ModelSettings, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / CONFIG).write_text(json.dumps(settings.to_json(), indent=2) + "\n", encoding="utf-8")
