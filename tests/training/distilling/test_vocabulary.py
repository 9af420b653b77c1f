"""The vocabulary cuts texts as the teacher does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer as WordPiece

from albert_search.albert.tokenizer import Tokenizer
from albert_search.errors import ModelError
from albert_search.training.distilling.vocabulary import build_vocabulary, count_words, teacher_pieces

TEXTS = ["the cat sat.", "wings, flow", "cat-dog", "overing ranover"]


@pytest.fixture(scope="module")
def teacher(teacher_folder: Path) -> WordPiece:
    return WordPiece.from_file(str(teacher_folder / "tokenizer.json"))


@pytest.fixture(scope="module")
def tokenizer(teacher: WordPiece) -> Tokenizer:
    return Tokenizer(build_vocabulary(list(teacher_pieces(teacher)), count_words(teacher, TEXTS)))


def test_words_are_counted_in_our_writing(teacher: WordPiece) -> None:
    assert count_words(teacher, TEXTS[:3]) == {
        ("▁the",): 1, ("▁cat",): 2, ("▁sat",): 1, ("▁.",): 1, ("▁wing", "s"): 1, ("▁,",): 1, ("▁flow",): 1,
        ("▁-",): 1, ("▁dog",): 1,
    }  # fmt: skip


def test_the_special_pieces_have_alberts_ids(tokenizer: Tokenizer) -> None:
    assert tokenizer.pieces(range(5)) == ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]


def test_every_piece_stands_for_the_teachers(teacher: WordPiece, tokenizer: Tokenizer) -> None:
    pieces = teacher_pieces(teacher)
    assert tokenizer.pieces(range(tokenizer.vocab_size)) == list(pieces)
    named = {piece: teacher.id_to_token(token) for piece, token in pieces.items()}
    assert named["▁cat"] == "cat"
    assert named["ing"] == "##ing"
    assert named["[CLS]"] == "[CLS]"
    assert set(pieces.values()) == set(teacher.get_vocab().values())


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The CAT sat.", ["▁the", "▁cat", "▁sat", "▁."]),
        ("wings, flow", ["▁wing", "s", "▁,", "▁flow"]),
        ("cat-dog", ["▁cat", "▁-", "▁dog"]),
        ("café", ["▁cafe"]),
        ("zq", ["▁z", "q"]),
        ("cat\u200bdog\x01 \u00ad", ["▁cat", "d", "o", "g"]),
        ("cat…dog", ["▁cat", "▁.", "▁.", "▁.", "▁dog"]),
    ],
)
def test_texts_are_cut(text: str, pieces: list[str], tokenizer: Tokenizer) -> None:
    assert tokenizer.tokenize(text) == pieces


@given(text=st.text("abcdefghijklmnopqrstuvwxyz .,-", max_size=40))
def test_texts_are_cut_as_the_teacher_cuts_them(text: str, teacher: WordPiece, tokenizer: Tokenizer) -> None:
    """The tiny teacher has no piece inside a word that another could be cut out of but ``s`` and ``ing``."""
    theirs = teacher.encode(text, add_special_tokens=False).tokens
    ours = [piece if piece.startswith("##") else f"▁{piece}" for piece in theirs]
    assert tokenizer.tokenize(text) == [piece.removeprefix("##") for piece in ours]


def test_cuts_are_learned_where_length_alone_misleads() -> None:
    """By length alone ``abcdef`` would be cut ``a bc def``; the teacher takes the longest from the left."""
    pieces = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]", *"▁a a b c d e f bcd ef bc def ▁".split()]
    tokenizer = Tokenizer(build_vocabulary(pieces, {("▁a", "bcd", "ef"): 3, ("▁a", "bc"): 1}))
    assert tokenizer.tokenize("abcdef abc") == ["▁a", "bcd", "ef", "▁a", "bc"]


def test_a_teacher_without_special_pieces_is_refused() -> None:
    from tokenizers import models

    with pytest.raises(ModelError, match=r"lacks \[PAD\]"):
        teacher_pieces(WordPiece(models.WordPiece({"a": 0}, unk_token="a")))
