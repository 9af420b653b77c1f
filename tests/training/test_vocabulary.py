"""The vocabulary cuts texts as the teacher does, where its pieces allow."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer as WordPiece

from albert_search.albert.tokenizer import Tokenizer
from albert_search.training.vocabulary import build_vocabulary, count_pieces, with_unseen

TEXTS = ["the cat sat.", "wings, flow", "cat-dog"]


@pytest.fixture
def teacher(teacher_folder: Path) -> WordPiece:
    return WordPiece.from_file(str(teacher_folder / "tokenizer.json"))


@pytest.fixture
def tokenizer(teacher: WordPiece) -> Tokenizer:
    return Tokenizer(build_vocabulary(with_unseen(count_pieces(teacher, TEXTS), teacher), 200))


def test_pieces_are_counted_in_our_writing(teacher: WordPiece) -> None:
    counts = count_pieces(teacher, TEXTS)
    name = teacher.id_to_token
    found = {(piece, name(token)): count for piece, ids in counts.items() for token, count in ids.items()}
    assert found == {
        ("▁the", "the"): 1, ("▁cat", "cat"): 2, ("▁sat", "sat"): 1, (".", "."): 1, ("▁wing", "wing"): 1,
        ("s", "##s"): 1, (",", ","): 1, ("▁flow", "flow"): 1, ("-", "-"): 1, ("dog", "dog"): 1,
    }  # fmt: skip


def test_the_special_pieces_have_alberts_ids(tokenizer: Tokenizer) -> None:
    assert tokenizer.pieces(range(5)) == ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The CAT sat.", ["▁the", "▁cat", "▁sat", "."]),
        ("wings, flow", ["▁wing", "s", ",", "▁flow"]),
        ("café", ["▁cafe"]),
        ("zq", ["▁z", "q"]),
    ],
)
def test_texts_are_cut_as_the_teacher_cuts_them(text: str, pieces: list[str], tokenizer: Tokenizer) -> None:
    assert tokenizer.tokenize(text) == pieces


def test_every_piece_stands_for_something_of_the_teachers(teacher: WordPiece) -> None:
    pieces = with_unseen(count_pieces(teacher, TEXTS), teacher)
    assert all(sum(ids.values()) > 0 for ids in pieces.values())
    assert {"▁under", "ing", "▁", "q"} <= pieces.keys()
