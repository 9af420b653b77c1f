"""Questions as they are asked: a text and its vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from albert_search.arrays import Vectors
from albert_search.searching.long_texts import encode_long
from albert_search.types import SentenceEncoder


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the rankers need it.

    Attributes:
        vector: float32 (1, dim), L2-normalised.
        text: Its words; empty where only the vector is known.
    """

    vector: Vectors
    text: str = ""


def encode_questions(encoder: SentenceEncoder, questions: Sequence[str]) -> list[Question]:
    """Return questions as rankers need them.

    Args:
        encoder: The model that made the index.
        questions: The questions, of any length.
    """
    vectors = encode_long(encoder, questions)
    return [Question(vector.reshape(1, -1), text) for vector, text in zip(vectors, questions, strict=True)]
