"""From a document and a line to the sentence that stands there."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from albert_search.errors import NotIndexed
from albert_search.storage.addresses import addresses_of
from albert_search.storage.catalog import Reading
from albert_search.types import Place

LINES_BELOW_HEADING = 3
"""On which line below it a heading's sentence begins, at most: a rule and an empty line may stand between."""


def sentence_at(view: Reading, document: str | Path, line: int) -> Place:
    """Return the sentence at a line of a document.

    Args:
        view: The state of the index.
        document: Its address or file.
        line: Line of the file, from 1, or row of the table.

    Raises:
        NotIndexed: There is no such document, or nothing at that line.
    """
    for address, below in product(addresses_of(document), range(LINES_BELOW_HEADING + 1)):
        place = view.sentence_at(address, line + below)
        if place is not None and _reaches(place, line + below):
            return place
    raise NotIndexed(f"nothing at line {line} of {document} is in the index")


def _reaches(sentence: Place, line: int) -> bool:
    """Tell whether a sentence that begins at or before a line may go on to it: each line takes a word at least."""
    if sentence.line is None or sentence.row is not None:
        return line == (sentence.line or sentence.ordinal + 1)
    return line <= sentence.line + sentence.text.count(" ")
