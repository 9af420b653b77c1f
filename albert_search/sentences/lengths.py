"""Cutting what is too long for the model: at the best places, into pieces of about one length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

CountTokens: TypeAlias = Callable[[Sequence[str]], Sequence[int]]
Span: TypeAlias = tuple[int, int]

# Where a text is best cut, best first: behind each match.
_LINE_ENDS = re.compile(r"\n")
_CELL_ENDS = re.compile(r" \|(?= )")
_CLAUSE_ENDS = re.compile(r"[.!?;:,؛،—–](?=\s)|[。！？；：，、।]")
_SPACES = re.compile(r"\s")


class TokenLimit:
    """The most tokens that one unit may hold.

    Args:
        count_tokens: Returns the number of the model's tokens of each text, special tokens not included.
        max_tokens: The most that one unit may have.
    """

    def __init__(self, count_tokens: CountTokens, max_tokens: int) -> None:
        self.max_tokens = max_tokens
        self._count_tokens = count_tokens

    def count(self, texts: Sequence[str]) -> Sequence[int]:
        """Return the number of tokens of each text."""
        return self._count_tokens(texts) if texts else []

    def allows(self, text: str) -> bool:
        """Tell whether a text fits as it is."""
        return most_tokens(text) <= self.max_tokens or self.count([text])[0] <= self.max_tokens

    def fit(self, text: str, spans: Iterable[tuple[Span, bool]]) -> list[Span]:
        """Cut the spans that have too many tokens, until every piece fits.

        A single character is never cut, however many tokens it has.

        Args:
            text: The text that the spans lie in.
            spans: Tight spans, in order; with each, whether it is verbatim, so that line ends are good places to cut.

        Returns:
            Tight spans in order; together they hold every character that is not white space.
        """
        fitting: list[Span] = []
        waiting = list(spans)
        while waiting:
            suspects = [(span, verbatim) for span, verbatim in waiting if self._may_exceed(text, span)]
            counts = self.count([folded(text, span) for span, _ in suspects])
            excess = {
                span: -(-count // self.max_tokens)
                for (span, _), count in zip(suspects, counts, strict=True)
                if count > self.max_tokens and span[1] - span[0] > 1
            }
            fitting.extend(span for span, _ in waiting if span not in excess)
            waiting = [
                (piece, verbatim)
                for span, verbatim in suspects
                if span in excess
                for piece in _pieces(text, span, excess[span], verbatim=verbatim)
                if piece[0] < piece[1]
            ]
        return sorted(fitting)

    def _may_exceed(self, text: str, span: Span) -> bool:
        return span[1] - span[0] > 1 and most_tokens(text[span[0] : span[1]]) > self.max_tokens


def most_tokens(text: str) -> int:
    """Return a number of tokens that ``text`` cannot exceed, without running the tokenizer.

    Every token stands for at least one character of the normalised text, but for the mark of a word's beginning, which
    may come alone once. Normalising makes text longer only by taking characters apart (NFKD: one to as many as 18) and
    by folding case (ß to ss), so the length after both is the bound.
    """
    if text.isascii():
        return len(text) + 1
    return len(unicodedata.normalize("NFKD", text).casefold()) + 1


def folded(text: str, span: Span) -> str:
    """Return the characters of ``span`` with every run of white space as one space."""
    return " ".join(text[span[0] : span[1]].split())


def tight(text: str, start: int, end: int) -> Span:
    """Return the span without white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _pieces(text: str, span: Span, parts: int, *, verbatim: bool) -> Iterator[Span]:
    """Yield ``span`` in about ``parts`` tight pieces of about one length, none of them the whole."""
    start, end = span
    length = (end - start) / parts
    begin = start
    for part in range(1, parts):
        middle = start + round(part * length)
        reach = int(length / 3)
        cut = _best_cut(text, max(begin + 1, middle - reach), min(end - 1, middle + reach), middle, verbatim=verbatim)
        if cut > begin:
            yield tight(text, begin, cut)
            begin = cut
    yield tight(text, begin, end)


def _best_cut(text: str, low: int, high: int, middle: int, *, verbatim: bool) -> int:
    """Return the best offset to cut at, of those from ``low`` to ``high``, nearest to ``middle`` among equals."""
    for places in (_LINE_ENDS, _SPACES) if verbatim else (_CELL_ENDS, _CLAUSE_ENDS, _SPACES):
        found = (match.end() for match in places.finditer(text, low - 1, high + 1))
        cuts = [cut for cut in found if low <= cut <= high]
        if cuts:
            return min(cuts, key=lambda cut: abs(cut - middle))
    return min(max(low, middle), high)
