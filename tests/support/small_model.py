"""A small ALBERT with random weights and a vocabulary made here: everything real but its knowledge."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import sentencepiece

from albert_search.albert.architecture import Architecture
from albert_search.albert.checkpoint import write_checkpoint
from tests.support.golden.cases import BASE, random_weights

TEXT = """the cat sat on the mat in paris in may 1990, and the dog sat in 1990, too
in 1960, 1970, 1980, 1990, 2000, 2010, 2020, and 20, 30, 40, 50, 60, 70, 80, 90, 100, people were born in may 12
"the naive cafe" said the dog; a resume of 7, 8, 9, and 10, pages (or 3.5, not 4, pages)!"""
SIZES = Architecture.from_json(BASE | {"vocab_size": 120, "max_position_embeddings": 64, "hidden_size": 48})


def train_vocabulary(**options: Any) -> bytes:
    """Train a vocabulary of at most 120 pieces, some of them numbers with a comma."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT.splitlines() * 20),
        model_writer=model,
        model_type="bpe",  # from so little text, a unigram vocabulary would hold no number with a comma
        vocab_size=120,
        split_by_unicode_script=False,
        split_by_number=False,
        minloglevel=2,
        bos_id=-1,
        eos_id=-1,
        **({"pad_id": 0, "unk_id": 1, "control_symbols": ["[CLS]", "[SEP]", "[MASK]"]} | options),
    )
    return model.getvalue()


def write_small_checkpoint(folder: Path, **settings: Any) -> Path:
    """Write a float checkpoint; the settings go into its config.json."""
    weights = random_weights(SIZES.shapes())
    write_checkpoint(folder, SIZES, weights, vocabulary=train_vocabulary(), extra={"max_seq_length": 32} | settings)
    return folder
