"""Real sentences to try a model on: everyday ones, and some of old novels."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

SINGLE_TEXTS = 24
LONG_TEXTS = (3, 6, 12, 60)
PAIRS = 8


@cache
def sample_sentences() -> tuple[str, ...]:
    """Return about a hundred sentences on many subjects, of 1 to 30 words."""
    text = files("albert_search.albert.published").joinpath("sample_sentences.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())


def sample_texts() -> list[str]:
    """Return texts of all lengths: nothing, a word, sentences, paragraphs, more than most models read."""
    sentences = sample_sentences()
    by_length = sorted(sentences, key=len)
    evenly = by_length[:: len(by_length) // SINGLE_TEXTS]
    return ["", *evenly, *(" ".join(sentences[:many]) for many in LONG_TEXTS)]


def sample_pairs() -> list[tuple[str, str]]:
    """Return pairs of texts, of like and of unlike length."""
    sentences = sample_sentences()
    return [(sentences[place], " ".join(sentences[-1 - place :])) for place in range(PAIRS)]
