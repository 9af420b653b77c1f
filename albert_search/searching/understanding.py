"""Whether a model understands a text: it has to know the script and, as far as that can be told, the language."""

from __future__ import annotations

import re

from albert_search.types import SentenceEncoder
from albert_search.words.detection import CERTAIN, detect_language
from albert_search.words.function_words import ENGLISH, function_words
from albert_search.words.segmentation import fold

_LATIN = re.compile(r"[a-z\u00c0-\u024f]", re.IGNORECASE)
_IN_LATIN_LETTERS = frozenset("ca cs da de en es et fi fr hr hu id it lt lv nl no pl pt ro sk sl sv tr vi".split())
_CERTAIN_WITHOUT_ACCENTS = 0.8
_FEWEST_WORDS = 3
"""Words without accents, at least, that can be told to be of another language than English."""


def languages_of(encoder: SentenceEncoder) -> frozenset[str] | None:
    """Return the languages that a model says it knows; None where it does not say."""
    known = getattr(encoder, "languages", None)
    return frozenset(known) if known else None


def foreign_language(text: str, known: frozenset[str] | None) -> str | None:
    """Return the language of a question if it certainly is one that a model does not know.

    In Latin letters a few words may belong to many languages, so that function words have to confirm what is detected.

    Args:
        text: The question.
        known: The languages that the model knows; None where it does not say.

    >>> foreign_language("Wie backt man Brot?", frozenset({"en"}))
    'de'
    >>> foreign_language("git commit undo", frozenset({"en"})) is None
    True
    """
    if known is None:
        return None
    words = re.findall(r"\w+", text.casefold())
    if not _LATIN.search(text) and known <= _IN_LATIN_LETTERS:
        return detect_language(text, certain=0.0)
    if text.isascii() and (len(words) < _FEWEST_WORDS or ("en" in known and not ENGLISH.isdisjoint(words))):
        return None
    language = detect_language(text, certain=_CERTAIN_WITHOUT_ACCENTS if text.isascii() else CERTAIN)
    if language is None or language in known:
        return None
    confirming = function_words(language) & ({fold(word) for word in words} - ENGLISH)
    # Without accents a single one may be an English word: die, man, war.
    certain = len(confirming) > (1 if text.isascii() else 0)
    return language if certain or not _LATIN.search(text) else None
