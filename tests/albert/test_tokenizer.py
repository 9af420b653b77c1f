"""ALBERT's tokenizer: Google's ids where the vocabulary is at hand, its rules on a small vocabulary everywhere."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st

from albert_search.albert.tokenizer import Tokenizer, normalize
from albert_search.errors import ModelError, UsageError
from tests.support.small_model import train_vocabulary

VOCABULARY = train_vocabulary()
small = Tokenizer(VOCABULARY)


@pytest.fixture(scope="module")
def google(shared: Path) -> Tokenizer:
    return Tokenizer(shared / "albert" / "30k-clean.model")


def ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.encode([text], max_tokens=512)[0].ids[1:-1]


# Expected ids: ../shared/albert/README.md and the article, made with Google's own code.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("this is a nice sentence.", [48, 25, 21, 2210, 5123, 9]),
        ("This is a nice sentence.", [48, 25, 21, 2210, 5123, 9]),
        ("I am amazed", [31, 589, 17378]),
        ("born may 12, 1990, in paris", [386, 123, 390, 15, 961, 15, 19, 1162]),
        ("Born\tMay 12,\n 1990, in  Páris", [386, 123, 390, 15, 961, 15, 19, 1162]),
    ],
)
def test_google_ids(google: Tokenizer, text: str, expected: list[int]) -> None:
    assert ids(google, text) == expected


def test_cased_text_is_kept_on_request(shared: Path) -> None:
    cased = Tokenizer(shared / "albert" / "30k-clean.model", lower_case=False)
    assert ids(cased, "This is a nice sentence.") == [13, 1, 4398, 25, 21, 2210, 5123, 9]


def test_google_pieces(google: Tokenizer) -> None:
    expected = "▁the ▁body ▁is ▁made ▁of ▁metallic a ▁and ▁deliver i ▁high ▁tension".split()
    assert google.tokenize("the body is made of metallica and deliveri high tension") == expected


def test_google_special_tokens(google: Tokenizer) -> None:
    assert google.encode(["I am amazed"], max_tokens=512)[0].ids == [2, 31, 589, 17378, 3]


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  two\t words\n", "two words"),
        ("``quoted''", '"quoted"'),
        ("Café RÉSUMÉ naïve", "cafe resume naive"),
        ("ﬁne №5 ½", "fine no5 1⁄2"),
        ("\u00a0wide\u3000space\u2003", "wide space"),
        ("broken \ud800 half", "broken \ufffd half"),
        ("Straße ΑΘΉΝΑ İ", "straße αθηνα i"),
        ("", ""),
    ],
)
def test_normalize(text: str, normal: str) -> None:
    assert normalize(text) == normal


def test_a_number_is_the_same_with_and_without_a_comma() -> None:
    plain = sentencepiece.SentencePieceProcessor(model_proto=VOCABULARY)
    joined = [piece for piece in plain.encode("in 1990, in", out_type=str) if len(piece) > 1 and piece.endswith(",")]
    assert joined, "the vocabulary must hold a piece such as 0, for this test to mean anything"
    assert small.tokenize("in 1990, in") == [*small.tokenize("in 1990"), ",", *small.tokenize("in")]


@given(st.lists(st.text()))
def test_ids_stand_for_the_pieces(texts: list[str]) -> None:
    plain = sentencepiece.SentencePieceProcessor(model_proto=VOCABULARY)
    expected = [[plain.piece_to_id(piece) for piece in small.tokenize(text)] for text in texts]
    assert [tokens.ids[1:-1] for tokens in small.encode(texts, max_tokens=10_000)] == expected
    assert small.count(texts) == [len(row) for row in expected]


@given(st.text(), st.integers(2, 20))
def test_special_tokens_always_fit(text: str, max_tokens: int) -> None:
    (tokens,) = small.encode([text], max_tokens=max_tokens)
    assert len(tokens.ids) <= max_tokens
    assert (tokens.ids[0], tokens.ids[-1]) == (small.cls_id, small.sep_id)
    assert tokens.ids.count(small.sep_id) == 1
    assert tokens.segments == [0] * len(tokens.ids)
    (whole,) = small.encode([text], max_tokens=10_000)
    assert tokens.ids[1:-1] == whole.ids[1:-1][: max_tokens - 2]


@given(st.text(), st.text(), st.integers(3, 20))
def test_pairs_are_cut_like_the_original(first: str, second: str, max_tokens: int) -> None:
    a, b = (list(row) for row in ([t.ids[1:-1] for t in small.encode([first, second], max_tokens=10_000)]))
    while len(a) + len(b) > max_tokens - 3:  # google-research/albert, _truncate_seq_pair
        (a if len(a) > len(b) else b).pop()
    (tokens,) = small.encode([first], [second], max_tokens=max_tokens)
    assert tokens.ids == [small.cls_id, *a, small.sep_id, *b, small.sep_id]
    assert tokens.segments == [0] * (len(a) + 2) + [1] * (len(b) + 1)


@given(st.text())
def test_accents_and_case_do_not_matter(text: str) -> None:
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    assert small.tokenize(text) == small.tokenize(plain)


def test_written_special_pieces_are_text() -> None:
    (tokens,) = small.encode(["[CLS] cat [SEP]"], max_tokens=64)
    assert tokens.ids.count(small.cls_id) == tokens.ids.count(small.sep_id) == 1


def test_no_texts() -> None:
    assert small.encode([], max_tokens=8) == []
    assert small.count([]) == []


@pytest.mark.parametrize(("max_tokens", "pairs"), [(1, None), (2, ["b"])])
def test_too_little_room_is_refused(max_tokens: int, pairs: list[str] | None) -> None:
    with pytest.raises(UsageError, match="max_tokens must be at least"):
        small.encode(["a"], pairs, max_tokens=max_tokens)


def test_unequal_pairs_are_refused() -> None:
    with pytest.raises(UsageError, match="2 texts and 1 partners"):
        small.encode(["a", "b"], ["c"], max_tokens=8)


def test_a_piece_that_is_no_text_is_damage() -> None:
    piece = "▁the".encode()
    assert piece in VOCABULARY
    damaged = Tokenizer(VOCABULARY.replace(piece, piece[:-1] + b"\xff"))
    with pytest.raises(ModelError, match="not UTF-8"):
        damaged.pieces(range(damaged.vocab_size))


def test_damaged_vocabularies_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a SentencePiece model"):
        Tokenizer(b"no vocabulary")
    with pytest.raises(ModelError, match="cannot be read"):
        Tokenizer(tmp_path / "absent.model")
    with pytest.raises(ModelError, match="lacks the piece <pad>"):
        Tokenizer(b"")
    with pytest.raises(ModelError, match=r"lacks the piece \[CLS\]"):
        Tokenizer(train_vocabulary(control_symbols=["[SEP]"]))


def test_a_text_is_known_by_its_characters_not_its_pieces() -> None:
    texts = ["plain text", "", "Ψ", "the cat is called 東京", "東京タワー the", "Café"]
    assert small.knows(texts) == [True, True, False, True, False, True]
