"""The small random ALBERTs whose outputs Hugging Face's implementation computed; numpy only, for both sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FILE = Path(__file__).with_name("golden.npz")

BASE: dict[str, Any] = {
    "vocab_size": 40,
    "embedding_size": 8,
    "hidden_size": 24,
    "num_hidden_layers": 3,
    "num_hidden_groups": 1,
    "inner_group_num": 1,
    "num_attention_heads": 4,
    "intermediate_size": 40,
    "hidden_act": "gelu_new",
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 16,
    "type_vocab_size": 2,
}
CASES: dict[str, dict[str, Any]] = {
    "one-group": BASE,
    "two-groups": BASE | {"num_hidden_layers": 4, "num_hidden_groups": 2},
    "uneven-groups": BASE | {"num_hidden_layers": 5, "num_hidden_groups": 3},
    "inner-groups": BASE | {"num_hidden_groups": 3, "inner_group_num": 2},
    "exact-gelu": BASE | {"hidden_act": "gelu", "layer_norm_eps": 1e-5},
    "relu": BASE | {"hidden_act": "relu"},
    "embedding-as-wide": BASE | {"embedding_size": 24, "num_attention_heads": 1},
}


def random_weights(shapes: dict[str, tuple[int, ...]], seed: int = 0) -> dict[str, npt.NDArray[np.float32]]:
    """Tensors large enough that every part of the network matters, the same from whichever side they are made."""
    weights = {}
    for number, name in enumerate(sorted(shapes)):
        random = np.random.default_rng([seed, number])
        shape = shapes[name]
        spread = 1.5 / np.sqrt(shape[-1]) if len(shape) == 2 and "embeddings." not in name else 0.5
        middle = 1.0 if name.endswith("Norm.weight") or name.endswith("norm.weight") else 0.0
        weights[name] = random.normal(middle, spread, shape).astype(np.float32)
    return weights


def inputs() -> dict[str, npt.NDArray[np.int32]]:
    """A single text and two pairs, of 10, 7 and 4 tokens, padded to 10."""
    random = np.random.default_rng(1)
    lengths, second = (10, 7, 4), (10, 4, 2)
    places = np.arange(10)
    mask = np.array([places < length for length in lengths], np.int32)
    segments = np.array([places >= start for start in second], np.int32) * mask
    ids = random.integers(5, BASE["vocab_size"], mask.shape).astype(np.int32) * mask
    return {"input_word_ids": ids, "input_mask": mask, "input_type_ids": segments}
