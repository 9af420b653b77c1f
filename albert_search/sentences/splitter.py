"""Documents to the pieces that get a vector: sentences, or runs of sentences that fit the model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from albert_search.errors import UsageError
from albert_search.sentences.boundaries import chunk_boundaries, sentence_boundaries
from albert_search.sentences.lengths import CountTokens, Span, TokenLimit, folded, tight
from albert_search.types import Block, Document, Sentence, Unit

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


class Splitter:
    """Splits documents into sentences, or into passages of neighbouring sentences.

    Every letter and digit of a block comes out in exactly one piece, but for headings: these lead the piece below them,
    where both fit together. A heading alone would often be what a question sounds most like, and no answer to it.
    A piece without a letter or digit (white space, punctuation, rules, emoji: nothing that the model's vocabulary
    knows) is dropped.

    Args:
        count_tokens: Returns the number of the model's tokens of each text, special tokens not included. Texts joined
            by a space may not have more tokens than they have apart; SentencePiece, which never has a token cross
            a space, keeps that.
        max_tokens: The most tokens that one piece may have, special tokens not included.
        unit: ``sentence``; ``passage``: neighbouring sentences below the same headings, as many as fit;
            ``document``: neighbouring sentences, as many as fit, so that a short document is one piece.

    Raises:
        UsageError: Where ``max_tokens`` leaves no room for a token.
    """

    def __init__(self, count_tokens: CountTokens, *, max_tokens: int, unit: Unit = "sentence") -> None:
        if max_tokens < 1:
            raise UsageError(f"a sentence must be allowed at least 1 token, not {max_tokens}: raise max_tokens")
        self._limit = TokenLimit(count_tokens, max_tokens)
        self._unit = unit

    def split(self, document: Document) -> list[Sentence]:
        """Return the pieces of ``document``, in order, not overlapping, none with more than ``max_tokens`` tokens.

        A sentence that has more is cut at clauses, else at spaces, else anywhere; code at line ends first. Sentences do
        not cross the border of a block; passages may.
        """
        sentences = list(self._sentences(document))
        if self._unit == "document":
            return [_joined(run) for run in self._runs(sentences)]
        led = self._led(sentences)
        return led if self._unit == "sentence" else [_joined(run) for run in self._runs(led)]

    def _sentences(self, document: Document) -> Iterator[Sentence]:
        text = document.text
        whole = [
            (span, block.verbatim)
            for block, below in zip_longest(document.blocks, document.blocks[1:])
            for span in _spans(text, block, whole=_is_heading_block(text, block, below))
            if _says_something(text, span)
        ]
        spans = [span for span in self._limit.fit(text, whole) if _says_something(text, span)]
        for block, start, end, line in _placed(text, document.blocks, spans):
            yield Sentence(folded(text, (start, end)), start, end, line, document.page_at(start), block.headings)

    def _led(self, sentences: list[Sentence]) -> list[Sentence]:
        """Have headings lead the sentences directly below them, in place of being sentences of their own."""
        led: list[Sentence] = []
        for sentence in reversed(sentences):
            if led and _is_heading_of(sentence, led[-1]):
                below = replace(led[-1], leading_headings=led[-1].leading_headings + 1)
                if self._limit.allows(below.searchable):
                    led[-1] = below
                    continue
            led.append(sentence)
        return led[::-1]

    def _runs(self, sentences: list[Sentence]) -> Iterator[list[Sentence]]:
        """Yield neighbouring sentences together, as many as fit."""
        counts = self._limit.count([sentence.searchable for sentence in sentences])
        run: list[Sentence] = []
        tokens = 0
        for sentence, count in zip(sentences, counts, strict=True):
            elsewhere = self._unit == "passage" and run and run[-1].headings != sentence.headings
            if run and (elsewhere or tokens + count > self._limit.max_tokens):
                yield run
                run, tokens = [], 0
            run.append(sentence)
            tokens += count
        if run:
            yield run


def _is_heading_of(sentence: Sentence, below: Sentence) -> bool:
    """Tell whether a sentence is the heading right above another, or above the headings that lead it already."""
    above = below.headings[: len(below.headings) - below.leading_headings]
    return (*sentence.headings, sentence.text) == above


def _is_heading_block(text: str, block: Block, below: Block | None) -> bool:
    """Tell whether a block is the heading of the one below it."""
    if below is None or below.headings[:-1] != block.headings or not below.headings:
        return False
    return below.headings[-1] == folded(text, (block.start, block.end))


def _spans(text: str, block: Block, *, whole: bool) -> Iterator[Span]:
    """Yield the tight span of each sentence of ``block``, of each chunk where it is verbatim, or of it as a whole."""
    own = text[block.start : block.end]
    boundaries = () if whole else chunk_boundaries(own) if block.verbatim else sentence_boundaries(own)
    begin = 0
    for end in (*boundaries, len(own)):
        start, stop = tight(own, begin, end)
        if start < stop:
            yield block.start + start, block.start + stop
        begin = end


def _says_something(text: str, span: Span) -> bool:
    """Tell whether there is a letter or a digit, of any script."""
    return _LETTER_OR_DIGIT.search(text, *span) is not None


def _placed(text: str, blocks: Iterable[Block], spans: list[Span]) -> Iterator[tuple[Block, int, int, int | None]]:
    """Yield each span with its block and the line on which it begins."""
    waiting = iter(spans)
    span = next(waiting, None)
    for block in blocks:
        seen, line = block.start, block.line
        while span and span[0] < block.end:
            if line is not None:
                line += text.count("\n", seen, span[0])
            seen = span[0]
            yield block, *span, line
            span = next(waiting, None)


def _joined(run: list[Sentence]) -> Sentence:
    """Return one piece from the first sentence of ``run`` to its last."""
    return replace(run[0], text=" ".join(sentence.text for sentence in run), end=run[-1].end)
