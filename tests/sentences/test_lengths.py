"""Nothing is silently cut: what is too long comes out in pieces that fit."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st

from albert_search.sentences import Splitter, Unit
from albert_search.sentences.lengths import most_tokens
from albert_search.types import Block, Document

Count = Callable[[Sequence[str]], list[int]]


@pytest.fixture(scope="module")
def count_pieces(shared: Path) -> Count:
    """Tokens as Google's vocabulary has them."""
    model = sentencepiece.SentencePieceProcessor(model_file=str(shared / "albert" / "30k-clean.model"))

    def count(texts: Sequence[str]) -> list[int]:
        plain = (unicodedata.normalize("NFKD", text).lower() for text in texts)
        return [len(ids) for ids in model.encode(list(plain))]

    return count


def count_characters(texts: Sequence[str]) -> list[int]:
    return list(map(len, texts))


def split(text: str, count: Count, max_tokens: int, *, verbatim: bool = False) -> list[str]:
    document = Document("text", text, (Block(0, len(text), verbatim=verbatim),))
    return [piece.text for piece in Splitter(count, max_tokens=max_tokens).split(document)]


def test_clauses_are_the_first_places_to_cut() -> None:
    assert split("one two three four, five six seven", count_characters, 24) == [
        "one two three four,",
        "five six seven",
    ]


def test_the_row_of_a_table_is_cut_between_cells() -> None:
    assert split("one, two three | four five, six | seven", count_characters, 24) == [
        "one, two three |",
        "four five, six | seven",
    ]


def test_then_spaces() -> None:
    assert split("one two three four five six seven", count_characters, 24) == ["one two three", "four five six seven"]


def test_then_anywhere() -> None:
    assert split("abcdefghijkl", count_characters, 4) == ["abcd", "efgh", "ijkl"]


def test_code_is_cut_at_line_ends() -> None:
    assert split("a = b, c\nd = 1\ne = 2", count_characters, 12, verbatim=True) == ["a = b, c", "d = 1 e = 2"]


def test_a_single_character_stays_whole() -> None:
    assert split("ﷺ", lambda texts: [18 * len(text) for text in texts], 4) == ["ﷺ"]


@pytest.mark.parametrize(
    "text", ["QUJD" * 2500, "no stop here " * 800, "ДаНет" * 800, "a b\n" * 2000], ids=lambda text: repr(text[:13])
)
def test_long_runs_fit_googles_vocabulary_and_lose_nothing(text: str, count_pieces: Count) -> None:
    pieces = split(text, count_pieces, 62)
    assert max(count_pieces(pieces)) <= 62
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert len(pieces) <= 1 + 2 * sum(count_pieces([text])) / 62


@pytest.mark.parametrize("unit", ["passage", "document"])
def test_joined_sentences_fit_googles_vocabulary(unit: Unit, count_pieces: Count) -> None:
    text = "It cost 1,000 dollars. “Really?” I’m not sure… Ask J. R. Smith at 5 p.m. on Monday, 3 May 2021. " * 20
    pieces = Splitter(count_pieces, max_tokens=62, unit=unit).split(Document("t", text, (Block(0, len(text)),)))
    assert max(count_pieces([piece.text for piece in pieces])) <= 62


@given(st.text())
def test_the_bound_is_one(count_pieces: Count, text: str) -> None:
    assert count_pieces([text])[0] <= most_tokens(text)


@pytest.mark.parametrize("unit", ["x", ".", "a. ", "\n"], ids=repr)
@pytest.mark.parametrize("verbatim", [False, True], ids=["prose", "verbatim"])
def test_a_megabyte_takes_a_moment(unit: str, verbatim: bool) -> None:
    assert seconds_for(unit, 1_000_000, verbatim=verbatim) < 10  # a square of the length would take hours


@pytest.mark.parametrize(
    "unit", [" ", "“Hi. ", "1. a\n", "今。", '"', "... ", "- ", "a\n ", "A.", "’ » ", "(", ") ", "\n\n"], ids=repr
)
@pytest.mark.parametrize("verbatim", [False, True], ids=["prose", "verbatim"])
def test_time_grows_with_the_length_only(unit: str, verbatim: bool) -> None:
    assert seconds_for(unit, 100_000, verbatim=verbatim) < 4


def seconds_for(unit: str, characters: int, *, verbatim: bool) -> float:
    text = unit * (characters // len(unit))
    started = time.process_time()
    split(text, count_characters, 500, verbatim=verbatim)
    return time.process_time() - started
