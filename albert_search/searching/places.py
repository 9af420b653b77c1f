"""Where a sentence stands: from a document and a line to the sentence there."""

from __future__ import annotations

from albert_search.types import Hit

LINES_BELOW_HEADING = 3
"""On which line below it a heading's sentence begins, at most: a rule and an empty line may stand between."""


def _reaches(sentence: Hit, line: int) -> bool:
    """Tell whether a sentence that begins at or before a line may go on to it: each line takes a word at least."""
    if sentence.line is None or sentence.row is not None:
        return line == (sentence.line or sentence.ordinal + 1)
    return line <= sentence.line + sentence.text.count(" ")
