"""A BERT read as an ALBERT computes what PyTorch's own transformer layers compute with the same weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional

from albert_search.training.distilling.teacher import Teacher

TEXTS = ["the cat sat over a wing.", "heat", "laminar boundary layer, shock - and a dog that sat under the flow"]


def encoder_layer(bert: dict[str, torch.Tensor], prefix: str, heads: int) -> torch.nn.TransformerEncoderLayer:
    inner, hidden = bert[f"{prefix}.intermediate.dense.weight"].shape
    layer = torch.nn.TransformerEncoderLayer(
        hidden, heads, inner, dropout=0, activation="gelu", layer_norm_eps=1e-12, batch_first=True
    )
    attention = f"{prefix}.attention.self"
    parts = ("query", "key", "value")
    named = {"self_attn.out_proj": "attention.output.dense", "linear1": "intermediate.dense", "linear2": "output.dense",
             "norm1": "attention.output.LayerNorm", "norm2": "output.LayerNorm"}  # fmt: skip
    state = {
        f"{ours}.{end}": bert[f"{prefix}.{theirs}.{end}"]
        for ours, theirs in named.items()
        for end in ("weight", "bias")
    }
    state["self_attn.in_proj_weight"] = torch.cat([bert[f"{attention}.{part}.weight"] for part in parts])
    state["self_attn.in_proj_bias"] = torch.cat([bert[f"{attention}.{part}.bias"] for part in parts])
    layer.load_state_dict(state)
    return layer


def test_vectors_are_those_of_an_independent_bert(teacher_folder: Path) -> None:
    bert = load_file(teacher_folder / "model.safetensors")
    sizes = json.loads((teacher_folder / "config.json").read_text())
    tokenizer = Tokenizer.from_file(str(teacher_folder / "tokenizer.json"))
    vectors = Teacher(teacher_folder, max_tokens=32).vectors(TEXTS)
    for text, vector in zip(TEXTS, vectors, strict=True):
        ids = torch.tensor(tokenizer.encode(text).ids)
        states = (
            bert["embeddings.word_embeddings.weight"][ids] + bert["embeddings.position_embeddings.weight"][: len(ids)]
        )
        states = states + bert["embeddings.token_type_embeddings.weight"][0]
        norm = (bert["embeddings.LayerNorm.weight"], bert["embeddings.LayerNorm.bias"])
        states = functional.layer_norm(states, states.shape[-1:], *norm, 1e-12)[None]
        for number in range(sizes["num_hidden_layers"]):
            states = encoder_layer(bert, f"encoder.layer.{number}", sizes["num_attention_heads"])(states)
        expected = functional.normalize(states[0].mean(0), dim=0).detach().numpy()
        np.testing.assert_allclose(vector, expected, atol=2e-5)


def test_long_texts_are_cut(teacher_folder: Path) -> None:
    teacher = Teacher(teacher_folder, max_tokens=8)
    first, second = teacher.vectors(["cat " * 6 + "dog", "cat " * 6 + "wing flow heat"])
    np.testing.assert_allclose(first, second, atol=1e-6)
