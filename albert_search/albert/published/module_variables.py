"""From the variables of a TensorFlow module to the tensors of a float checkpoint.

Source of the names: github.com/tensorflow/models, ``official/nlp/modeling/networks/albert_encoder.py`` (the ``/1`` to
``/3`` modules) and github.com/google-research/albert, ``modeling.py`` (the TF1 modules).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from albert_search.albert.architecture import EMBEDDINGS, ENCODER, Architecture
from albert_search.albert.checkpoint import fit
from albert_search.errors import ModelError

HEAD_WIDTHS = (64, 128, 32, 16, 8)
"""Of one head, tried where a module does not say how many it has; the published ones have 64 or 128."""

MAPPING = f"{ENCODER}.embedding_hidden_mapping_in"
_LAYER = f"{ENCODER}.albert_layer_groups.0.albert_layers"
_TF2 = r"(?:^|/)transformer/"
_TF1 = r"(?:^|/)group_0/inner_group_(?P<inner>\d+)/"
_NAMES = {
    r"(?:^|/)word_embeddings(?:/embeddings)?$": f"{EMBEDDINGS}.word_embeddings.weight",
    r"(?:^|/)position_embeddings?(?:/embeddings)?$": f"{EMBEDDINGS}.position_embeddings.weight",
    r"(?:^|/)(?:token_)?type_embeddings(?:/embeddings)?$": f"{EMBEDDINGS}.token_type_embeddings.weight",
    r"(?:^|/)embeddings/(?:layer_norm|LayerNorm)/(?P<end>gamma|beta)$": f"{EMBEDDINGS}.LayerNorm",
    r"(?:^|/)embedding_(?:projection|hidden_mapping_in)/(?P<end>kernel|bias)$": MAPPING,
    r"(?:^|/)(?:pooler_transform|pooler/dense)/(?P<end>kernel|bias)$": "albert.pooler",
    _TF2 + r"self_attention/(?P<part>query|key|value)/(?P<end>kernel|bias)$": "attention",
    _TF2 + r"self_attention(?:/attention|)_output/(?P<end>kernel|bias)$": "attention.dense",
    _TF2 + r"self_attention_layer_norm/(?P<end>gamma|beta)$": "attention.LayerNorm",
    _TF2 + r"intermediate/(?P<end>kernel|bias)$": "ffn",
    _TF2 + r"output/(?P<end>kernel|bias)$": "ffn_output",
    _TF2 + r"output_layer_norm/(?P<end>gamma|beta)$": "full_layer_layer_norm",
    _TF1 + r"attention_1/self/(?P<part>query|key|value)/(?P<end>kernel|bias)$": "attention",
    _TF1 + r"attention_1/output/dense/(?P<end>kernel|bias)$": "attention.dense",
    _TF1 + r"LayerNorm/(?P<end>gamma|beta)$": "attention.LayerNorm",
    _TF1 + r"ffn_1/intermediate/dense/(?P<end>kernel|bias)$": "ffn",
    _TF1 + r"ffn_1/intermediate/output/dense/(?P<end>kernel|bias)$": "ffn_output",
    _TF1 + r"LayerNorm_1/(?P<end>gamma|beta)$": "full_layer_layer_norm",
}
Published: TypeAlias = dict[str, npt.NDArray[Any]]
"""Variables under their names in a checkpoint, but with the axes that they have in the module."""

_ENDS = {"kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias"}


def tensor_name(variable: str) -> str | None:
    """Return what a variable is called in a float checkpoint; None for one that a checkpoint does not hold.

    >>> tensor_name("transformer/self_attention/query/kernel")
    'albert.encoder.albert_layer_groups.0.albert_layers.0.attention.query.weight'
    """
    if variable.startswith("albert."):
        return variable
    for pattern, name in _NAMES.items():
        if match := re.search(pattern, variable):
            parts = match.groupdict()
            if not name.startswith("albert."):
                name = f"{_LAYER}.{parts.get('inner', 0)}.{name}"
            named = (name, parts.get("part"), _ENDS.get(parts.get("end", "")))
            return ".".join(part for part in named if part)
    return None


def named_tensors(variables: Mapping[str, npt.NDArray[Any]]) -> Published:
    """Return the variables that an ALBERT has, by their names in a checkpoint and laid out as they were."""
    return {name: array for variable, array in variables.items() if (name := tensor_name(variable))}


def as_checkpoint(published: Published, architecture: Architecture) -> dict[str, npt.NDArray[np.float32]]:
    """Return the tensors as a checkpoint holds them.

    Raises:
        ModelError: They are not those of an ALBERT of these sizes.
    """
    shapes = architecture.shapes()
    laid_out = {name: _laid_out(name, published[name], shape) for name, shape in shapes.items() if name in published}
    return fit(architecture, laid_out)


def possible_architectures(published: Published) -> list[Architecture]:
    """Return the architectures that the tensors fit, the most likely first.

    They differ in the number of heads, where the shapes do not tell it. The number of layers, which share their
    weights, and the activation are left open (1 and ``gelu_new``).

    Raises:
        ModelError: These are not the tensors of an ALBERT.
    """
    try:
        architectures = _architectures(published)
    except (KeyError, ValueError) as error:
        raise ModelError("this is not an ALBERT: its variables are others") from error
    if not architectures:
        raise ModelError("this is not an ALBERT: its width is no multiple of the width of a head")
    return architectures


def _architectures(named: Published) -> list[Architecture]:
    first = f"{_LAYER}.0"
    vocab_size, embedding_size = named[f"{EMBEDDINGS}.word_embeddings.weight"].shape
    (hidden_size,) = named[f"{EMBEDDINGS.replace('embeddings', 'pooler')}.bias"].shape
    query = named[f"{first}.attention.query.bias"]
    widths = [hidden_size // query.shape[0]] if query.ndim == 2 else HEAD_WIDTHS
    inner = [int(name.removeprefix(f"{_LAYER}.").split(".")[0]) for name in named if name.startswith(f"{_LAYER}.")]
    return [
        Architecture(
            vocab_size=vocab_size,
            embedding_size=embedding_size,
            hidden_size=hidden_size,
            num_hidden_layers=1,
            num_attention_heads=hidden_size // width,
            intermediate_size=named[f"{first}.ffn.bias"].shape[0],
            inner_group_num=1 + max(inner),
            max_position_embeddings=named[f"{EMBEDDINGS}.position_embeddings.weight"].shape[0],
            type_vocab_size=named[f"{EMBEDDINGS}.token_type_embeddings.weight"].shape[0],
        )
        for width in widths
        if hidden_size % width == 0
    ]


def _laid_out(name: str, array: npt.NDArray[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return a variable as a checkpoint holds it: heads side by side, matrices (outputs, inputs)."""
    flipped = array.ndim > 1 and not name.startswith(EMBEDDINGS) and not name.endswith(".bias")
    as_published = shape[::-1] if flipped else shape
    if array.size != math.prod(shape) or (array.ndim == len(shape) and array.shape != as_published):
        raise ModelError(f"this is not an ALBERT: the variable behind {name} has the shape {array.shape}")
    laid_out = array.reshape(as_published)
    return laid_out.T if flipped else laid_out
