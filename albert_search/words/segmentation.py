"""A text as words that can be found: one form for every spelling, in every script.

>>> segment("Version 2.3.1 of getUserName()").words
['version', '2', '3', '1', 'of', 'getusername']
>>> segment("用ITGC系统").words
['用', 'itgc', '系统', '统']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]"
)
"""What may be left out in writing: accents, the vowels of Hebrew and Arabic, and the Arabic stretch."""

_VOWELS = re.compile("[\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
"""Those among them that stand on letters of Hebrew and Arabic, whose words are never written with them."""

_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ى": "ي",
        "ک": "ك",
        "ی": "ي",
    }
)
"""Letters that are also written as others, and that Unicode does not take apart."""

_MARK = (
    "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0a81-\u0acd\u0b01-\u0b4d"
    "\u0b82-\u0bcd\u0c00-\u0c4d\u0c81-\u0ccd\u0d00-\u0d4d\u200c\u200d"
)
_WORD = re.compile(rf"(?:[^\W_][{_MARK}]*)+")
_PLAIN = re.compile(rf"{_WORD.pattern}(?:['’]{_WORD.pattern})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_CHUNK = re.compile(r"\S+")
_BRACKET = re.compile(r"[\"'`“”‘’()\[\]{}<>;|]+|,(?!\d)|(?<!\d),")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# Scripts that are written without spaces, or with endings written to the word.
_DENSE = re.compile(
    "((?:[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u3040-\u30ff\u31f0-\u31ff\u3005-\u3007"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u1100-\u11ff\U00020000-\U0003ffff])+)"
)
_CLUSTER = re.compile(
    r"(?:\w[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u0f90-\u0fbc\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u3099\u309a]*)|.",
    re.DOTALL,
)

_EDGE_BEFORE = "\"'`*([{<«„“”‚‘’¿¡,;:!?|~=…"
_EDGE_AFTER = "\"'`*()[]{}>»“”‘’,;:!?|~=…."


@dataclass(slots=True)
class Segments:
    """The words of a text.

    Attributes:
        words: Its words in order, folded; scripts without spaces as overlapping pairs of characters, the last alone.
        wholes: What is written without a space but holds more than letters and digits: ``2.3.1``, ``c++``, ``a@b.org``.
        written: The words as they are written but for case, for a stemmer; the pairs of characters among them.
        pieces: The parts of names in mixed case, as they are written: ``get``, ``User``, ``Name``.
    """

    words: list[str] = field(default_factory=list)
    wholes: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)


def fold(text: str) -> str:
    """Return a text in the form in which words are compared: no case, no accents, no wide or joined letters.

    >>> fold("Ｃafé STRASSE straße Łódź")
    'cafe strasse strasse lodz'
    """
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)


def segment(text: str, *, for_question: bool = False) -> Segments:
    """Cut a text into words.

    Args:
        text: Anything.
        for_question: Whether to leave out the last character of a pair on its own, which only what is looked for alone
            is found by.

    Returns:
        Its words; equal for texts that differ in case, accents and Unicode form alone.
    """
    found = Segments()
    text = _CONTROL.sub(" ", text)
    for chunk in _CHUNK.findall(text if text.isascii() else _VOWELS.sub("", unicodedata.normalize("NFKC", text))):
        words = list(_words(chunk))
        if not words and not chunk.strip(_EDGE_BEFORE + _EDGE_AFTER):
            continue
        for word in words:
            _add(found, word, for_question=for_question)
        for whole in filter(None, map(_whole, _BRACKET.split(chunk) if words else ())):
            found.wholes.append(whole)
            if re.match(r"v\d", whole):
                found.wholes.append(whole[1:])
    return found


def is_dense(word: str) -> bool:
    """Tell whether a word is of a script that is cut into pairs of characters."""
    return bool(_DENSE.match(word))


def _words(chunk: str) -> Iterator[str]:
    # Thai and Khmer vowels are marks, which the pattern for words would cut at.
    for number, run in enumerate(_DENSE.split(chunk)):
        if number % 2:
            yield run
        else:
            yield from _WORD.findall(run)


def _add(found: Segments, word: str, *, for_question: bool) -> None:
    if _DENSE.match(word):
        clusters = _CLUSTER.findall(fold(word))
        pairs = [first + second for first, second in pairwise(clusters)]
        pairs += [] if for_question and pairs else clusters[-1:]
        found.words += pairs
        found.written += pairs
        return
    found.words.append(fold(word))
    found.written.append(unicodedata.normalize("NFC", word.casefold()))
    if word != word.lower() and word[1:] != word[1:].lower() and word != word.upper():
        found.pieces += [piece for piece in _HUMP.findall(word) if len(piece) > 1]


def _whole(chunk: str) -> str:
    """Return what is written in one, without what surrounds it; empty where it is a plain word."""
    whole = chunk.lstrip(_EDGE_BEFORE).rstrip(_EDGE_AFTER)
    whole = re.sub(r"^[-.#_]+(?![-.#_\w])|(?<![-_\w])[-_]+$", "", whole)
    return "" if not whole or _DENSE.search(whole) or _PLAIN.fullmatch(whole) else fold(whole)
