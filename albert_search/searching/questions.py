"""Questions as they are asked: a text and its vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from albert_search.arrays import Vectors
from albert_search.searching.long_texts import encode_long
from albert_search.searching.query_language import ParsedQuestion
from albert_search.searching.understanding import foreign_language, languages_of
from albert_search.storage.catalog import Filter
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
        phrases: What every hit holds, word for word.
        without: What no hit holds.
        where: Which documents are looked at, besides what the search was told; None for all.
    """

    vector: Vectors
    text: str = ""
    understood: bool = True
    languages: frozenset[str] | None = None
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    where: Filter | None = None

    def relates_to(self, language: str | None) -> bool:
        """Tell whether a cosine with a text in some language means something."""
        return self.understood and (language is None or self.languages is None or language in self.languages)


def encode_questions(encoder: SentenceEncoder, questions: Sequence[str | ParsedQuestion]) -> list[Question]:
    """Return questions as rankers need them.

    Args:
        encoder: The model that made the index.
        questions: The questions, of any length; those that are text mean nothing but what they say.
    """
    parsed = [ParsedQuestion(question) if isinstance(question, str) else question for question in questions]
    texts = [question.text for question in parsed]
    known = languages_of(encoder)
    vectors = encode_long(encoder, texts)
    readable = encoder.tokenizer.knows(texts)
    return [
        Question(
            vector.reshape(1, -1),
            one.text,
            known_script and _is_understood(one.text, known),
            known,
            one.phrases,
            one.without,
            one.where,
        )
        for vector, one, known_script in zip(vectors, parsed, readable, strict=True)
    ]


def _is_understood(text: str, languages: frozenset[str] | None) -> bool:
    return bool(segment(text).words) and foreign_language(text, languages) is None
