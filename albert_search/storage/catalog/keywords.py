"""Turns any text into a query that FTS5 understands.

The full-text tables hold words that are cut already: ``words`` as they are written but for case and accents, ``wholes``
for what is written in one (``2.3.1``), ``stems``. A question is cut the same way.

>>> fts5_query("what is new in 2.3.1?", ["en"])
'stems : ("new" OR "2" OR "3" OR "1") OR wholes : ("2.3.1")'
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from albert_search.words.detection import detect_language
from albert_search.words.function_words import ENGLISH, function_words
from albert_search.words.segmentation import Segments, is_dense, segment
from albert_search.words.stemming import stems_of_word

MOST_WORDS = 64
"""Distinct words of a question that are looked up; a question that long has said what it is about by then."""

COMPOUNDING = frozenset({"da", "de", "et", "fi", "hu", "is", "nl", "no", "sv"})
"""Languages that write a compound as one word, which a question finds by its beginning."""

SHORTEST_PART = 4
"""Letters of the shortest word that a compound is found by."""


def fts5_query(text: str, languages: Collection[str | None] = ("en",)) -> str:
    """Return an FTS5 query that matches any of the words in a text.

    Words that hold a sentence together say nothing about its subject and are in half of all texts; they are left out
    unless there are no others.

    Args:
        text: Anything; quotes, operators and emoji included.
        languages: Those that the texts are in.

    Returns:
        The query; empty where the text holds no word.
    """
    segments = segment(text, for_question=True)
    language = question_language(text, languages)
    subjects = _subjects(segments, language)
    compounds = language in COMPOUNDING or (language is None and not COMPOUNDING.isdisjoint(languages))
    terms = [term for word in subjects[:MOST_WORDS] for term in _terms(word, languages, compounds=compounds)]
    parts = [_any_of("stems", terms), _any_of("wholes", [quoted(whole) for whole in segments.wholes[:MOST_WORDS]])]
    return " OR ".join(part for part in parts if part)


def name_query(text: str, languages: Collection[str | None]) -> str:
    """Return an FTS5 query for what is called by all words of a text but its function words; empty where it has none.

    >>> name_query("the parental leave", ["en"])
    'stems : ("parent") AND stems : ("leav")'
    """
    language = question_language(text, languages)
    subjects = _subjects(segment(text, for_question=True), language)
    if len(subjects) > MOST_WORDS or any(word in function_words(language) for word in subjects):
        return ""
    return " AND ".join(_any_of("stems", _terms(word, languages, compounds=False)) for word in subjects)


def phrase_query(text: str) -> str:
    """Return an FTS5 query for the words of a text in a row; empty where it holds none.

    >>> phrase_query("Baker Street")
    'words : "baker street"'
    """
    words = segment(text, for_question=True).words
    if not words:
        return ""
    return f"words : {quoted(' '.join(words))}{' *' if is_dense(words[-1]) and len(words[-1]) == 1 else ''}"


def whole_query(text: str) -> str:
    """Return an FTS5 query for what is written in one; empty for what is not.

    >>> whole_query("2.3.1")
    'wholes : "2.3.1"'
    """
    wholes = segment(text).wholes
    return f"wholes : {quoted(wholes[0])}" if wholes and len(text.split()) == 1 else ""


def question_language(text: str, languages: Collection[str | None]) -> str | None:
    """Return the language of a question, as far as it matters: English where all texts are English."""
    if all(language in ("en", None) for language in languages):
        return "en"
    if text.isascii() and not ENGLISH.isdisjoint(text.lower().split()):
        return detect_language(text) or "en"
    return detect_language(text)


def quoted(term: str) -> str:
    """Return a term as a string of FTS5."""
    return '"' + term.replace('"', '""') + '"'


def _subjects(segments: Segments, language: str | None) -> list[str]:
    """Return the distinct words that say what a question is about; all of them where there are no others."""
    left_out = function_words(language)
    subjects = [word for word in dict.fromkeys(_written(segments)) if word not in left_out]
    return subjects or list(dict.fromkeys(segments.written))


def _written(segments: Segments) -> Sequence[str]:
    return [*segments.written, *(piece.lower() for piece in segments.pieces)]


def _terms(word: str, languages: Collection[str | None], *, compounds: bool) -> list[str]:
    if is_dense(word):
        return [quoted(word) + (" *" if len(word) == 1 else "")]
    begins = compounds and len(word) >= SHORTEST_PART and word.isalpha()
    return [quoted(stem) + (" *" if begins else "") for stem in stems_of_word(word, languages)]


def _any_of(column: str, terms: Sequence[str]) -> str:
    return f"{column} : ({' OR '.join(dict.fromkeys(terms))})" if terms else ""
