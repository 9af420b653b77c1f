"""ALBERT: its tokenizer, its compact graph, the folder that holds both, and the encoder that runs them."""

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
