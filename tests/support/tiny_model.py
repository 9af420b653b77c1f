"""Builds a small ALBERT with random weights, for tests that need many vectors and no meaning."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from albert_search.albert.architecture import Architecture
from albert_search.albert.checkpoint import write_checkpoint
from albert_search.albert.compact.building import build_model
from albert_search.albert.shelf import DEFAULT_MODEL, SHIPPED_MODELS, VOCABULARY

SIZES = Architecture(
    vocab_size=30_000,
    embedding_size=8,
    hidden_size=32,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=64,
)


def build_tiny_model(folder: Path, *, seed: int = 0) -> Path:
    """Make a model folder of width 32; another seed makes another model."""
    random = np.random.default_rng(seed)
    weights = {
        name: random.normal(scale=0.5, size=shape).astype(np.float32)
        + (1 if "norm" in name.lower() and "weight" in name else 0)
        for name, shape in SIZES.shapes().items()
    }
    checkpoint = folder.with_name(f"{folder.name}-checkpoint")
    vocabulary = (SHIPPED_MODELS / DEFAULT_MODEL / VOCABULARY).read_bytes()
    write_checkpoint(checkpoint, SIZES, weights, vocabulary=vocabulary)
    build_model(checkpoint, folder, precision="float32")
    return folder
