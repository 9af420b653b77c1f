"""LlamaIndex: the vectors of an ALBERT model as an embedding."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from albert_search.albert.opening import load_encoder
from albert_search.integrations.extras import needs_framework
from albert_search.searching.long_texts import encode_long
from albert_search.types import SentenceEncoder

with needs_framework("llama-index"):
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.bridge.pydantic import PrivateAttr


class AlbertEmbedding(BaseEmbedding):
    """Vectors of an ALBERT model; a text that is longer than the model reads is encoded in parts, and averaged.

    Args:
        model: The model, or its name or folder; None for the one that ships.
        threads: Threads that the encoder may use; None for all cores.
    """

    _encoder: SentenceEncoder = PrivateAttr()

    def __init__(
        self, model: str | Path | SentenceEncoder | None = None, *, threads: int | None = None, **kwargs: Any
    ) -> None:
        encoder = load_encoder(model, threads=threads)
        super().__init__(**{"model_name": encoder.name, **kwargs})
        self._encoder = encoder

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which LlamaIndex knows the class."""
        return "AlbertEmbedding"

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = encode_long(self._encoder, texts).tolist()
        return vectors

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)
