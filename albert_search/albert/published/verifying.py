"""Compares a compact graph with the original that it was made from, on real sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from albert_search.albert.encoder import Encoder
from albert_search.albert.pooling import Pooling
from albert_search.albert.published.original import LARGEST_DIFFERENCE, Original
from albert_search.albert.published.samples import sample_pairs, sample_texts
from albert_search.albert.tokenizer import Tokenizer, Tokens
from albert_search.arrays import normalize_rows
from albert_search.errors import ModelError

SMALLEST_COSINE = 0.98
"""Between a vector and the one made from the original's outputs, for an int8 graph."""

BATCH_TEXTS = 8


@dataclass(frozen=True, slots=True)
class Verification:
    """The distance of a model from its original.

    Attributes:
        original: Who ran the original.
        texts: How many texts and pairs of texts both were run on.
        tokens: How many tokens these have.
        largest_difference: Between any number in the pooled and sequence outputs of the original and those of the
            float32 graph; 0 is equal.
        cosine_mean: Mean cosine of the model's vectors and those from the original's outputs, in [-1, 1]; 1 is equal.
        cosine_min: The smallest of these cosines.
    """

    original: str
    texts: int
    tokens: int
    largest_difference: float
    cosine_mean: float
    cosine_min: float

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    def check(self) -> None:
        """Refuse a model that is too far from its original.

        Raises:
            ModelError: It is.
        """
        if not self.largest_difference < LARGEST_DIFFERENCE:
            raise ModelError(
                f"the compact graph differs from the original, run by {self.original}, by "
                f"{self.largest_difference:.2g}, where {LARGEST_DIFFERENCE:g} is allowed: this is not the same network"
            )
        if not self.precise:
            raise ModelError(
                f"with int8, a vector has a cosine of only {self.cosine_min:.3f} to the original's, where "
                f"{SMALLEST_COSINE} is asked for: import it with float32 as its precision"
            )

    @property
    def precise(self) -> bool:
        """True where the model's vectors are near enough to the original's."""
        return self.cosine_min >= SMALLEST_COSINE


def verify(original: Original, model: Encoder, in_float: Encoder) -> Verification:
    """Run an original and its compact graphs on real sentences of all lengths, pairs and padding included.

    Args:
        original: The original.
        model: The model that was made from it.
        in_float: The same with a float32 graph; may be the model itself.

    Returns:
        How near they are.
    """
    differences: list[float] = []
    cosines: list[float] = []
    counts: list[int] = []
    for tokens, texts, pairs in _samples(model):
        expected = _run(original, tokens, model.tokenizer)
        for text, (pooled, sequence) in zip(in_float.encode_tokens(texts, pairs=pairs), expected, strict=True):
            differences.append(float(np.abs(text.pooled_output - pooled).max()))
            differences.append(float(np.abs(text.sequence_output - sequence).max()))
        originals = normalize_rows(np.stack([_pool(model.pooling, *outputs) for outputs in expected]))
        cosines.extend((model.encode(texts, pairs=pairs) * originals).sum(1).tolist())
        counts.extend(len(text.ids) for text in tokens)
    return Verification(
        original=original.runner,
        texts=len(counts),
        tokens=sum(counts),
        largest_difference=float(np.max(differences)),  # unlike Python's max, it does not pass over a NaN
        cosine_mean=float(np.mean(cosines)),
        cosine_min=float(np.min(cosines)),
    )


def _samples(model: Encoder) -> Iterator[tuple[list[Tokens], list[str], list[str] | None]]:
    """Yield texts, and then pairs of texts, with their tokens."""
    texts, pairs = sample_texts(), sample_pairs()
    firsts, seconds = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    longest = model.max_seq_length
    yield model.tokenizer.encode(texts, max_tokens=longest), texts, None
    yield model.tokenizer.encode(firsts, seconds, max_tokens=longest), firsts, seconds


def _run(
    original: Original, tokens: Sequence[Tokens], tokenizer: Tokenizer
) -> list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    """Return the pooled output (hidden,) and the sequence output (tokens, hidden) of each text."""
    results = []
    for start in range(0, len(tokens), BATCH_TEXTS):
        batch = tokens[start : start + BATCH_TEXTS]
        outputs = original.run(tokenizer.pad(batch))
        for text, pooled, sequence in zip(batch, outputs.pooled, outputs.sequence, strict=True):
            results.append((pooled, sequence[: len(text.ids)]))
    return results


def _pool(
    pooling: Pooling, pooled: npt.NDArray[np.float32], sequence: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return the vector of one text, (hidden,), computed here once more, not by the graph."""
    if pooling is Pooling.POOLED:
        return pooled
    mean: npt.NDArray[np.float32] = sequence.mean(axis=0) if pooling is Pooling.MEAN else sequence[0]
    return mean
