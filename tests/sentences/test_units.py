"""Passages and documents as units: as many neighbouring sentences as fit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from albert_search.errors import UsageError
from albert_search.sentences import Splitter, Unit
from albert_search.types import Block, Document, Sentence

TEXT = "One two. Three four. Five.\nSix seven. Eight.\nNine."
DOCUMENT = Document(
    "text",
    TEXT,
    (
        Block(0, 26, line=1, headings=("A",)),
        Block(27, 44, line=2, headings=("A",)),
        Block(45, 50, line=3, headings=("B",)),
    ),
    page_starts=(0, 27),
)


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def pieces(unit: Unit, max_tokens: int) -> list[Sentence]:
    return Splitter(count_words, max_tokens=max_tokens, unit=unit).split(DOCUMENT)


def test_passages_fill_up_across_blocks_but_not_across_headings() -> None:
    assert pieces("passage", 5) == [
        Sentence("One two. Three four. Five.", 0, 26, 1, 1, ("A",)),
        Sentence("Six seven. Eight.", 27, 44, 2, 2, ("A",)),
        Sentence("Nine.", 45, 50, 3, 2, ("B",)),
    ]
    assert [piece.text for piece in pieces("passage", 7)] == [
        "One two. Three four. Five. Six seven.",
        "Eight.",
        "Nine.",
    ]


def test_a_short_document_is_one_piece() -> None:
    assert pieces("document", 9) == [
        Sentence("One two. Three four. Five. Six seven. Eight. Nine.", 0, 50, 1, 1, ("A",))
    ]


def test_a_long_document_is_as_few_pieces_as_fit() -> None:
    assert [piece.text for piece in pieces("document", 5)] == ["One two. Three four. Five.", "Six seven. Eight. Nine."]


def test_an_empty_document_has_no_pieces() -> None:
    empty = Document("text", "", ())
    assert Splitter(count_words, max_tokens=5, unit="document").split(empty) == []


def test_no_room_for_a_token_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 1 token, not 0"):
        Splitter(count_words, max_tokens=0)
