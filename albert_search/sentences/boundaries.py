"""Sentence boundaries: sentencex, and what ugly text taught us on top of it.

sentencex (Wikimedia; MIT; no dependencies) was chosen with ``scripts/bench_sentences``: of 38 ugly cases it has 33
right at 180,000 sentences a second on one core. blingfire: 29 at 54,000, last released in 2021; yasbd: 33 at 3,000;
pysbd: 28 at 700; syntok: 27 at 2,800; Punkt in Python: 23 at 15,000; ICU: 20 at 170,000;
sentence-splitter: 24 at 3,500.

sentencex keeps quotations and parentheses whole, however many sentences they hold, and does not know an
abbreviation behind a quotation mark. So it is shown the text with these marks blanked, and of the boundaries that
it finds those are dropped that no reader would set: 37 right at 34,000, all work of this package included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import sentencex

# sentencex slows down with the square of the sentences in one call; a thousand characters are still quick.
_WINDOW_CHARS = 1_000
_LANGUAGE = "en"  # its rules hold the stops of all scripts and the abbreviations of many languages

_MARKS = '"“”„‟«»‹›‘()（）「」『』'
_SPACES = "".join(chr(code) for code in range(0x3001) if chr(code).isspace() and code != 0x20)
# Apostrophes inside words stay. One class of characters comes first because such a pattern is searched quickest.
_BLANKS = re.compile(rf"[{_MARKS}{_SPACES}'’](?:(?<!\w['’])|(?!\w))")

_HALVES = re.compile("[\ud800-\udfff]")  # of characters; sentencex takes whole ones alone

# What still belongs to the sentence that was just closed: marks glued to it, and those that French sets apart.
_CLOSING = re.compile(r"""(?:\S*(?=\s)|["'”’»)）」』]*)(?:\s+[”’»)]+(?=\s))*""")
_SPACE = re.compile(r"\s")
_UNSPACED_STOPS = frozenset("。．｡！？؟۔।॥။។")
_CALLS = frozenset("!?")
_ABBREVIATED = re.compile(r"(?:\b[^\W\d_]|\bapprox)\.$", re.IGNORECASE)
_NEVER_LAST = re.compile(
    r"(?<!\w)(?:ms|messrs|mme|mlle|hr|fr|sra|srta|vgl|bzw|resp|incl|excl|cf|viz|vs|av|sog|insb)\.$", re.IGNORECASE
)
_BEFORE_A_NUMBER = re.compile(
    r"(?<!\w)(?:eqs?|figs?|secs?|sect|tabs?|chs?|chap|vols?|pp|pg|nos|nr|refs?|arts?|abs|abb|anm|ziff|bd|kap|paras?|thm"
    r"|lem|prop|def|cor|alg|app|suppl|ver|ed|est|ca|max|min|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$",
    re.IGNORECASE,
)
_BEFORE_A_SMALL_LETTER = re.compile(
    r"(?<!\w)(?:usw|etc|tbsp|tsp|hrs?|mins?|dept|lbs?|oz|ft|al|mon|tues?|wed|thurs?|fri|sat|sun|est|max|min|ca|[ap]\.m)\.$",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?<!\w)(?:[ap]\.m|mon|tues?|wed|thurs?|fri|sat|sun)\.$", re.IGNORECASE)
_BEHIND_A_TIME = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|eastern|central|pacific"
    r"|mountain|(?:[ecmp][sd]?t|gmt|utc|bst|ces?t)\b)",
    re.IGNORECASE,
)
_LIST_MARKER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)]")
_LIST_LINE = re.compile(r"^[ \t]*(?:[-*+•‣–]|\d{1,3}[.)])[ \t]+(?=\S)", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")


def sentence_boundaries(prose: str) -> Iterator[int]:
    """Yield the offsets at which sentences of running text end, in order, without the end of the text.

    Args:
        prose: Running text; its line ends are white space, but for the lines of a list.

    Yields:
        Offsets in ``prose``, each greater than the one before.
    """
    lines = [match.start() for match in _LIST_LINE.finditer(prose)]
    # One line that begins like a list item may be a wrapped line with a dash or a number; two are a list.
    items = [line for line in lines if line] if len(lines) > 1 else []
    blanked = _blanked(prose)
    begin = 0
    for end in (*items, len(prose)):
        yield from _boundaries_between(prose, blanked, begin, end)
        if end < len(prose):
            yield end
        begin = end


def chunk_boundaries(code: str) -> Iterator[int]:
    """Yield the offsets at which the chunks of verbatim text end: wherever there are blank lines."""
    return (match.start() for match in _BLANK_LINES.finditer(code) if match.start())


def _boundaries_between(prose: str, blanked: str, begin: int, end: int) -> Iterator[int]:
    """Yield the sentence boundaries between ``begin`` and ``end``, both left out."""
    sentence = begin
    for found in _raw_boundaries(blanked, begin, end):
        boundary = _settled(prose, *_gap(blanked, found, begin, end))
        if sentence < boundary < end and not _LIST_MARKER.fullmatch(prose[sentence:boundary].strip()):
            yield boundary
            sentence = boundary


def _blanked(prose: str) -> str:
    """Return ``prose`` with quotation marks, parentheses and white space as spaces, every character in its place."""
    if not prose.isascii():
        prose = _HALVES.sub("\ufffd", prose)
    return _BLANKS.sub(" ", prose)


def _raw_boundaries(blanked: str, begin: int, end: int) -> Iterator[int]:
    """Yield where sentencex ends sentences between ``begin`` and ``end``, one window after the other."""
    while begin < end:
        window = blanked[begin : min(begin + _WINDOW_CHARS, end)]
        pieces: list[dict[str, Any]] = sentencex.get_sentence_boundaries(_LANGUAGE, window)
        ends = [begin + piece["end_index"] for piece in pieces[:-1]]
        yield from ends
        if begin + len(window) == end:
            return
        # The last piece may go on behind the window, so it is looked at again; one that fills the window goes on.
        begin = max(ends, default=begin + (window.rfind(" ") + 1 or len(window)))


def _gap(blanked: str, found: int, begin: int, end: int) -> tuple[int, int]:
    """Return where the run of blanks around ``found`` begins and ends, within ``begin`` and ``end``."""
    first = last = found
    while first > begin and blanked[first - 1] == " ":
        first -= 1
    while last < end and blanked[last] == " ":
        last += 1
    return first, last


def _settled(prose: str, first: int, last: int) -> int:
    """Return where, in a gap between two words, the sentence really ends; 0 where it goes on.

    Args:
        prose: The text.
        first: Offset at which the gap begins: white space, quotation marks and parentheses.
        last: Offset of the first character behind the gap.
    """
    before, after = prose[first - 1 : first], prose[last : last + 1]
    if not _SPACE.search(prose, first, last) and before not in _UNSPACED_STOPS:
        return 0  # a.b, example.org/?q=1!2
    closing = _CLOSING.match(prose, first, last)
    closed = closing.end() - first if closing else 0
    if after.islower() and (closed or before in _CALLS):
        return 0  # “Is it done?” she asked.
    if after.islower() and before == "]":
        return 0  # et al. [3] agree
    return 0 if _is_abbreviated(prose, first, last) else first + closed


def _is_abbreviated(prose: str, first: int, last: int) -> bool:
    """Tell whether the full stop before a gap is that of an abbreviation with which the sentence goes on."""
    word, after = prose[max(0, first - 12) : first], prose[last : last + 1]
    if not word.endswith("."):
        return False
    if _NEVER_LAST.search(word):
        return True  # Ms. O'Brien
    if after.isdigit() and _BEFORE_A_NUMBER.search(word):
        return True  # Eq. (2), vol. 12
    if after.islower() and _BEFORE_A_SMALL_LETTER.search(word):
        return True
    if _TIME.search(word) and _BEHIND_A_TIME.match(prose, last):
        return True  # 5 p.m. Monday
    return (after.islower() or after.isdigit()) and _ABBREVIATED.search(word) is not None  # approx. 3, b. 1879, т. е.
