"""What word search looks at: a row for each distinct text, and one for the title and name of each document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

from albert_search.storage.catalog.digests import row_checksum
from albert_search.words.segmentation import segment
from albert_search.words.stemming import stems


class WordRow(NamedTuple):
    """The words of a text or a document, with spaces between them.

    Attributes:
        id: Number of the text or document.
        language: Of the document; None where it is not known.
        words: Every word in order, folded.
        wholes: What is written in one but holds more than letters and digits, such as ``2.3.1``.
        stems: The stem of each word.
        checksum: 8 bytes over all that.
    """

    id: int
    language: str | None
    words: str
    wholes: str
    stems: str
    checksum: bytes


def word_row(number: int, text: str, language: str | None) -> WordRow:
    """Return what word search needs of a text.

    Args:
        number: Of the text, or of the document that the text names.
        text: The text.
        language: Of the document that it stands in.
    """
    found = segment(text)
    words, wholes, cut = (" ".join(part) for part in (found.words, found.wholes, stems(found, [language])))
    return WordRow(number, language, words, wholes, cut, row_checksum(number, language, words, wholes, cut))


def names_of(uri: str, metadata: Mapping[str, Any], *, is_file: bool) -> str:
    """Return what a document is called: its title, and the name of its file, whole and without its ending.

    A row of a table is not called as the table is.
    """
    title = metadata.get("title")
    path = PurePath(uri)
    names: Iterable[str] = (path.stem, path.name) if is_file and "#row=" not in uri else ()
    return "\n".join([str(title) if isinstance(title, str) else "", *names]).strip()
