"""The vocabulary: the teacher's word pieces, as a SentencePiece model with ALBERT's special pieces.

A word piece that begins a word becomes ``▁piece``, one that goes on with it ``piece``, and the model's normaliser sets
punctuation apart as the teacher does. So every piece of ours is one of the teacher's, and starts as it.

The teacher cuts a word from its beginning, the longest piece first; SentencePiece takes the pieces whose scores have
the highest sum. So the first piece's score outweighs all others by its length, and the scores of those that follow are
learned from the teacher's own cuts.
"""

from __future__ import annotations

import io
import math
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TypeAlias

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer

from albert_search.errors import ModelError

SPECIAL_PIECES = {"<pad>": "[PAD]", "<unk>": "[UNK]", "[CLS]": "[CLS]", "[SEP]": "[SEP]", "[MASK]": "[MASK]"}
"""ALBERT's special pieces, in the order of their ids, and the teacher's for the same purpose."""
SPACE = "▁"
CONTINUES = "##"

FIRST_PIECE_SCORE = 1000.0
"""Of each character of a piece that begins a word: more than all that follows can weigh."""
ROUNDS = 30
RATE, RATE_DECAY = 3.0, 0.9
FEW = 3.0
"""Below so much evidence against a piece's score it is changed by less."""

Word: TypeAlias = tuple[str, ...]
"""The pieces of a word, in our writing."""
Scores: TypeAlias = dict[str, float]


def teacher_pieces(teacher: Tokenizer) -> dict[str, int]:
    """Return our writing of each of the teacher's pieces, with its id there; the special pieces come first.

    Raises:
        ModelError: The teacher lacks a special piece.
    """
    theirs = teacher.get_vocab()
    missing = [piece for piece in SPECIAL_PIECES.values() if piece not in theirs]
    if missing:
        raise ModelError(f"the teacher's tokenizer is not a BERT's: it lacks {', '.join(missing)}")
    special = {ours: theirs[piece] for ours, piece in SPECIAL_PIECES.items()}
    others = sorted((token, piece) for piece, token in theirs.items() if not _is_special(piece))
    # SPACE alone stands before a character that no piece knows.
    return {**special, **{_our_writing(piece): token for token, piece in others}, SPACE: special["<unk>"]}


def count_words(teacher: Tokenizer, texts: Sequence[str]) -> Counter[Word]:
    """Count the words of normalised texts, as the teacher cuts them; those it does not know are left out."""
    words: Counter[Word] = Counter()
    for encoding in teacher.encode_batch(list(texts), add_special_tokens=False):
        pieces: dict[int | None, list[str]] = {}
        for piece, number in zip(encoding.tokens, encoding.word_ids, strict=True):
            pieces.setdefault(number, []).append(piece)
        words.update(tuple(map(_our_writing, word)) for word in pieces.values() if not any(map(_is_special, word)))
    return words


def build_vocabulary(pieces: Sequence[str], words: Mapping[Word, int]) -> bytes:
    """Write the pieces as a SentencePiece unigram model that cuts words as the teacher does.

    Args:
        pieces: All pieces, the special ones first.
        words: Words as the teacher cuts them, with how often they were seen.

    Returns:
        The model file's bytes.
    """
    model = sentencepiece_model_pb2.ModelProto.FromString(_empty_model(frozenset("".join(pieces))))
    scores = {piece: _first_guess(piece) for piece in pieces[len(SPECIAL_PIECES) :]}
    several = {word: math.log1p(count) for word, count in words.items() if len(word) > 1}
    for number in range(ROUNDS):
        tokenizer = sentencepiece.SentencePieceProcessor(model_proto=_with_pieces(model, scores))
        if not _improve(scores, tokenizer, several, RATE * RATE_DECAY**number):
            break
    return _with_pieces(model, scores)


def _improve(
    scores: Scores, tokenizer: sentencepiece.SentencePieceProcessor, words: Mapping[Word, float], rate: float
) -> bool:
    """Raise the scores of pieces that are missing in wrong cuts, and lower those of the pieces in their place.

    Source: Collins: Discriminative Training Methods for Hidden Markov Models, EMNLP 2002 (the structured perceptron).

    Returns:
        Whether any score changed.
    """
    change: defaultdict[str, float] = defaultdict(float)
    evidence: defaultdict[str, float] = defaultdict(float)
    cuts = tokenizer.encode(["".join(word).removeprefix(SPACE) for word in words], out_type=str)
    for (word, weight), cut in zip(words.items(), cuts, strict=True):
        if tuple(cut) == word:
            continue
        difference = Counter(word)
        difference.subtract(cut)
        for piece, count in difference.items():
            if count and piece in scores and not piece.startswith(SPACE):
                change[piece] += count * weight
                evidence[piece] += abs(count) * weight
    for piece, total in change.items():
        scores[piece] += rate * total / max(evidence[piece], FEW)
    return bool(change)


def _first_guess(piece: str) -> float:
    if piece == SPACE:
        return -FIRST_PIECE_SCORE
    return FIRST_PIECE_SCORE * (len(piece) - 1) if piece.startswith(SPACE) else float(len(piece)) ** 1.5


def _with_pieces(model: sentencepiece_model_pb2.ModelProto, scores: Scores) -> bytes:
    del model.pieces[len(SPECIAL_PIECES) :]
    for piece, score in scores.items():
        model.pieces.add(piece=piece, score=score, type=model.SentencePiece.NORMAL)
    model.trainer_spec.vocab_size = len(model.pieces)
    return bytes(model.SerializeToString())


def _our_writing(piece: str) -> str:
    return piece.removeprefix(CONTINUES) if len(piece) > 2 and piece.startswith(CONTINUES) else SPACE + piece


def _is_special(piece: str) -> bool:
    return len(piece) > 1 and piece.startswith("[")


def _empty_model(characters: Container[str]) -> bytes:
    """Return a SentencePiece model with ALBERT's special pieces, the normaliser, and next to no other pieces."""
    model = io.BytesIO()
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="ascii") as rules:
        rules.writelines(_normaliser_rules(characters))
        rules.flush()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(["a b"]),
            model_writer=model,
            vocab_size=len(SPECIAL_PIECES) + 3,
            model_type="unigram",
            hard_vocab_limit=False,
            pad_id=0,
            unk_id=1,
            bos_id=-1,
            eos_id=-1,
            control_symbols=["[CLS]", "[SEP]", "[MASK]"],
            normalization_rule_tsv=rules.name,
            minloglevel=2,
        )
    return model.getvalue()


def _normaliser_rules(characters: Container[str]) -> Iterator[str]:
    """Yield the normaliser's rules as SentencePiece reads them: a character, a tab, what it becomes; in hexadecimal.

    An ideograph that stands in no piece needs no rule, and there are 90,000 of them.

    Source: github.com/google-research/bert, ``tokenization.py`` (``BasicTokenizer``): white space around punctuation,
    around ASCII symbols and around CJK ideographs; no control and format characters.
    """
    for code in range(1, 0x30000):
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Cf") or character == "\ufffd":
            yield f"{code:X}\t{'20' if character.isspace() else ''}\n"
        elif _stands_alone(character) or (_is_ideograph(character) and character in characters):
            yield f"{code:X}\t20 {code:X} 20\n"


def _stands_alone(character: str) -> bool:
    category = unicodedata.category(character)[0]
    return category == "P" or (category == "S" and character.isascii())


def _is_ideograph(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK UNIFIED IDEOGRAPH")
