"""Calibration texts: a model's weights are rounded by the activations that they give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

import numpy as np

from albert_search.albert.tokenizer import Tokenizer

SENTENCES_OF_A_TEXT = (1, 3, 8)
TEXTS_OF_A_LENGTH = 6
LENGTHS_TOKENS = (5, 10, 20, 30, 60)
FIRST_PIECE = 5
"""In the published vocabularies the special pieces come before it."""


def calibration_sentences() -> list[str]:
    """Return about a hundred sentences of 3 to 45 words, none of which judges how well the rounding went."""
    text = files("albert_search.albert.compact").joinpath("calibration_sentences.txt").read_text(encoding="utf-8")
    return text.splitlines()


def calibration_texts(tokenizer: Tokenizer, *, vocab_size: int, longest: int) -> Iterator[Sequence[int]]:
    """Return token ids to measure a model with: real English texts, and random pieces, which any vocabulary has.

    Args:
        tokenizer: The model's.
        vocab_size: Its number of pieces.
        longest: Most tokens of a text.
    """
    sentences = calibration_sentences()
    for count in SENTENCES_OF_A_TEXT:
        texts = [" ".join(sentences[first : first + count]) for first in range(0, len(sentences), count)]
        for text in tokenizer.encode(texts, max_tokens=longest):
            yield text.ids
    generator = np.random.default_rng(0)
    for length in LENGTHS_TOKENS:
        shape = (TEXTS_OF_A_LENGTH, min(length, longest))
        ids = generator.integers(FIRST_PIECE, max(vocab_size, FIRST_PIECE + 1), shape)
        ids[:, 0], ids[:, -1] = tokenizer.cls_id, tokenizer.sep_id
        yield from np.minimum(ids, vocab_size - 1).tolist()
