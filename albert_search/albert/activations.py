"""What the matrices of a model are multiplied with, measured on texts: rounding to eight bits goes by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import onnxruntime

from albert_search.albert.samples import sample_sentences
from albert_search.albert.tokenizer import Tokenizer

SENTENCES_OF_A_TEXT = (1, 3, 8)
TEXTS_OF_A_LENGTH = 6
LENGTHS_TOKENS = (5, 10, 20, 30, 60)
CLS, SEP, FIRST_PIECE = 2, 3, 5
"""Ids in the published vocabularies; with another one, two odd tokens are measured and nothing else happens."""


@dataclass(frozen=True, slots=True)
class Activations:
    """The left factors of one matrix.

    Attributes:
        largest: float32 (inputs,), at least 0: the largest magnitude of each channel.
        moments: float64 (inputs, inputs): sum of the outer products.
    """

    largest: npt.NDArray[np.float32]
    moments: npt.NDArray[np.float64]

    def __add__(self, other: Activations) -> Activations:
        return Activations(np.maximum(self.largest, other.largest), self.moments + other.moments)


def measure(
    graph: bytes, factors: Mapping[str, Sequence[str]], texts: Iterable[Sequence[int]]
) -> dict[str, Activations]:
    """Run texts through a graph and look at what its matrices are multiplied with.

    Args:
        graph: A float graph that has every factor among its outputs.
        factors: Names of the values that a matrix is multiplied with, by the name of the matrix.
        texts: Ids of each text's tokens.

    Returns:
        What was seen, by the name of the matrix.
    """
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    values = sorted({value for found in factors.values() for value in found})
    seen: dict[str, Activations] = {}
    for text in texts:
        ids = np.array([text], np.int32)
        feeds = {"input_word_ids": ids, "input_mask": np.ones_like(ids), "input_type_ids": np.zeros_like(ids)}
        found = dict(zip(values, session.run(values, feeds), strict=True))
        for name, inputs in factors.items():
            here = _look_at(np.vstack([found[value].reshape(-1, found[value].shape[-1]) for value in inputs]))
            seen[name] = seen[name] + here if name in seen else here
    return seen


def calibration_texts(tokenizer: Tokenizer, *, vocab_size: int, longest: int) -> Iterator[Sequence[int]]:
    """Return token ids to measure a model with: real English texts, and random pieces, which any vocabulary has.

    Args:
        tokenizer: The model's.
        vocab_size: Its number of pieces.
        longest: Most tokens of a text.
    """
    sentences = sample_sentences()
    for count in SENTENCES_OF_A_TEXT:
        texts = [" ".join(sentences[first : first + count]) for first in range(0, len(sentences), count)]
        for text in tokenizer.encode(texts, max_tokens=longest):
            yield text.ids
    generator = np.random.default_rng(0)
    for length in LENGTHS_TOKENS:
        shape = (TEXTS_OF_A_LENGTH, min(length, longest))
        ids = generator.integers(FIRST_PIECE, max(vocab_size, FIRST_PIECE + 1), shape)
        ids[:, 0], ids[:, -1] = CLS, SEP
        yield from np.minimum(ids, vocab_size - 1).tolist()


def _look_at(rows: npt.NDArray[np.float32]) -> Activations:
    exact = rows.astype(np.float64)
    return Activations(np.abs(rows).max(axis=0), exact.T @ exact)
