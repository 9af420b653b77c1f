"""LangChain: the vectors of an ALBERT model as its embeddings, and any embeddings as the model of an index."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from albert_search.albert.opening import load_encoder
from albert_search.integrations.extras import needs_framework
from albert_search.searching.long_texts import encode_long
from albert_search.types import SentenceEncoder

with needs_framework("langchain"):
    from langchain_core.embeddings import Embeddings


class AlbertEmbeddings(Embeddings):
    """Vectors of an ALBERT model; a text that is longer than the model reads is encoded in parts, and averaged.

    Args:
        model: The model, or its name or folder; None for the one that ships.
        threads: Threads that the encoder may use; None for all cores.
    """

    def __init__(self, model: str | Path | SentenceEncoder | None = None, *, threads: int | None = None) -> None:
        self.encoder = load_encoder(model, threads=threads)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the vector of each text, of length 1."""
        vectors: list[list[float]] = encode_long(self.encoder, texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question, of length 1."""
        return self.embed_documents([text])[0]


class EmbeddingsEncoder:
    """Any LangChain embeddings as the model of an index; each text gets one vector, however long it is.

    Args:
        embeddings: The embeddings.
        name: What tells them from others; by default their class and the name of their model.
    """

    max_seq_length = 1 << 30

    def __init__(self, embeddings: Embeddings, name: str | None = None) -> None:
        self.embeddings = embeddings
        self.tokenizer = self
        model = getattr(embeddings, "model", None) or getattr(embeddings, "model_name", None)
        self.name = name or ":".join([type(embeddings).__name__, *([str(model)] if model else [])])
        self.dim = len(embeddings.embed_query("How wide are the vectors?"))
        self.fingerprint = blake2b(f"{self.name}:{self.dim}".encode(), digest_size=16).hexdigest()

    def knows(self, texts: Sequence[str]) -> list[bool]:
        """Return True for every text: nothing is known about the vocabulary behind the embeddings."""
        return [True] * len(texts)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return how many words each text has."""
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vectors of some texts, float32 (n, dim), L2-normalised."""
        vectors = np.array(self.embeddings.embed_documents(list(texts)), np.float32).reshape(-1, self.dim)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        return vectors
