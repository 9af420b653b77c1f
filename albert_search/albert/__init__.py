"""ALBERT: its tokenizer, its compact graph, the folder that holds both, and the encoder that runs them.

In reading order:

- ``tokenizer``, ``pooling``, ``architecture``: texts to tokens, outputs to a vector, the sizes and tensors.
- ``checkpoint``: float weights as a Hugging Face folder.
- ``shelf``, ``model``: the folders of models, and one of them.
- ``runtime``, ``encoder``: ONNX Runtime, and a model that it runs: texts in, vectors out.
- ``compact``: the compact graph, built from a checkpoint.
- ``float_weights``, ``network``: a model's float weights, and the trainable Keras layer.
- ``published``: import, verification and export of published ALBERTs.
- ``opening``: the model that a person names, imported where it must be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from albert_search.albert.encoder import Encoder, TokenVectors
from albert_search.albert.model import Model, ModelSettings
from albert_search.albert.pooling import Pooling
from albert_search.albert.shelf import known_models
from albert_search.albert.tokenizer import Tokenizer, Tokens

if TYPE_CHECKING:
    from albert_search.albert.network import AlbertNetwork

__all__ = [
    "AlbertNetwork",
    "Encoder",
    "Model",
    "ModelSettings",
    "Pooling",
    "TokenVectors",
    "Tokenizer",
    "Tokens",
    "known_models",
]


def __getattr__(name: str) -> Any:
    """Load the trainable network when it is first asked for: it imports Keras, which a search must not (PEP 562)."""
    if name != "AlbertNetwork":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from albert_search.albert.published.quiet_tensorflow import loading_tensorflow

    with loading_tensorflow():
        from albert_search.albert.network import AlbertNetwork

    return AlbertNetwork
