"""Questions that wait at the same time are encoded together.

There is no timer: while one batch is encoded the next one gathers, so a lone question never waits for company and
batches grow with the load.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from albert_search.types import SentenceEncoder

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

MAX_TEXTS = 32
"""A call with more texts than this is made on its own, so that it holds up nobody."""


@dataclass(slots=True, eq=False)
class _Call:
    texts: Sequence[str]
    vectors: Vectors | None = None
    over: bool = False


class Batcher:
    """Gathers the calls of many threads into few calls of an encoder.

    Args:
        encode: Turns texts into vectors, float32 (n, dim).
        observe: Called with the number of texts of each batch.
    """

    def __init__(self, encode: Encode, observe: Callable[[int], None]) -> None:
        self._encode = encode
        self._observe = observe
        self._turn = threading.Lock()
        self._gathering = threading.Lock()
        self._waiting: list[_Call] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of some texts, encoded together with all that wait at the same time.

        Args:
            texts: The texts.

        Returns:
            float32 (n, dim), in the order of the texts.
        """
        if len(texts) > MAX_TEXTS:
            return self._encode(texts)
        call = _Call(texts)
        with self._gathering:
            self._waiting.append(call)
        # Whoever gets the turn encodes for all who wait; those find their vectors when their own turn comes.
        with self._turn:
            if not call.over:
                self._encode_waiting()
        # A batch that failed leaves no vectors: then each call succeeds or fails by its own texts.
        return self._encode(texts) if call.vectors is None else call.vectors

    def _encode_waiting(self) -> None:
        with self._gathering:
            batch, self._waiting = self._waiting, []
        texts = [text for call in batch for text in call.texts]
        self._observe(len(texts))
        try:
            vectors = self._encode(texts)
            ends = np.cumsum([len(call.texts) for call in batch])
            for call, part in zip(batch, np.split(vectors, ends[:-1]), strict=True):
                call.vectors = part
        finally:
            for call in batch:
                call.over = True


class SharedEncoder:
    """An encoder whose calls from many threads are gathered into few.

    Args:
        encoder: What encodes.
        observe: Called with the number of texts of each batch.
    """

    def __init__(self, encoder: SentenceEncoder, observe: Callable[[int], None]) -> None:
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self.dim = encoder.dim
        self.max_seq_length = encoder.max_seq_length
        self.tokenizer = encoder.tokenizer
        self.token_vectors = getattr(encoder, "token_vectors", None)
        self._batcher = Batcher(encoder.encode, observe)

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vectors of some texts, float32 (n, dim), L2-normalised, in their order."""
        return self._batcher.encode(texts)
