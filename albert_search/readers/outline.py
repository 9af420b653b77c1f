"""Headings and tables of contents in text that marks neither."""

from __future__ import annotations

import re

_LONGEST_HEADING = 80
_ENDS_OF_PAGE_NUMBERS = tuple("0123456789ivxlc")
_LONGEST_ENTRY = 400
_MOST_WORDS = 12
_TITLE_WORDS = 9
_NUMBER = re.compile(r"(?:(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){1,4}|\d{1,2}|[IVX]{1,5}|[A-Z])[.)]?[ \t]+(?=[A-ZÀ-ÞΑ-ΩА-Я])")
_PART = re.compile(
    r"(?:chapter|part|section|appendix|article|kapitel|teil|chapitre|capítulo)\s+(?:\d+|[IVXLC]+|[A-Z])\b", re.I
)
_ENTRY = re.compile(
    r"(?P<title>\S.*?)[ \t]*(?:[._·•…\u2024-]{4,}|(?:[.·…][ \t]){3,}[.·…]?|\t+[ \t]*|[ \t]{4,})[ \t]*"
    r"(?P<page>\d{1,4}|[ivxlc]+)"
)
_LEADER = re.compile(r"[._·…\u2024-]{4,}|(?:[.·…][ \t]){3,}")
_POINTS = ("see", "siehe", "voir", "véase", "cf.", "→")
_POINTER = re.compile(
    r"(?:see(?: also)?|siehe(?: auch)?|voir(?: aussi)?|véase|cf\.|→)[: ]+(?:(?:section|chapter|abschnitt|kapitel) )?"
    r"[\"“„«']?(?P<title>[^\n]+?)[\"”“»']?[.]?",
    re.IGNORECASE,
)
_ENDS_A_SENTENCE = tuple(".!?:;,…")
_PAGE_LINE = re.compile(r"(?:page|seite|p\.)?\s*\d+(?:\s*(?:of|/|von)\s*\d+)?", re.I)
_NO_TITLE = re.compile(
    r"^(?:microsoft \w+ - |untitled|unbenannt|(?:word )?document\s*\d*$|powerpoint|presentation\d*$|slide \d)"
    r"|\.(?:docx?|pdf|indd|tex|dvi|qxd|odt|rtf|fm|pptx?)$|^\S+_\S+$",
    re.IGNORECASE,
)


def contents_title(line: str) -> str | None:
    """Return the title in a line of a table of contents: a title, a row of dots, and the number of a page.

    >>> contents_title("2. Cleaning the filter ........ 7")
    '2. Cleaning the filter'
    """
    line = line.strip()
    if len(line) > _LONGEST_ENTRY or line[-1:] not in _ENDS_OF_PAGE_NUMBERS:
        return None
    match = _ENTRY.fullmatch(line)
    return match["title"].rstrip(" .·…_") if match and any(map(str.isalpha, match["title"])) else None


def pointed_title(line: str) -> str | None:
    """Return the title that a line does nothing but point to.

    >>> pointed_title("See also: Cleaning the filter.")
    'Cleaning the filter'
    """
    if len(line) > _LONGEST_HEADING + 20 or not line.lstrip().lower().startswith(_POINTS):
        return None
    match = _POINTER.fullmatch(line.strip())
    return match["title"] if match else None


def has_leader(line: str) -> bool:
    """Tell whether a row of dots stands in a line, as between a title and its page."""
    return _LEADER.search(line) is not None


def bare_title(title: str) -> str:
    """Return a title as it can be compared: without its number, in one case, white space folded.

    >>> bare_title("2.1  Cleaning the Filter")
    'cleaning the filter'
    """
    title = title.strip()
    number = _NUMBER.match(title)
    return " ".join(title[number.end() if number else 0 :].split()).strip(" .:").casefold()


def is_title(title: str) -> bool:
    """Tell whether a title in a file's properties is one, not a name that a program filled in."""
    return bool(title) and any(map(str.isalpha, title)) and _NO_TITLE.search(title) is None


def level_by_look(line: str, *, apart: bool, leads_prose: bool) -> int | None:
    """Return the level of the heading that a line of plain text is by its looks; None for any other line.

    Args:
        line: The line.
        apart: Whether a blank line stands above it, or nothing.
        leads_prose: Whether running text follows, which a heading needs below it.
    """
    title = line.strip()
    words = title.split()
    if not (leads_prose and 2 < len(title) <= _LONGEST_HEADING and len(words) <= _MOST_WORDS):
        return None
    if title.endswith(_ENDS_A_SENTENCE) or _PAGE_LINE.fullmatch(title) or has_leader(title):
        return None
    if _PART.match(title):
        return 1
    if number := _NUMBER.match(title):
        return 1 + len([part for part in re.split(r"[.)]", number[0].strip()) if part])
    if not apart:
        return None
    if title.isupper() and sum(map(str.isalpha, title)) > 3:
        return 1
    return 2 if _is_title(title, words) else None


def _is_title(title: str, words: list[str]) -> bool:
    """Tell whether a line looks like a title: short, a capital first, no sentence and no field in it."""
    letter = title[0]
    if not letter.isupper() or len(words) > _TITLE_WORDS:
        return False
    return not any(mark in title for mark in (": ", " - ", "|", "\t", "  ", "=", ". "))
