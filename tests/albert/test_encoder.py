"""A loaded model: its vectors do not depend on batches, order or threads, and are what numpy makes of its outputs."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albert_search.albert import Encoder, Pooling
from albert_search.albert.compact.building import build_model
from albert_search.errors import UsageError
from tests.support.small_model import write_small_checkpoint

LINE = "the cat sat on the mat in paris and the naive dog said 3.5, not 4, pages in may"
TEXTS = [LINE[start:end] for start in range(0, 20, 3) for end in range(start, len(LINE), 7)]


def test_vectors_are_float32_of_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim) == (len(TEXTS), 48)
    assert vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-6


def test_a_text_has_the_same_vector_alone_and_among_others(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    together = encoder.encode(TEXTS)
    assert (alone * together).sum(axis=1).min() > 0.99999


def test_order_is_kept(encoder: Encoder) -> None:
    order = np.random.default_rng(0).permutation(len(TEXTS))
    shuffled = encoder.encode([TEXTS[row] for row in order])
    assert (shuffled * encoder.encode(TEXTS)[order]).sum(axis=1).min() > 0.99999


def test_the_same_call_gives_the_same_bits(encoder: Encoder, small_model: Path) -> None:
    first = encoder.encode(TEXTS)
    assert np.array_equal(first, encoder.encode(TEXTS))
    assert np.array_equal(first, Encoder.load(small_model, threads=2).encode(TEXTS))


def test_several_threads_may_encode_at_once(encoder: Encoder) -> None:
    expected = encoder.encode(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: encoder.encode(TEXTS), range(16)))
    assert all(np.array_equal(result, expected) for result in results)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.text(), max_size=5))
def test_any_text_is_accepted(encoder: Encoder, texts: list[str]) -> None:
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), 48)
    assert np.isfinite(vectors).all()


def test_one_text_is_not_taken_for_a_list_of_letters(encoder: Encoder) -> None:
    for encode in (encoder.encode, encoder.encode_tokens):
        with pytest.raises(UsageError, match="list of texts"):
            encode("How old are you?")


def test_long_texts_are_cut(encoder: Encoder) -> None:
    words = " ".join(["cat"] * 1000)
    (tokens,) = encoder.encode_tokens([words])
    assert len(tokens.pieces) == encoder.max_seq_length == 32
    assert (tokens.pieces[0], tokens.pieces[-1]) == ("[CLS]", "[SEP]")
    assert np.allclose(encoder.encode([words]), encoder.encode([words + " dog"]))


def test_progress_counts_every_text(encoder: Encoder) -> None:
    seen: list[int] = []
    encoder.encode(TEXTS * 4, progress=seen.append)
    assert sum(seen) == len(TEXTS) * 4
    assert len(seen) > 1


def test_pairs_are_read_together(encoder: Encoder) -> None:
    first, second = ["the cat", "a dog sat"], ["on the mat", "in paris"]
    pairs = encoder.encode_tokens(first, pairs=second)
    assert [tokens.pieces.count("[SEP]") for tokens in pairs] == [2, 2]
    forwards, backwards = encoder.encode(first, pairs=second), encoder.encode(second, pairs=first)
    assert (forwards * backwards).sum(axis=1).max() < 0.9999
    with pytest.raises(UsageError):
        encoder.encode(first, pairs=second[:1])


@pytest.mark.parametrize("pooling", list(Pooling))
def test_pooling_is_what_numpy_makes_of_the_outputs(pooling: Pooling, tmp_path: Path) -> None:
    checkpoint = write_small_checkpoint(tmp_path / "checkpoint", pooling=pooling.value)
    build_model(checkpoint, tmp_path / "model", precision="float32")
    encoder = Encoder.load(tmp_path / "model", threads=1)

    expected = []
    for tokens in encoder.encode_tokens(TEXTS):
        of = {
            Pooling.POOLED: tokens.pooled_output,
            Pooling.MEAN: tokens.sequence_output.mean(axis=0),
            Pooling.CLS: tokens.sequence_output[0],
        }
        expected.append(of[pooling] / np.linalg.norm(of[pooling]))
    assert np.abs(encoder.encode(TEXTS) - np.array(expected)).max() < 1e-5


def test_int8_stays_near_float32(encoder: Encoder, checkpoint: Path, tmp_path: Path) -> None:
    build_model(checkpoint, tmp_path / "float32", precision="float32")
    exact = Encoder.load(tmp_path / "float32", threads=1).encode(TEXTS)
    assert (exact * encoder.encode(TEXTS)).sum(axis=1).min() > 0.995


def test_encoding_imports_nothing_heavy(small_model: Path) -> None:
    script = """if True:
        import sys
        from albert_search.albert import Encoder
        Encoder.load(sys.argv[1]).encode(["a cat"])
        print({"tensorflow", "keras", "torch", "onnx", "safetensors"} & sys.modules.keys())
    """
    command = [sys.executable, "-c", script, str(small_model)]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("set()\n", "")
