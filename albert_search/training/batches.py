"""Token ids as the network takes them: cut, padded, and put together by length."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar

import torch

TokenIds: TypeAlias = Sequence[Sequence[int]]
Inputs: TypeAlias = Mapping[str, torch.Tensor]
Item = TypeVar("Item")


def pad(rows: TokenIds) -> dict[str, torch.Tensor]:
    """Return the network's inputs, int32 (batch, tokens), for rows of ids with their special tokens."""
    longest = max(len(row) for row in rows)
    ids = torch.zeros((len(rows), longest), dtype=torch.int32)
    mask = torch.zeros_like(ids)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row, dtype=torch.int32)
        mask[number, : len(row)] = 1
    return {"input_word_ids": ids, "input_mask": mask, "input_type_ids": torch.zeros_like(ids)}


def by_length(rows: TokenIds, *, texts: int, tokens: int) -> list[list[int]]:
    """Split rows into batches of similar length.

    Args:
        rows: Token ids.
        texts: Rows in a batch, at most.
        tokens: Tokens in a batch with its padding, at most; a longer row is a batch of its own.

    Returns:
        For each batch the numbers of its rows, longest rows first.
    """
    batches: list[list[int]] = []
    for number in sorted(range(len(rows)), key=lambda number: -len(rows[number])):
        room = min(texts, tokens // len(rows[batches[-1][0]])) if batches else 0
        if batches and len(batches[-1]) < room:
            batches[-1].append(number)
        else:
            batches.append([number])
    return batches


def shuffled(items: Sequence[Item], seed: int) -> list[Item]:
    """Return the items in another order, the same for the same seed."""
    return random.Random(seed).sample(items, len(items))
