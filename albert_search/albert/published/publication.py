"""Reads a published ALBERT, whatever its form: a TensorFlow Hub module or a Hugging Face folder.

TensorFlow is imported for what needs it only: a Hugging Face folder does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from albert_search.albert.architecture import Architecture
from albert_search.albert.checkpoint import Weights, read_config
from albert_search.albert.pooling import Pooling
from albert_search.albert.published.archives import unpack
from albert_search.albert.published.handles import check_reachable
from albert_search.albert.published.hugging_face import HuggingFaceFolder
from albert_search.albert.published.module_variables import as_checkpoint, named_tensors, possible_architectures
from albert_search.albert.published.original import Inputs, Original
from albert_search.albert.published.sources import CHECKPOINT_FILES, SAVED_MODEL, is_handle
from albert_search.albert.shelf import CONFIG
from albert_search.albert.tokenizer import Tokenizer
from albert_search.errors import ModelError

if TYPE_CHECKING:
    from albert_search.albert.published.hub import HubModule

PROBE = "the quick brown fox jumps over the lazy dog"
PADDING = 3
"""The probe is followed by this many pad tokens, so that the mask is looked at too."""


@dataclass(frozen=True, slots=True)
class Published:
    """A published ALBERT that has been read.

    Attributes:
        architecture: Its sizes.
        weights: Its tensors.
        vocabulary: Its SentencePiece model.
        lower_case: Whether text is lower-cased.
        pooling: How its outputs become a vector, as its publisher means it.
        max_seq_length: Longest text that its publisher means it for, in tokens; None where that is left open.
        original: What it can be compared with.
    """

    architecture: Architecture
    weights: Weights
    vocabulary: bytes
    lower_case: bool
    pooling: Pooling
    max_seq_length: int | None
    original: Original


def locate(source: str, workplace: Path) -> Path:
    """Return the folder that holds a published model.

    Args:
        source: A folder, an archive of one, or a handle that tensorflow_hub resolves.
        workplace: An empty folder that an archive may be unpacked into.

    Raises:
        ModelError: There is nothing there, the archive is damaged, or the handle cannot be reached.
    """
    if is_handle(source):
        check_reachable(source)
        from albert_search.albert.published.hub import fetch

        return fetch(source)
    path = Path(source).expanduser()
    if path.is_file():
        unpack(path, workplace)
        path = workplace
    if not path.is_dir():
        raise ModelError(f"{source} does not exist: give a folder, an archive, or an address that begins with https://")
    marks = (SAVED_MODEL, *CHECKPOINT_FILES)
    folders = [
        folder for folder in (path, *sorted(path.glob("*/"))) if any((folder / mark).is_file() for mark in marks)
    ]
    if not folders:
        raise ModelError(
            f"{source} is not an ALBERT: it holds neither a TensorFlow module ({SAVED_MODEL}) "
            "nor a Hugging Face model (config.json with model.safetensors)"
        )
    return folders[0]


def read_published(folder: Path) -> Published:
    """Read a published model.

    Raises:
        ModelError: It is not an ALBERT, or is damaged.
    """
    return _read_module(folder) if (folder / SAVED_MODEL).is_file() else _read_checkpoint(folder)


def _read_module(folder: Path) -> Published:
    from albert_search.albert.published.hub import HubModule, HubOriginal
    from albert_search.albert.published.structure import find_structure

    module = HubModule(folder)
    tensors, vocabulary = named_tensors(module.variables), module.vocabulary()
    if (folder / "assets" / CONFIG).is_file():
        return _read_exported(module, tensors, vocabulary, read_config(folder / "assets"))
    lower_case, candidates = module.lower_case(), possible_architectures(tensors)
    weights = as_checkpoint(tensors, candidates[0])
    original = HubOriginal(module, weights)
    probe = _probe(Tokenizer(vocabulary, lower_case=lower_case), candidates[0])
    architecture = find_structure(candidates, weights, probe, original.run(probe).sequence)
    return Published(architecture, weights, vocabulary, lower_case, Pooling.POOLED, None, original)


def _read_exported(
    module: HubModule, tensors: dict[str, Any], vocabulary: bytes, config: Mapping[str, Any]
) -> Published:
    """Read a module that `model export` wrote: its ``config.json`` says what the published ones leave open."""
    from albert_search.albert.published.hub import HubOriginal

    architecture = Architecture.from_json(config)
    weights = as_checkpoint(tensors, architecture)
    return Published(
        architecture=architecture,
        weights=weights,
        vocabulary=vocabulary,
        lower_case=bool(config.get("do_lower_case", True)),
        pooling=Pooling.parse(config.get("pooling", Pooling.POOLED.value)),
        max_seq_length=config.get("max_seq_length"),
        original=HubOriginal(module, weights),
    )


def _read_checkpoint(folder: Path) -> Published:
    checkpoint = HuggingFaceFolder(folder)
    architecture = Architecture.from_json(read_config(checkpoint.transformer))
    weights = checkpoint.weights(architecture)
    return Published(
        architecture=architecture,
        weights=weights,
        vocabulary=checkpoint.vocabulary(),
        lower_case=checkpoint.lower_case(),
        pooling=checkpoint.pooling(),
        max_seq_length=checkpoint.max_seq_length(),
        original=checkpoint.original(architecture, weights),
    )


def _probe(tokenizer: Tokenizer, architecture: Architecture) -> Inputs:
    if tokenizer.vocab_size > architecture.vocab_size:
        raise ModelError(
            f"the vocabulary has {tokenizer.vocab_size} pieces, but the weights only {architecture.vocab_size}: "
            "they do not belong together"
        )
    longest = architecture.max_position_embeddings - PADDING
    pair = tokenizer.encode([PROBE], [PROBE], max_tokens=longest)
    return tokenizer.pad(pair, width=len(pair[0].ids) + PADDING)
