"""Vectors of texts in batches, as JSON lines or as arrays in a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from albert_search.albert import Encoder
from albert_search.cli.output import put_json
from albert_search.errors import StorageError, UsageError

BATCH_TEXTS = 256
"""Texts that are encoded at a time: enough to put like lengths together, few enough to see results soon."""

Record = dict[str, Any]
Arrays = Mapping[str, npt.NDArray[Any]]


def embedded(encoder: Encoder, texts: Iterable[str], *, tokens: bool, pair: bool) -> Iterator[list[Record]]:
    """Encode texts as they come, a batch at a time.

    Args:
        encoder: The model.
        texts: The texts; each is two with a tab between where ``pair`` is set.
        tokens: Whether to give the pieces and their vectors instead of one vector.
        pair: Whether to encode pairs: the first text is segment 0, the second segment 1.

    Yields:
        Lists of records with ``text`` (and ``pair``, the second text), then ``vector``: float32, (dim,); or with
        ``pieces``, ``sequence_output``: float32, (tokens, hidden), and ``pooled_output``: float32, (hidden,).

    Raises:
        UsageError: A text is no pair although pairs are asked for.
    """
    remaining = enumerate(texts, 1)
    while batch := list(islice(remaining, BATCH_TEXTS)):
        records = [_record(number, text, pair=pair) for number, text in batch]
        first, second = [record["text"] for record in records], [record["pair"] for record in records] if pair else None
        if tokens:
            for record, text_tokens in zip(records, encoder.encode_tokens(first, pairs=second), strict=True):
                record["pieces"] = text_tokens.pieces
                record["sequence_output"] = text_tokens.sequence_output
                record["pooled_output"] = text_tokens.pooled_output
        else:
            for record, vector in zip(records, encoder.encode(first, pairs=second), strict=True):
                record["vector"] = vector
        yield records


def _record(number: int, text: str, *, pair: bool) -> Record:
    if not pair:
        return {"text": text}
    first, tab, second = text.partition("\t")
    if not tab or "\t" in second:
        raise UsageError(f"text {number} is no pair: --pair takes two texts with one tab between, not {text!r}")
    return {"text": first, "pair": second}


def print_records(batches: Iterable[list[Record]]) -> None:
    """Print records as JSON lines, each batch as soon as it is there."""
    for batch in batches:
        for record in batch:
            put_json(
                {name: _numbers(value) if isinstance(value, np.ndarray) else value for name, value in record.items()},
                indent=None,
            )
        sys.stdout.flush()


def _numbers(array: npt.NDArray[np.float32]) -> list[Any]:
    """Return the values of an array for JSON: nine digits are enough to give each float32 back exactly."""
    return [_numbers(row) for row in array] if array.ndim > 1 else [float(f"{value:.9g}") for value in array.tolist()]


def vector_arrays(batches: Iterable[list[Record]]) -> Arrays:
    """Gather ``vectors``: float32, (n, dim), with the texts of each row."""
    records = [record for batch in batches for record in batch]
    return {"vectors": _stacked(records, "vector"), **_texts(records)}


def token_arrays(batches: Iterable[list[Record]]) -> Arrays:
    """Gather the vectors of pieces, those of all texts after each other.

    Returns:
        ``sequence_output``: float32, (pieces, hidden), and ``pieces``; text i has rows ``offsets[i]`` to
        ``offsets[i + 1]`` of both. ``pooled_output``: float32, (n, hidden); and the texts.
    """
    records = [record for batch in batches for record in batch]
    counts = [len(record["pieces"]) for record in records]
    rows = [record["sequence_output"] for record in records]
    return {
        "sequence_output": np.concatenate(rows) if rows else np.empty((0, 0), np.float32),
        "pieces": np.array([piece for record in records for piece in record["pieces"]], np.str_),
        "offsets": np.cumsum([0, *counts], dtype=np.int64),
        "pooled_output": _stacked(records, "pooled_output"),
        **_texts(records),
    }


def _stacked(records: list[Record], name: str) -> npt.NDArray[np.float32]:
    return np.stack([record[name] for record in records]) if records else np.empty((0, 0), np.float32)


def _texts(records: list[Record]) -> Arrays:
    names = [name for name in ("text", "pair") if records and name in records[0]] or ["text"]
    return {f"{name}s": np.array([record[name] for record in records], np.str_) for name in names}


def save_arrays(path: Path, arrays: Arrays) -> None:
    """Write arrays by the suffix of a file: all of them to ``.npz``, the first alone to ``.npy``.

    Raises:
        StorageError: The file cannot be written.
    """
    try:
        if path.suffix == ".npy":
            np.save(path, next(iter(arrays.values())))
        else:
            np.savez_compressed(path, allow_pickle=False, **arrays)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from error
