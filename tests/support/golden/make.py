"""Writes golden.npz: what Hugging Face's ALBERT, in float64, makes of the cases.

Needs transformers (5.23) and torch, which albert-search does not: python -m tests.support.golden.make
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import transformers
from transformers import AlbertConfig, AlbertModel

from tests.support.golden.cases import CASES, FILE, inputs, random_weights


def outputs(config: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    model = AlbertModel(AlbertConfig(**config, attn_implementation="eager")).double().eval()
    shapes = {f"albert.{name}": tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    weights = {name.removeprefix("albert."): torch.from_numpy(value) for name, value in random_weights(shapes).items()}
    model.load_state_dict(weights)
    feeds = {name: torch.from_numpy(value).long() for name, value in inputs().items()}
    with torch.no_grad():
        result = model(feeds["input_word_ids"], feeds["input_mask"], feeds["input_type_ids"])
    return result.last_hidden_state.numpy(), result.pooler_output.numpy()


if __name__ == "__main__":
    arrays: dict[str, Any] = {}
    for name, config in CASES.items():
        sequence, pooled = outputs(config)
        arrays[f"{name}/sequence_output"] = sequence.astype(np.float32)
        arrays[f"{name}/pooled_output"] = pooled.astype(np.float32)
    np.savez_compressed(FILE, **arrays)
    print(f"{FILE.name}: {len(CASES)} cases by transformers {transformers.__version__}, torch {torch.__version__}")
