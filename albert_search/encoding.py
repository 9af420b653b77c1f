"""What an index needs of a model, and how it gets one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from albert_search.albert import Encoder


class SentenceTokenizer(Protocol):
    """What the preparation of documents needs of a model's tokenizer."""

    def count(self, texts: Sequence[str]) -> Sequence[int]:
        """Return how many tokens each text has, special tokens not included."""

    def knows(self, texts: Sequence[str]) -> Sequence[bool]:
        """Return of each text whether the vocabulary has tokens for its script, so that its vector means something."""


class SentenceEncoder(Protocol):
    """What an index needs of a model; `albert_search.albert.Encoder` is the one that comes with the package.

    Attributes:
        name: What people call it.
        fingerprint: What tells it from every model that makes other vectors.
        dim: Width of its vectors.
        max_seq_length: The most tokens of one text that it reads, two special tokens included.
        tokenizer: Sees texts as the model does.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def fingerprint(self) -> str: ...  # noqa: D102
    @property
    def dim(self) -> int: ...  # noqa: D102
    @property
    def max_seq_length(self) -> int: ...  # noqa: D102
    @property
    def tokenizer(self) -> SentenceTokenizer: ...  # noqa: D102

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vectors of some texts, float32 (n, dim), L2-normalised, in their order."""


def load_encoder(model: str | Path | SentenceEncoder | None, *, threads: int | None) -> SentenceEncoder:
    """Return a model that is loaded and runs.

    Args:
        model: Its name or folder, itself, or None for the one that ships.
        threads: Threads that it may use; None for all cores.

    Raises:
        ModelError: There is no such model, or it is damaged.
    """
    return Encoder.load(model, threads=threads) if model is None or isinstance(model, str | Path) else model
