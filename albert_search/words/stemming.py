"""Words by their stems, as the Snowball stemmer of their language cuts them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import Stemmer

from albert_search.words.segmentation import Segments, fold

ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "porter",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sh": "serbian",
    "hr": "serbian", "bs": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Language to the name of its Snowball algorithm. Source: https://snowballstem.org/algorithms/

English has the older Porter stemmer: nDCG@10 on `wikiqa` and `xquad-en-sent` is .7958 and .8707 with it, with the newer
one .7946 and .8698.
"""

_LATIN = re.compile(r"[a-z\u00c0-\u024f]", re.IGNORECASE)
_NOT_LATIN = {"ar", "el", "fa", "hi", "hy", "ne", "ru", "ta", "yi"}


def stems(segments: Segments, languages: Iterable[str | None]) -> list[str]:
    """Return the stems of a text's words, and of the parts of its names in mixed case.

    Args:
        segments: The words.
        languages: The languages that they may be in; one that is not known counts as English.

    Returns:
        Stems in the order of the words; where languages or spellings cut a word differently, each of its stems once.
    """
    chosen = _algorithms(languages)
    return [stem for word in [*segments.written, *(piece.lower() for piece in segments.pieces)]
            for stem in _stems_of(word, chosen)]  # fmt: skip


def stems_of_word(word: str, languages: Iterable[str | None]) -> Sequence[str]:
    """Return the stems that a single word has in some languages, each once."""
    return _stems_of(word, _algorithms(languages))


def _algorithms(languages: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({language if language in ALGORITHMS else "en" for language in languages} or {"en"}))


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(ALGORITHMS[language], 0)


@lru_cache(maxsize=1 << 16)
def _stems_of(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return each stem once: of the word as it is written, and as someone writes it who leaves accents out."""
    latin = bool(_LATIN.search(word))
    fitting = [language for language in languages if latin is (language not in _NOT_LATIN)]
    plain = fold(word)
    if not fitting:
        return (plain,)
    spellings = (word, plain) if plain != word else (word,)
    return tuple(
        dict.fromkeys(fold(_stemmer(language).stemWord(spelling)) for language in fitting for spelling in spellings)
    )
