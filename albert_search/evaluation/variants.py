"""Rewordings of a sentence, with a short list of our own in place of a thesaurus.

``word_variants.txt`` holds everyday words, spellings and short forms that may stand for one another in most sentences,
a group a line. It knows no senses: a question made with it may sound odd, as a hurried person's does.
"""

from __future__ import annotations

import random
import re
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?|%")


@cache
def word_variants() -> dict[str, list[str]]:
    """Return the words that may stand for each word, in lower case.

    >>> word_variants()["big"]
    ['large', 'huge']
    """
    variants: dict[str, list[str]] = {}
    text = files("albert_search.evaluation").joinpath("word_variants.txt").read_text(encoding="utf-8")
    for words in map(str.split, text.splitlines()):
        for word in words:
            variants.setdefault(word, []).extend(other for other in words if other != word)
    return variants


def reworded(sentence: str, draw: random.Random) -> str:
    """Return a sentence with every word that has a variant replaced by one; itself where none has."""

    def replace(match: re.Match[str]) -> str:
        others = word_variants().get(match[0].lower())
        return draw.choice(others) if others else match[0]

    return _WORD.sub(replace, sentence)


def shortened(sentence: str, draw: random.Random) -> str:
    """Return a sentence without half of its words, drawn at random."""
    words = sentence.split()
    kept = sorted(draw.sample(range(len(words)), len(words) - len(words) // 2))
    return " ".join(words[place] for place in kept)


def reordered(sentence: str, draw: random.Random) -> str:
    """Return a sentence whose words stand in random order."""
    words = sentence.split()
    draw.shuffle(words)
    return " ".join(words)


def garbled(sentence: str, draw: random.Random) -> str:
    """Return half of a sentence's words in random order, replaced where they have variants."""
    return reworded(reordered(shortened(sentence, draw), draw), draw)
