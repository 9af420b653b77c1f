"""A loaded model: texts in, vectors out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from albert_search.albert.model import Model
from albert_search.albert.pooling import Pooling
from albert_search.albert.runtime import CANNOT_RUN, VERSION, load_graph
from albert_search.albert.shelf import GRAPH, VOCABULARY
from albert_search.albert.tokenizer import Tokenizer, Tokens
from albert_search.arrays import are_unit_rows, normalize_rows
from albert_search.errors import ModelError

BATCH_TOKENS = 1024  # More does not keep the caches: 41 sentences a CPU second at 2048, 55 at 1024, 55 at 512.


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """All that the model says about one text or pair of texts.

    Attributes:
        pieces: The pieces, ``[CLS]`` and ``[SEP]`` among them.
        sequence_output: float32, (tokens, hidden): a vector for each piece, not scaled.
        pooled_output: float32, (hidden,): the pooler's output, not scaled.
    """

    pieces: list[str]
    sequence_output: npt.NDArray[np.float32]
    pooled_output: npt.NDArray[np.float32]


class Encoder:
    """A model that is loaded and runs; safe from several threads.

    >>> Encoder.load().encode(["How old are you?", "what is your age?"]).shape
    (2, 384)
    """

    def __init__(self, model: Model, *, threads: int | None = None) -> None:
        """Load a model; see ``load``."""
        self.model = model
        self.tokenizer = Tokenizer(model.read(VOCABULARY), lower_case=model.settings.lower_case)
        if self.tokenizer.vocab_size > model.settings.architecture.vocab_size:
            raise ModelError(
                f"the model {model.folder} is damaged: {VOCABULARY} has {self.tokenizer.vocab_size} pieces, "
                f"but the weights only {model.settings.architecture.vocab_size}"
            )
        self._session = _session(model, threads or 0)

    @classmethod
    def load(cls, model: str | Path | None = None, *, threads: int | None = None) -> Encoder:
        """Load a model by its name or folder.

        Args:
            model: A folder, or the name of a model; None for the one that ships with the package.
            threads: Processor cores for one batch; None for all.

        Raises:
            ModelError: There is no such model, or its folder is damaged.
        """
        return cls(Model.open(model), threads=threads)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.settings.name

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it knows, after ISO 639; empty where nobody said."""
        return self.model.settings.languages

    @property
    def dim(self) -> int:
        """Width of a vector."""
        return self.model.settings.dim

    @property
    def max_seq_length(self) -> int:
        """Longest text, in tokens with the special ones; what goes beyond is cut off."""
        return self.model.settings.max_seq_length

    @property
    def fingerprint(self) -> str:
        """Stands for all that changes a vector; two encoders with the same one can be used for each other."""
        return self.model.settings.fingerprint

    @property
    def pooling(self) -> Pooling:
        """The way from the model's outputs to a vector."""
        return self.model.settings.pooling

    def encode(
        self,
        texts: Sequence[str],
        *,
        pairs: Sequence[str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> npt.NDArray[np.float32]:
        """Return a vector for each text.

        Args:
            texts: The texts.
            pairs: The second text of each pair, where pairs are encoded.
            progress: Called after each batch with the number of texts in it.

        Returns:
            float32, (n, dim), rows in the order of the texts and of length 1, so that the inner product of two is their
            cosine, in [-1, 1].

        Raises:
            UsageError: The pairs are not as many as the texts.
            ModelError: The model is damaged.
        """
        tokens = self.tokenizer.encode(texts, pairs, max_tokens=self.max_seq_length)
        vectors = np.empty((len(tokens), self.dim), np.float32)
        for rows in _batches([len(text.ids) for text in tokens]):
            (vectors[rows],) = self._run([tokens[row] for row in rows], self.pooling.output)
            if progress:
                progress(len(rows))
        vectors = normalize_rows(vectors)
        if not are_unit_rows(vectors):
            raise ModelError(f"the model {self.model.folder} is damaged: it gives vectors that have no direction")
        return vectors

    def encode_tokens(self, texts: Sequence[str], *, pairs: Sequence[str] | None = None) -> list[TokenVectors]:
        """Return the pieces of each text with their vectors, and the pooler's output.

        Args:
            texts: The texts.
            pairs: The second text of each pair, where pairs are encoded.

        Raises:
            UsageError: The pairs are not as many as the texts.
        """
        tokens = self.tokenizer.encode(texts, pairs, max_tokens=self.max_seq_length)
        vectors: dict[int, TokenVectors] = {}
        for rows in _batches([len(text.ids) for text in tokens]):
            sequences, pooled = self._run([tokens[row] for row in rows], "sequence_output", "pooled_output")
            for row, sequence, vector in zip(rows, sequences, pooled, strict=True):
                ids = tokens[row].ids
                vectors[row] = TokenVectors(self.tokenizer.pieces(ids), sequence[: len(ids)].copy(), vector.copy())
        return [vectors[row] for row in range(len(tokens))]

    def token_vectors(self, texts: Sequence[str]) -> list[npt.NDArray[np.float32]]:
        """Return a vector for each token of each text, for late interaction (MaxSim).

        They are the output ``token_vectors`` of the rerank head; of a model without one, ``sequence_output``.

        Args:
            texts: The texts; what goes beyond ``max_seq_length`` is cut off.

        Returns:
            For each text float32, (tokens, width), rows of length 1: one for each id that ``tokenizer.encode`` gives,
            ``[CLS]`` first and ``[SEP]`` last. The inner product of two is their cosine, in [-1, 1].
        """
        head = self.model.settings.architecture.token_vector_size
        tokens = self.tokenizer.encode(texts, max_tokens=self.max_seq_length)
        vectors: dict[int, npt.NDArray[np.float32]] = {}
        for rows in _batches([len(text.ids) for text in tokens]):
            (found,) = self._run([tokens[row] for row in rows], "token_vectors" if head else "sequence_output")
            for row, of_text in zip(rows, found, strict=True):
                vectors[row] = normalize_rows(of_text[: len(tokens[row].ids)])
        return [vectors[row] for row in range(len(tokens))]

    def _run(self, batch: Sequence[Tokens], *outputs: str) -> list[npt.NDArray[np.float32]]:
        try:
            results: list[npt.NDArray[np.float32]] = self._session.run(list(outputs), self.tokenizer.pad(batch))
        except CANNOT_RUN as error:
            raise _cannot_run(self.model, error) from error
        return results


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield row numbers, texts of like length together, each batch padded at most ``BATCH_TOKENS`` long."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _session(model: Model, threads: int) -> Any:
    graph = model.read(GRAPH)
    try:
        return load_graph(graph, threads=threads)
    except CANNOT_RUN as error:
        raise _cannot_run(model, error) from error


def _cannot_run(model: Model, error: Exception) -> ModelError:
    return ModelError(f"ONNX Runtime {VERSION} cannot run {model.folder / GRAPH}: {error}")
