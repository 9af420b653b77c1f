"""Words that hold a sentence together and say nothing about its subject; they are in half of all texts."""

from __future__ import annotations

from functools import cache

from albert_search.words.segmentation import fold

ENGLISH = frozenset(
    (
        "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is "
        "it its me my no not of on or our she should so such than that the their them then there these they this to "
        "was we were what when where which who whom why will with would you your"
    ).split()
)

_LISTS = {
    "ar": "arabic", "bg": "bulgarian", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "es": "spanish", "fa": "persian", "fi": "finnish", "fr": "french", "he": "hebrew", "hi": "hindi", "hu": "hungarian",
    "id": "indonesian", "it": "italian", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sk": "slovak", "sv": "swedish", "tr": "turkish", "uk": "ukrainian",
    "vi": "vietnamese",
}  # fmt: skip


@cache
def function_words(language: str | None) -> frozenset[str]:
    """Return the function words of a language in the form that `fold` gives them; those of English by default."""
    if language not in _LISTS:
        return ENGLISH
    from stop_words import get_stop_words

    return frozenset(fold(word) for word in get_stop_words(_LISTS[language]))
