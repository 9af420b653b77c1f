"""A teacher and corpora small enough to train with in a test."""

from __future__ import annotations

import json
import lzma
import random
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest
from safetensors.numpy import save_file

if TYPE_CHECKING:
    from albert_search.training.distilling.pipeline import Folders

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = "the a cat dog wing air flow sat ran over under heat shock laminar boundary layer cafe".split()
LETTERS = "abcdefghijklmnopqrstuvwxyz"
HIDDEN, LAYERS, INNER = 16, 3, 32


class WithoutTheExtra(pytest.Module):
    """What a file of tests is where training is impossible: one test, skipped."""

    def collect(self) -> NoReturn:
        pytest.skip("needs the extra 'train'", allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Skip all files here, by name, where there is no PyTorch."""
    if all(map(find_spec, ("torch", "tokenizers", "transformers"))):
        return None
    return WithoutTheExtra.from_parent(parent, path=module_path)


@pytest.fixture(scope="session")
def teacher_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT of three layers with a WordPiece tokenizer."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    folder = tmp_path_factory.mktemp("teacher")
    vocabulary = [*SPECIAL, *LETTERS, *(f"##{letter}" for letter in LETTERS), *WORDS, "##s", "##ing", ".", ",", "-"]
    vocabulary = list(dict.fromkeys(vocabulary))
    sizes = {"vocab_size": len(vocabulary), "hidden_size": HIDDEN, "num_hidden_layers": LAYERS,
             "num_attention_heads": 4, "intermediate_size": INNER, "max_position_embeddings": 64,
             "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}  # fmt: skip
    (folder / "config.json").write_text(json.dumps(sizes))
    save_file(_random_bert(len(vocabulary)), folder / "model.safetensors")
    ids = {piece: number for number, piece in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"]))
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="session")
def second_teacher_folder(teacher_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random MPNet of two layers, wider than the teacher, with the teacher's tokenizer."""
    import torch
    from transformers import MPNetConfig, MPNetModel

    torch.manual_seed(5)
    folder = tmp_path_factory.mktemp("second_teacher")
    sizes = MPNetConfig(vocab_size=200, hidden_size=24, num_hidden_layers=2, num_attention_heads=4,
                        intermediate_size=32, max_position_embeddings=66)  # fmt: skip
    MPNetModel(sizes).save_pretrained(folder)
    shutil.copy(teacher_folder / "tokenizer.json", folder)
    return folder


@pytest.fixture(scope="session")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random questions, and others with what answers them, named and packed like the real ones."""
    folder = tmp_path_factory.mktemp("questions")
    chance = random.Random(8)
    asked = [f"What {' '.join(chance.choices(WORDS, k=chance.randint(2, 6)))}?" for _ in range(60)]
    answered = [f"{one}\t{' '.join(chance.choices(WORDS, k=9))}." for one in asked[30:]]
    for name, lines in (("questions.txt", asked[:30]), ("question_passage.tsv", [*answered, "Heading\tA passage."])):
        with lzma.open(folder / f"{name}.xz", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="session")
def folders(corpora: Path, questions: Path, teacher_folder: Path, second_teacher_folder: Path) -> Folders:
    """All that a training needs; the first teacher is the third one too."""
    from albert_search.training.distilling.pipeline import Folders

    return Folders(corpora, questions, teacher_folder, second_teacher_folder, teacher_folder)


@pytest.fixture(scope="session")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Corpora of random sentences, named and packed like the real ones."""
    folder = tmp_path_factory.mktemp("corpora")
    chance = random.Random(7)
    for name in ("wikipedia", "science_abstracts"):
        lines = [
            " ".join(chance.choices([*WORDS, "Café,", "wings", "x-ray"], k=chance.randint(3, 12))) for _ in range(400)
        ]
        with lzma.open(folder / f"{name}.txt.xz", "wt", encoding="utf-8") as file:
            file.write("\n".join(f"{line}." for line in lines) + "\n")
    return folder


def _random_bert(pieces: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(3)
    shapes = {
        "embeddings.word_embeddings.weight": (pieces, HIDDEN),
        "embeddings.position_embeddings.weight": (64, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
        "pooler.dense.weight": (HIDDEN, HIDDEN),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}"
        names = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
        shapes |= {f"{prefix}.{name}.weight": (HIDDEN, HIDDEN) for name in names}
        shapes |= {
            f"{prefix}.intermediate.dense.weight": (INNER, HIDDEN),
            f"{prefix}.output.dense.weight": (HIDDEN, INNER),
        }
        norms += [f"{prefix}.attention.output.LayerNorm", f"{prefix}.output.LayerNorm"]
    tensors = {name: chance.normal(0, 0.3, shape) for name, shape in shapes.items()}
    for name, shape in shapes.items():
        if not name.startswith("embeddings"):
            tensors[name.replace("weight", "bias")] = chance.normal(0, 0.1, shape[0])
    for norm in norms:
        tensors[f"{norm}.weight"] = chance.normal(1, 0.1, HIDDEN)
        tensors[f"{norm}.bias"] = chance.normal(0, 0.1, HIDDEN)
    return {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
