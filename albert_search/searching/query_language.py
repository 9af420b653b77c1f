"""What a person may write in a question besides plain words.

============================  ===============================================================
``"exact phrase"``            only sentences that hold it, word for word
``-word`` ``-"phrase"``       none that hold it (a word of three letters or more)
``field:value``               only documents that match, as ``--where field=value``; the field is
                              one that documents have, or ``path``
============================  ===============================================================

Everything else is plain text, whatever it holds: nothing that is typed is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from albert_search.errors import FilterError
from albert_search.storage.catalog import AllOf, Filter, parse_filter
from albert_search.words.segmentation import segment

_PHRASE = r'["“”„](?P<phrase>[^"“”„]+)["“”](?![^\W_])'
_MARKED = re.compile(
    rf"""(?<![^\s(])(?:
        (?P<minus>-)?{_PHRASE}
        | -(?P<without>[^\W\d_]{{3,}})(?=[\s.,;!?)]|$)
        | (?P<field>[^\s:"'()=<>!]+):(?P<value>"[^"]+"|'[^']+'|[^\s"':/][^\s"]*)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question as it is meant.

    Attributes:
        text: What is looked for by meaning and by words; the phrases are part of it.
        phrases: What every hit holds, word for word.
        without: What no hit holds.
        where: Which documents are looked at; None for all.
    """

    text: str
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    where: Filter | None = None


@dataclass(slots=True)
class _Marks:
    phrases: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)


def parse_question(text: str, fields: Callable[[], Collection[str]]) -> ParsedQuestion:
    """Read a question as a person writes it.

    Args:
        text: The question; anything at all.
        fields: Returns the fields that documents have; called only where one may be meant.

    Returns:
        What it means; a question of which nothing would be left to look for is plain text.

    >>> parse_question('"the first page" -draft year:2024', lambda: ["year"]).without
    ('draft',)
    """
    marks = _Marks()
    left = " ".join(_MARKED.sub(lambda match: _take(match, marks, fields), text).split())
    if not segment(left).words:
        return ParsedQuestion(text)
    where = AllOf(tuple(marks.filters)) if marks.filters else None
    return ParsedQuestion(left if marks != _Marks() else text, tuple(marks.phrases), tuple(marks.without), where)


def _take(match: re.Match[str], marks: _Marks, fields: Callable[[], Collection[str]]) -> str:
    """Note what a mark means, and return what stays of it in the text."""
    phrase, word, name = match["phrase"], match["without"], match["field"]
    if name is not None:
        found = _filter(name, match["value"], fields)
        if found is None:
            return match[0]
        marks.filters.append(found)
        return " "
    if word is None and not segment(phrase).words:
        return match[0]
    if word is not None or match["minus"]:
        marks.without.append(word or phrase)
        return " "
    marks.phrases.append(phrase)
    return str(phrase)


def _filter(name: str, value: str, fields: Callable[[], Collection[str]]) -> Filter | None:
    if name != "path" and name not in fields():
        return None
    try:
        return parse_filter(f'"{name}"={value}')
    except FilterError:
        return None
