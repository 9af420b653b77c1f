"""Questions as they are asked: a text and its vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from albert_search.arrays import Vectors
from albert_search.searching.long_texts import encode_long
from albert_search.searching.understanding import foreign_language, languages_of
from albert_search.types import SentenceEncoder
from albert_search.words.segmentation import segment


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the rankers need it.

    Attributes:
        vector: float32 (1, dim), L2-normalised.
        text: Its words; empty where only the vector is known.
        understood: Whether the vector says what it means; else words alone rank, and nothing has a relevance.
        languages: Those that the model knows; None where it does not say.
    """

    vector: Vectors
    text: str = ""
    understood: bool = True
    languages: frozenset[str] | None = None

    def relates_to(self, language: str | None) -> bool:
        """Tell whether a cosine with a text in some language means something."""
        return self.understood and (language is None or self.languages is None or language in self.languages)


def encode_questions(encoder: SentenceEncoder, questions: Sequence[str]) -> list[Question]:
    """Return questions as rankers need them.

    Args:
        encoder: The model that made the index.
        questions: The questions, of any length.
    """
    known = languages_of(encoder)
    vectors = encode_long(encoder, questions)
    readable = encoder.tokenizer.knows(questions)
    return [
        Question(vector.reshape(1, -1), text, known_script and _is_understood(text, known), known)
        for vector, text, known_script in zip(vectors, questions, readable, strict=True)
    ]


def _is_understood(text: str, languages: frozenset[str] | None) -> bool:
    return bool(segment(text).words) and foreign_language(text, languages) is None
