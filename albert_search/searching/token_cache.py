"""Token vectors of recent texts: a process that stays does not encode the same candidate twice."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from albert_search.arrays import Vectors

TokenVectors = Callable[[Sequence[str]], Sequence[Vectors]]

MOST_BYTES = 32 << 20
"""Some 1,200 sentences of 35 tokens with 384 numbers each."""


class TokenCache:
    """Encodes texts token by token, and keeps the latest; safe from several threads.

    Args:
        token_vectors: Returns float32 (tokens, width) for each text.
        most_bytes: What the vectors that are kept may take.
    """

    def __init__(self, token_vectors: TokenVectors, most_bytes: int = MOST_BYTES) -> None:
        self._token_vectors = token_vectors
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, npt.NDArray[np.float16]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """What the vectors that are kept take."""
        return self._bytes

    def vectors(self, texts: Sequence[str]) -> list[Vectors]:
        """Return float32 (tokens, width) for each text, rounded as float16, whether it was known or not."""
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            fresh = [vectors.astype(np.float16) for vectors in self._token_vectors(missing)]
            known |= zip(missing, fresh, strict=True)
        with self._lock:
            for text in texts:
                self._keep(text, known[text])
        return [known[text].astype(np.float32) for text in texts]

    def _keep(self, text: str, vectors: npt.NDArray[np.float16]) -> None:
        if text not in self._kept:
            self._bytes += vectors.nbytes
        self._kept[text] = vectors
        self._kept.move_to_end(text)
        while self._bytes > self._most_bytes:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes
