"""Networks of a few weights."""

from __future__ import annotations

import numpy as np

from albert_search.albert.architecture import Architecture


def architecture(groups: int, activation: str = "gelu_new") -> Architecture:
    return Architecture(
        vocab_size=12, embedding_size=6, hidden_size=16, num_hidden_layers=3, num_hidden_groups=groups,
        num_attention_heads=4, intermediate_size=20, max_position_embeddings=8, hidden_act=activation,
    )  # fmt: skip


def random_weights(sizes: Architecture) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(5)
    return {name: chance.normal(0, 0.4, shape).astype(np.float32) for name, shape in sizes.shapes().items()}
