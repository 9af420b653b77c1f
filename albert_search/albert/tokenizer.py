"""ALBERT's tokenizer: text to the pieces of a SentencePiece vocabulary, exactly as the original code cuts it.

Source: github.com/google-research/albert, ``tokenization.py`` (``preprocess_text``, ``encode_pieces``) and
``create_pretraining_data.py`` / ``run_classifier.py`` (``[CLS] a [SEP] b [SEP]``, the longer text is cut first).

>>> from albert_search.albert.shelf import SHIPPED_MODELS
>>> Tokenizer(SHIPPED_MODELS / "albert-search-small" / "spiece.model").tokenize("I am  amazed")
['▁i', '▁am', '▁amazed']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import sentencepiece

from albert_search.errors import ModelError, UsageError

SPACE = "▁"
DIGIT_COMMA = re.compile(r"\d.*,")

LEAST_KNOWN = 0.5
"""A text of which a smaller share is known has a vector that says little about it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text, or a pair of texts, as the model reads it.

    Attributes:
        ids: Ids of the pieces, ``[CLS] a [SEP]`` or ``[CLS] a [SEP] b [SEP]``.
        segments: 0 for every piece up to the first ``[SEP]``, 1 for those after it.
    """

    ids: list[int]
    segments: list[int]


def normalize(text: str, *, lower_case: bool = True) -> str:
    """Return the text as the vocabulary expects it.

    White space is folded to single spaces, quotation marks written as two back ticks or two apostrophes become ``"``,
    accents are dropped (NFKD without combining marks), and letters are made small. A lone surrogate, which no file can
    hold, becomes U+FFFD.
    """
    text = " ".join(text.split()).replace("``", '"').replace("''", '"')
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        odd: dict[int, str | None] = {ord(c): None for c in set(text) if unicodedata.combining(c)}
        odd |= {ord(c): "\ufffd" for c in set(text) if "\ud800" <= c <= "\udfff"}
        if odd:
            text = text.translate(odd)
    return text.lower() if lower_case else text


class Tokenizer:
    """Cuts texts into pieces and turns them into ids; safe from several threads."""

    def __init__(self, vocabulary: Path | bytes, *, lower_case: bool = True) -> None:
        """Load a vocabulary.

        Args:
            vocabulary: A SentencePiece model with the pieces ``<pad>``, ``[CLS]`` and ``[SEP]``: the file, or
                its content.
            lower_case: Whether the vocabulary was made from lower-cased text, as all published ones were.

        Raises:
            ModelError: The file cannot be read, is damaged, or lacks a special piece.
        """
        self.lower_case = lower_case
        self._pieces = _load(vocabulary)
        self.pad_id, self.cls_id, self.sep_id = (self._special(piece) for piece in ("<pad>", "[CLS]", "[SEP]"))

    @property
    def vocab_size(self) -> int:
        """Number of pieces."""
        return int(self._pieces.get_piece_size())

    def tokenize(self, text: str) -> list[str]:
        """Return the pieces of a text; what the vocabulary does not know stays as it is written."""
        return self._cut(normalize(text, lower_case=self.lower_case))

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of pieces of each text, the special ones not counted."""
        return [len(ids) for ids in self._ids(texts)]

    def knows(self, texts: Sequence[str]) -> list[bool]:
        """Return of each text whether at least half of its characters are in pieces of the vocabulary."""
        return [text.isascii() or self._known_share(text) >= LEAST_KNOWN for text in texts]

    def encode(self, texts: Sequence[str], pairs: Sequence[str] | None = None, *, max_tokens: int) -> list[Tokens]:
        """Return the ids of each text, or of each pair of texts.

        Args:
            texts: The texts.
            pairs: The second text of each pair; None where there are no pairs.
            max_tokens: Longest result. The end of a text is cut off, of a pair the end of the longer one;
                the special pieces always stay.

        Returns:
            The tokens of each text, in order.

        Raises:
            UsageError: ``max_tokens`` leaves no room for the special pieces, the pairs are not as many as the texts,
                or there is one text in place of several.
        """
        if isinstance(texts, str):
            raise UsageError("texts must be a list of texts, not one text")
        special = 2 if pairs is None else 3
        if max_tokens < special:
            raise UsageError(f"max_tokens must be at least {special} to hold the special pieces, not {max_tokens}")
        if pairs is None:
            return [self._single(ids, max_tokens) for ids in self._ids(texts)]
        if len(pairs) != len(texts):
            raise UsageError(f"each text needs a partner, but there are {len(texts)} texts and {len(pairs)} partners")
        return [self._pair(a, b, max_tokens) for a, b in zip(self._ids(texts), self._ids(pairs), strict=True)]

    def pad(self, tokens: Sequence[Tokens], *, width: int | None = None) -> dict[str, npt.NDArray[np.int32]]:
        """Return texts as a model takes them.

        Args:
            tokens: The texts, at least one.
            width: How many tokens long each row is; None for the longest text.

        Returns:
            ``input_word_ids``, ``input_mask`` (1 for a token, 0 for padding) and ``input_type_ids``, each int32
            (texts, width).
        """
        shape = (len(tokens), width or max(len(text.ids) for text in tokens))
        ids = np.full(shape, self.pad_id, np.int32)
        mask, types = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        for row, text in enumerate(tokens):
            length = len(text.ids)
            ids[row, :length], types[row, :length], mask[row, :length] = text.ids, text.segments, 1
        return {"input_word_ids": ids, "input_mask": mask, "input_type_ids": types}

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """Return the piece of each id.

        Raises:
            ModelError: One is no text: the vocabulary is damaged.
        """
        try:
            return [self._pieces.id_to_piece(int(piece_id)) for piece_id in ids]
        except UnicodeDecodeError as error:
            raise ModelError(f"the vocabulary is damaged: one of its pieces is not UTF-8 ({error})") from error

    def _known_share(self, text: str) -> float:
        pieces = self.tokenize(text)
        lengths = [len(piece.replace(SPACE, "")) for piece in pieces]
        unknown = self._pieces.unk_id()
        ids = self._pieces.piece_to_id(pieces)
        known = sum(length for length, piece_id in zip(lengths, ids, strict=True) if piece_id != unknown)
        return known / max(1, sum(lengths))

    def _single(self, ids: list[int], max_tokens: int) -> Tokens:
        ids = [self.cls_id, *ids[: max_tokens - 2], self.sep_id]
        return Tokens(ids, [0] * len(ids))

    def _pair(self, first: list[int], second: list[int], max_tokens: int) -> Tokens:
        room = max_tokens - 3
        for_first = min(len(first), max(room - len(second), (room + 1) // 2))
        first, second = first[:for_first], second[: room - for_first]
        ids = [self.cls_id, *first, self.sep_id, *second, self.sep_id]
        return Tokens(ids, [0] * (len(first) + 2) + [1] * (len(second) + 1))

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        normal = [normalize(text, lower_case=self.lower_case) for text in texts]
        encoded: list[list[int]] = self._pieces.encode(normal, out_type=int)
        for row, text in enumerate(normal):
            if DIGIT_COMMA.search(text):  # Only then can the rule for them change anything.
                encoded[row] = self._pieces.piece_to_id(self._cut(text))
        return encoded

    def _cut(self, normal: str) -> list[str]:
        pieces: list[str] = []
        for piece in self._pieces.encode(normal, out_type=str):
            pieces.extend(self._split_digit_comma(piece) if _ends_in_digit_comma(piece) else [piece])
        return pieces

    def _split_digit_comma(self, piece: str) -> list[str]:
        """Cut ``▁1990,`` anew without its comma, so that a number is the same with and without one after it."""
        parts: list[str] = self._pieces.encode(piece[:-1].replace(SPACE, ""), out_type=str)
        if parts and not piece.startswith(SPACE) and parts[0].startswith(SPACE):
            parts = parts[1:] if parts[0] == SPACE else [parts[0][1:], *parts[1:]]
        return [*parts, piece[-1]]

    def _special(self, piece: str) -> int:
        piece_id = int(self._pieces.piece_to_id(piece))
        if not self.vocab_size or self.pieces([piece_id]) != [piece]:  # an empty file holds no piece at all
            raise ModelError(f"the vocabulary is not made for ALBERT: it lacks the piece {piece}")
        return piece_id


def _ends_in_digit_comma(piece: str) -> bool:
    return len(piece) > 1 and piece[-1] == "," and piece[-2].isdigit()


def _load(vocabulary: Path | bytes) -> sentencepiece.SentencePieceProcessor:
    try:
        proto = vocabulary if isinstance(vocabulary, bytes) else vocabulary.read_bytes()
        return sentencepiece.SentencePieceProcessor(model_proto=proto)
    except OSError as error:
        raise ModelError(f"the vocabulary {vocabulary!s} cannot be read: {error.strerror}") from error
    except RuntimeError as error:
        raise ModelError("the vocabulary is damaged: it is not a SentencePiece model") from error
