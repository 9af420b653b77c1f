"""Strings that are meant letter by letter: a version, a name in code, an address, a few words that are no sentence.

A rare text that holds such a string as it is written comes before every text that is merely near.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from albert_search.storage.catalog import Filter, Reading
from albert_search.words.segmentation import segment

WORTH = 2.0
"""What holding all literal strings of a question is worth as a cosine: more than nearness and shared words together."""

WORTH_IN_QUESTION = 0.1
"""The same beside a question in words, where another text may answer."""

IN_PARTS = 0.75
"""How much of that a string is worth whose parts are there in a row, but written otherwise: ``2.3.1`` in ``2 3 1``."""

MOST_COMMON = 20
"""In more texts than this a string is common, and ranked as other words are."""

COMMON_ONE_IN = 1000
"""In a large index a string is common in more than one of so many texts."""

IN_NAME = 0.5
"""What it is worth to be the nearest sentence of a document whose title or file name holds all words of a question."""

SENTENCES_OF_NAMED = 20
"""First sentences of such a document, among which the nearest is looked for."""

LONGEST_NAME = 8
"""Words of the longest question that may be a string as a whole."""

_ASKING = frozenset(
    (
        "what how who whom whose when where why which is are was were am do does did can could should would will "
        "has have had may might must"
    ).split()
)
"""Words that questions begin with."""

_CODE = re.compile(r"[_\\/:@#+=$%&<>~^|*\[\]{}]|^-|\d.*\W|\W.*\d|[^\W\d_]\.[^\W\d_]{2,}")
_MIXED = re.compile(r"[^\W\d_]{1,8}\d|\d\w*[^\W\d_]\w*\d|[0-9a-f]{7,}|[^\W\d_]*[a-z][A-Z]\w*")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|s)", re.IGNORECASE)


def is_question(text: str) -> bool:
    """Tell whether a text asks in words, rather than names what is looked for."""
    words = segment(text, for_question=True).words
    return text.rstrip().endswith("?") or (len(words) > 1 and words[0] in _ASKING)


def literal_strings(question: str) -> list[str]:
    """Return what a question means letter by letter: names in code and the like, or all of a question that is a name.

    >>> literal_strings("what changed in 2.3.1?")
    ['2.3.1']
    >>> literal_strings("12 Baker Street")
    ['12 Baker Street']
    >>> literal_strings("how does a bill become a law?")
    []
    """
    chunks = [chunk.strip("\"'`“”‘’,;!?()[]{}") for chunk in question.split()]
    strings = [chunk for chunk in (chunk.rstrip(".:") for chunk in chunks) if _is_literal(chunk)]
    words = segment(question, for_question=True).words
    if 0 < len(words) <= LONGEST_NAME and not is_question(question):
        strings.append(question.strip())
    return list(dict.fromkeys(strings))


def literal_matches(view: Reading, strings: Sequence[str]) -> dict[int, float]:
    """Return what holding the literal strings is worth to each text that holds a rare one, in (0, 1].

    Args:
        view: The state of the index.
        strings: What is meant letter by letter.
    """
    shares: dict[int, float] = {}
    if not strings:
        return shares
    most = max(MOST_COMMON, view.last_text_id() // COMMON_ONE_IN)
    for string in strings:
        for text_id, exact in view.words.holding(string, most).items():
            share = (1.0 if exact else IN_PARTS) / len(strings)
            shares[text_id] = shares.get(text_id, 0.0) + share
    return shares


def sentences_of_named(view: Reading, question: str, where: Filter | None) -> list[list[int]]:
    """Return, for each of the few documents that a question names, the numbers of its first texts.

    Args:
        view: The state of the index.
        question: The question; all of its words but function words stand in the title or the file name.
        where: Only documents that match.
    """
    named = view.words.named(question, MOST_COMMON, where)
    return [[place.text_id for place in view.sentences(number, 0, SENTENCES_OF_NAMED - 1)] for number in named]


def _is_literal(chunk: str) -> bool:
    if _ORDINAL.fullmatch(chunk) or not any(character.isalnum() for character in chunk):
        return False
    return bool(_CODE.search(chunk) or _MIXED.match(chunk))
