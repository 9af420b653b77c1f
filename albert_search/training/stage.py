"""Stages of training, and the sources of their texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """A draw of texts from one file of the corpora.

    Attributes:
        texts: How many texts it gives.
        column: Which tab-separated column is the text; None joins them as title and text.
        sentences: How many neighbouring lines make one text, at most.
    """

    texts: int
    column: int | None = 0
    sentences: int = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of training.

    Attributes:
        texts: How many texts there are to learn from.
        rate: Highest learning rate of the layers.
        embedding_rate: Highest learning rate of the embedding tables.
        warmup_steps: Steps over which the rates rise from 0.
        decay_share: Share of the texts, at the end, over which the rates fall to 0.
        epochs: How often each text is learned from.
        passages: Long texts, cut at other places in each stage, that it draws beside those of the sample.
    """

    texts: int
    rate: float
    embedding_rate: float
    warmup_steps: int = 50
    decay_share: float = 0.25
    epochs: int = 1
    passages: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
