"""ALBERT: its tokenizer, its compact graph, the folder that holds both, and the encoder that runs them."""

from __future__ import annotations

from albert_search.albert.encoder import Encoder, TokenVectors
from albert_search.albert.model import Model, ModelSettings, known_models
from albert_search.albert.pooling import Pooling
from albert_search.albert.tokenizer import Tokenizer, Tokens

__all__ = ["Encoder", "Model", "ModelSettings", "Pooling", "TokenVectors", "Tokenizer", "Tokens", "known_models"]
