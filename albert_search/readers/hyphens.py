"""Words broken at the end of a line: whether the hyphen belongs to the word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_WORD = re.compile(r"\w+(?:-\w+)*")
_LAST_WORD = re.compile(r"(?:\w+-)*\w+$")
_BROKEN_WORD = re.compile(r"\w[\w-]*[-\u2010](?=\s|$)|\S*\ufffe")
_ALWAYS_APART = frozenset(("all", "cross", "ex", "half", "high", "low", "quasi", "self", "well"))
_APART_BEFORE_A_VOWEL = frozenset(("anti", "co", "de", "micro", "multi", "non", "pre", "re", "semi", "ultra"))
_SHORTEST_WORD = 3
_BROKEN_AT_LINE_END = re.compile(r"([^\W_]{1,60})[-\u2010]\n[ \t]*([^\W\d_]\S*)[ \t]*")


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that stand unbroken in some lines, in lower case, hyphens inside them kept."""
    found: set[str] = set()
    for text in texts:
        found.update(_WORD.findall(_BROKEN_WORD.sub(" ", text.lower())))
    return frozenset(found)


def hyphen(head: str, tail: str, words: frozenset[str]) -> str:
    """Return the hyphen that belongs between the halves of a broken word, or nothing.

    The words of the same document decide, then a list of common English words; then compounds are told by their parts.

    >>> hyphen("well", "known", frozenset()), hyphen("treat", "ment", frozenset()), hyphen("re", "entry", frozenset())
    ('-', '', '-')

    Args:
        head: What stands before the line end, hyphens in it included.
        tail: What stands after it.
        words: The words that stand unbroken in the document, in lower case.
    """
    head, tail = head.lower(), tail.lower()
    if head + tail in words:
        return ""
    if f"{head}-{tail}" in words or not tail[:1].isalpha() or not head[-1:].isalpha() or "-" in head:
        return "-"
    known = common_words()
    if head + tail in known:
        return ""
    if head in _ALWAYS_APART or len(head) == 1 or (head in _APART_BEFORE_A_VOWEL and tail[0] in "aeiou"):
        return "-"
    are_words = all(len(half) >= _SHORTEST_WORD and (half in words or half in known) for half in (head, tail))
    return "-" if are_words else ""


def last_word(text: str) -> str:
    """Return the word at the end of a text, with the hyphens inside it; empty where none stands there."""
    match = _LAST_WORD.search(text[-80:])
    return match[0] if match else ""


def first_word(text: str) -> str:
    """Return the word at the beginning of a text; empty where none stands there."""
    match = _WORD.match(text)
    return match[0] if match else ""


def mended(text: str, words: frozenset[str]) -> str:
    """Put words together again that are broken at the line ends of a wrapped text; its line ends stay as many."""

    def whole(match: re.Match[str]) -> str:
        head, tail = last_word(match.string[: match.start()] + match[1]), match[2]
        if not tail[0].islower() or not match[1][-1].isalpha():
            return match[0]
        return f"{match[1]}{hyphen(head, first_word(tail), words)}{tail}\n"

    return _BROKEN_AT_LINE_END.sub(whole, text) if "-\n" in text or "\u2010\n" in text else text


@cache
def common_words() -> frozenset[str]:
    """Return some 28,000 English words that are written in lower case, three letters and more."""
    return frozenset((Path(__file__).parent / "english_words.txt").read_text(encoding="utf-8").split())
