"""Questions as they are asked: a text and its vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from albert_search.arrays import Vectors
from albert_search.types import Block, Document, SentenceEncoder


def encode_questions(encoder: SentenceEncoder, questions: Sequence[str]) -> list[Question]:
    """Encode questions; one that is longer than the model reads is encoded in parts, which are averaged.

    Args:
        encoder: The model that made the index.
        questions: The questions.

    Returns:
        The questions as rankers need them.
    """
    parts = _readable_parts(encoder, questions)
    vectors = encoder.encode([text for group in parts for text in group])
    ends = np.cumsum([len(group) for group in parts])
    means = np.stack([group.mean(axis=0) for group in np.split(vectors, ends[:-1])])
    units = means / np.linalg.norm(means, axis=1, keepdims=True)
    return [Question(vector.reshape(1, -1), text) for vector, text in zip(units, questions, strict=True)]


def _readable_parts(encoder: SentenceEncoder, questions: Sequence[str]) -> list[list[str]]:
    limit = encoder.max_seq_length - 2
    if max(encoder.tokenizer.count(questions)) <= limit:
        return [[question] for question in questions]
    # A search must start fast: what splits documents is loaded only for a question as long as one.
    from albert_search.sentences import Splitter

    splitter = Splitter(encoder.tokenizer.count, max_tokens=limit, unit="document")
    documents = [Document("question", question, (Block(0, len(question)),)) for question in questions]
    return [[part.text for part in splitter.split(document)] or [document.text[:limit]] for document in documents]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the rankers need it.

    Attributes:
        vector: float32 (1, dim), L2-normalised.
        text: Its words; empty where only the vector is known.
    """

    vector: Vectors
    text: str = ""
