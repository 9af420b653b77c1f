"""Turns any text into a query that FTS5 understands."""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS = 64
"""Distinct words of a question that are looked up; a question that long has said what it is about by then."""

_WORD = re.compile(r"[^\W_]+")

_FUNCTION_WORDS = frozenset(
    (
        "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is "
        "it its me my no not of on or our she should so such than that the their them then there these they this to "
        "was we were what when where which who whom why will with would you your"
    ).split()
)


def fts5_query(text: str) -> str:
    """Return an FTS5 query that matches any of the words in a text.

    Words that hold a sentence together say nothing about its subject and are in half of all texts; they are left out
    unless there are no others.

    Args:
        text: Anything; quotes, operators and emoji included.

    Returns:
        The query; empty where the text holds no word.
    """
    # Composed and lower-cased as the texts and FTS5 are; casefold would turn ß into ss, which FTS5 does not.
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(unicodedata.normalize("NFC", text))))
    subjects = [word for word in words if word not in _FUNCTION_WORDS] or words
    return " OR ".join(f'"{word}"' for word in subjects[:MOST_WORDS])
