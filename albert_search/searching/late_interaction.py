"""Late interaction: a question and a text compared token by token, and the words of the text that match.

Source: Khattab, Zaharia: ColBERT, Efficient and Effective Passage Search via Contextualized Late Interaction over BERT,
    arXiv:2004.12832.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from albert_search.arrays import Vectors
from albert_search.types import Match
from albert_search.words.function_words import ENGLISH
from albert_search.words.segmentation import fold

Count = Callable[[Sequence[str]], Sequence[int]]

LEAST_COSINE = 0.4
"""A word that comes no nearer to any word of the question matches none."""

LEAST_SHARE = 0.6
"""A word that stands out by a smaller share of what the best one does is not worth a mark."""

USUAL_COSINE = 0.3
"""Of unrelated tokens. The mean is taken as if the text had one more, so that a text of one word can match."""

_WORD = re.compile(r"\S+")
_CORE = re.compile(r"\w(?:.*\w)?")


def token_cosines(question: Vectors, text: Vectors) -> Vectors:
    """Return the cosine of each token of a question with each of a text, special tokens left out.

    Args:
        question: float32 (n + 2, width), rows of length 1, those of the special tokens first and last.
        text: float32 (m + 2, width), likewise.

    Returns:
        float32 (n, m).
    """
    cosines: Vectors = np.clip(question[1:-1] @ text[1:-1].T, -1.0, 1.0)
    return cosines


def words_that_mean_themselves(question: str, count: Count) -> list[tuple[re.Pattern[str], slice]]:
    """Return the words of a question that hold a digit, as patterns, and which of its tokens each has.

    The pieces of 4712 are near those of 4713, but nobody who asks for the one wants the other.
    """
    words = [word[0] for word in _WORD.finditer(question)]
    ends = np.cumsum([0, *count(words)])
    return [
        (re.compile(rf"(?<!\w){re.escape(core[0])}(?!\w)", re.IGNORECASE), slice(first, last))
        for word, first, last in zip(words, ends, ends[1:], strict=False)
        if (core := _CORE.search(word)) and any(map(str.isdigit, core[0]))
    ]


def maxsim(cosines: Vectors) -> float:
    """Return the mean over the question's tokens of the best cosine with a token of the text.

    Args:
        cosines: float32 (n, m), of the question's tokens with the text's.

    Returns:
        In [-1, 1], higher is better; 0 where either has no tokens.

    >>> round(maxsim(np.array([[0.2, 0.8], [0.6, 0.4]], np.float32)), 6)
    0.7
    """
    return float(cosines.max(axis=1).mean()) if cosines.size else 0.0


def matching_words(text: str, cosines: Vectors, count: Count) -> tuple[Match, ...]:
    """Return the words of a text that match words of a question.

    Function words come near to each other in any two texts. So what counts is by how much a word comes nearer to a
    token of the question than the text's tokens do on average.

    Args:
        text: The text; where it has several lines, the words of the last are returned, and placed in it.
        cosines: float32 (n, m), of the question's tokens with the text's, which may have been cut off.
        count: Returns how many tokens each of some texts has.
    """
    words = list(_WORD.finditer(text))
    ends = np.cumsum([0, *count([word[0] for word in words])])
    if not cosines.size or ends[-1] < cosines.shape[1]:  # this tokenizer does not cut word by word
        return ()
    usual = (cosines.sum(axis=1, keepdims=True) + USUAL_COSINE) / (cosines.shape[1] + 1)
    stand_out = np.where(cosines >= LEAST_COSINE, cosines - usual, 0.0).max(axis=0)
    least = max(LEAST_SHARE * float(stand_out.max()), 1e-6)
    line = text.rfind("\n") + 1
    matches = []
    for word, first, last in zip(words, ends, ends[1:], strict=False):
        weight = float(stand_out[first:last].max(initial=0.0))
        core = _CORE.search(word[0])
        if weight >= least and core and word.start() >= line and fold(core[0]) not in ENGLISH:
            start = word.start() - line
            matches.append(Match(start + core.start(), start + core.end(), weight))
    return tuple(matches)
