"""An ALBERT model where a sentence-transformers model is expected, or one of ``mteb``; needs neither package.

model = AlbertSentenceTransformer()
model.encode(["How old are you?", "what is your age?"], batch_size=64, show_progress_bar=True)
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from albert_search.albert.opening import load_encoder
from albert_search.errors import UsageError, needs_extra
from albert_search.types import SentenceEncoder, SentenceTokenizer

if TYPE_CHECKING:
    import torch
    from mteb.models.model_meta import ModelMeta

Texts: TypeAlias = str | Iterable[str] | Iterable[Mapping[str, Sequence[str]]]
Array: TypeAlias = "npt.NDArray[np.float32] | torch.Tensor"

_SLICE_TEXTS = 1024
"""Texts between two reports of progress; the encoder makes its own batches of like lengths out of them."""

_ONLY = {"output_value": "sentence_embedding", "precision": "float32", "truncate_dim": None}
"""Arguments of sentence-transformers that change what comes back, and the one value that is known here."""


class AlbertSentenceTransformer:
    """The part of ``SentenceTransformer`` that programs call.

    Args:
        model: The model, or its name or folder; None for the one that ships.
        threads: Threads that the encoder may use; None for all cores.
    """

    device = "cpu"
    similarity_fn_name = "cosine"

    def __init__(self, model: str | Path | SentenceEncoder | None = None, *, threads: int | None = None) -> None:
        self.encoder = load_encoder(model, threads=threads)

    @property
    def max_seq_length(self) -> int:
        """Longest text, in tokens with the special ones; what goes beyond is cut off."""
        return self.encoder.max_seq_length

    @property
    def tokenizer(self) -> SentenceTokenizer:
        """The tokenizer of the model."""
        return self.encoder.tokenizer

    def get_embedding_dimension(self) -> int:
        """Return the width of a vector."""
        return self.encoder.dim

    get_sentence_embedding_dimension = get_embedding_dimension

    def encode(
        self,
        sentences: Texts,
        prompt_name: str | None = None,
        prompt: str | None = None,
        batch_size: int = 32,
        show_progress_bar: bool | None = None,
        *,
        convert_to_tensor: bool = False,
        normalize_embeddings: bool = False,
        **others: Any,
    ) -> Any:
        """Return the vectors of texts.

        Args:
            sentences: One text, several, or batches of them under the key ``text``, as ``mteb`` gives them.
            prompt_name: Accepted; ALBERT has no prompts of its own.
            prompt: Put before each text.
            batch_size: Accepted; texts of like length are encoded together.
            show_progress_bar: Whether to count on standard error.
            convert_to_tensor: Whether to return a tensor of PyTorch.
            normalize_embeddings: Accepted; the vectors always have length 1.
            **others: Accepted, such as ``device``, ``convert_to_numpy`` or what ``mteb`` says of its task.

        Returns:
            float32 (n, dim), rows of length 1, in the order of the texts; (dim,) for one text.

        Raises:
            UsageError: Another result is asked for than vectors of float32, or something else than text is given.
            MissingExtra: A tensor is asked for, and PyTorch is not there.
        """
        for name, known in _ONLY.items():
            if others.get(name, known) not in (known, None):
                raise UsageError(f"{name}={others[name]!r} is not known here: leave it out")
        texts = [(prompt or "") + text for text in _each(sentences)]
        vectors = self._encode(texts, show_progress=bool(show_progress_bar))
        array = vectors[0] if isinstance(sentences, str) else vectors
        return _as_tensor(array) if convert_to_tensor else array

    def encode_query(self, sentences: Texts, **options: Any) -> Any:
        """Return the vectors of questions, as `encode` does."""
        return self.encode(sentences, **options)

    def encode_document(self, sentences: Texts, **options: Any) -> Any:
        """Return the vectors of documents, as `encode` does."""
        return self.encode(sentences, **options)

    def similarity(self, embeddings1: Any, embeddings2: Any) -> npt.NDArray[np.float32]:
        """Return the cosine of each vector with each: float32 (n, m), in [-1, 1]."""
        cosines: npt.NDArray[np.float32] = _unit_rows(embeddings1) @ _unit_rows(embeddings2).T
        return cosines

    def similarity_pairwise(self, embeddings1: Any, embeddings2: Any) -> npt.NDArray[np.float32]:
        """Return the cosine of each vector with the one in the same place: float32 (n,), in [-1, 1]."""
        cosines: npt.NDArray[np.float32] = (_unit_rows(embeddings1) * _unit_rows(embeddings2)).sum(axis=1)
        return cosines

    @property
    def mteb_model_meta(self) -> ModelMeta:
        """The description that ``mteb`` writes beside its results."""
        from mteb.models.model_meta import ModelMeta

        known = {"name": f"albert-search/{self.encoder.name}", "revision": self.encoder.fingerprint,
                 "embed_dim": self.encoder.dim, "max_tokens": self.max_seq_length}  # fmt: skip
        return ModelMeta.create_empty(known)

    def _encode(self, texts: list[str], *, show_progress: bool) -> npt.NDArray[np.float32]:
        vectors = np.empty((len(texts), self.encoder.dim), np.float32)
        for start in range(0, len(texts), _SLICE_TEXTS):
            rows = slice(start, start + _SLICE_TEXTS)
            vectors[rows] = self.encoder.encode(texts[rows])
            if show_progress:
                sys.stderr.write(f"\r{min(rows.stop, len(texts))} of {len(texts)} texts encoded")
        if show_progress and texts:
            sys.stderr.write("\n")
        return vectors


def _each(given: Texts) -> Iterator[str]:
    for item in [given] if isinstance(given, str) else given:
        for text in item["text"] if isinstance(item, Mapping) else (item,):
            if not isinstance(text, str):
                raise UsageError(f"only text can be encoded, not {type(text).__name__}")
            yield text


def _unit_rows(vectors: Any) -> npt.NDArray[np.float32]:
    rows = np.atleast_2d(np.asarray(vectors, np.float32))
    units: npt.NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return units


def _as_tensor(vectors: npt.NDArray[np.float32]) -> torch.Tensor:
    with needs_extra("train", "a tensor", otherwise="leave out convert_to_tensor"):
        import torch
    return torch.from_numpy(vectors)
