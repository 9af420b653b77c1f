"""The vocabulary: the teacher's word pieces, as a SentencePiece model with ALBERT's special pieces.

A word piece that begins a word after white space becomes ``▁piece``; one that goes on with a word, or that follows
punctuation, ``piece``. So nearly every piece of ours means what one piece of the teacher's means, and starts as it.
"""

from __future__ import annotations

import io
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer

from albert_search.errors import ModelError

SPECIAL_PIECES = {"<pad>": "[PAD]", "<unk>": "[UNK]", "[CLS]": "[CLS]", "[SEP]": "[SEP]", "[MASK]": "[MASK]"}
"""ALBERT's special pieces, in the order of their ids, and the teacher's for the same purpose."""
SPACE = "▁"
UNSEEN_COUNT = 0.1

PieceCounts: TypeAlias = Mapping[str, Mapping[int, float]]
"""For each piece how often it stood for which of the teacher's ids."""


def count_pieces(teacher: Tokenizer, texts: Sequence[str]) -> dict[str, Counter[int]]:
    """Count the pieces, in our writing, into which the teacher cuts normalised texts."""
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    unknown = special_ids(teacher)["<unk>"]
    for text, encoding in zip(texts, teacher.encode_batch(list(texts), add_special_tokens=False), strict=True):
        for token, piece, (start, _) in zip(encoding.ids, encoding.tokens, encoding.offsets, strict=True):
            if token == unknown:
                continue
            begins_word = start == 0 or text[start - 1] == " "
            counts[SPACE + piece if begins_word else piece.removeprefix("##")][token] += 1
    return counts


def with_unseen(counts: PieceCounts, teacher: Tokenizer) -> dict[str, dict[int, float]]:
    """Add the teacher's pieces that no text held, so that rare words keep their start too."""
    pieces: dict[str, dict[int, float]] = {piece: dict(ids) for piece, ids in counts.items()}
    # What goes on with a word comes first: without white space before it, that is what a piece most likely is.
    for piece, token in sorted(teacher.get_vocab().items(), key=lambda item: (not item[0].startswith("##"), item[1])):
        if piece.startswith("[") and len(piece) > 1:
            continue
        continues = piece.startswith("##") and len(piece) > 2
        ours = piece.removeprefix("##") if continues else SPACE + piece
        pieces.setdefault(ours, {token: UNSEEN_COUNT})
        if len(piece) == 1:
            pieces.setdefault(piece, {token: UNSEEN_COUNT})
    pieces.setdefault(SPACE, {special_ids(teacher)["<unk>"]: UNSEEN_COUNT})
    return pieces


def special_counts(teacher: Tokenizer, texts: int) -> dict[str, dict[int, float]]:
    """Count the special pieces: every text begins and ends with one; the others hardly ever occur."""
    frames = ("[CLS]", "[SEP]")
    return {ours: {token: float(texts if ours in frames else 1)} for ours, token in special_ids(teacher).items()}


def special_ids(teacher: Tokenizer) -> dict[str, int]:
    """Return the teacher's id for each special piece of ours.

    Raises:
        ModelError: The teacher lacks one.
    """
    ids = {ours: teacher.token_to_id(theirs) for ours, theirs in SPECIAL_PIECES.items()}
    missing = [SPECIAL_PIECES[ours] for ours, token in ids.items() if token is None]
    if missing:
        raise ModelError(f"The teacher's tokenizer is not a BERT's: it lacks {', '.join(missing)}.")
    return {ours: token for ours, token in ids.items() if token is not None}


def choose_pieces(pieces: PieceCounts, size: int) -> list[str]:
    """Return the pieces to keep, most frequent first: single ASCII characters always, then those seen most often."""

    def rank(piece: str) -> tuple[bool, float, bool, int, str]:
        plain = piece.removeprefix(SPACE)
        single = len(plain) < 2 and piece.removeprefix(SPACE).isascii()
        return (not single, -sum(pieces[piece].values()), not plain.isascii(), len(plain), piece)

    kept = sorted(pieces, key=rank)[: size - len(SPECIAL_PIECES)]
    return sorted(kept, key=lambda piece: -sum(pieces[piece].values()))


def build_vocabulary(pieces: PieceCounts, size: int) -> bytes:
    """Write the pieces as a SentencePiece unigram model.

    Args:
        pieces: The pieces to choose from with their counts; a piece scores the logarithm of its share.
        size: Number of pieces, the special ones included.

    Returns:
        The model file's bytes.
    """
    model = sentencepiece_model_pb2.ModelProto.FromString(_empty_model())
    special = model.pieces[: len(SPECIAL_PIECES)]
    del model.pieces[:]
    model.pieces.extend(special)
    kept = choose_pieces(pieces, size)
    total = math.log(sum(sum(pieces[piece].values()) for piece in kept))
    for piece in kept:
        score = math.log(sum(pieces[piece].values())) - total
        model.pieces.add(piece=piece, score=score, type=model.SentencePiece.NORMAL)
    model.trainer_spec.vocab_size = len(model.pieces)
    return bytes(model.SerializeToString())


def _empty_model() -> bytes:
    """Return a SentencePiece model with ALBERT's special pieces and its own normaliser, and next to no pieces."""
    model = io.BytesIO()
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
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    return model.getvalue()
