"""Calls that wait at the same time share an encoder call, and each gets its own vectors."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pytest

from albert_search.serving.batching import MAX_TEXTS, Batcher


class SlowEncoder:
    """Turns a text into its length and its first letter's number; waits until it is told to go on."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.entered = threading.Event()
        self.go_on = threading.Event()

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.calls.append(list(texts))
        self.entered.set()
        self.go_on.wait(10)
        if "poison" in texts:
            raise ValueError("poison")
        return np.array([[len(text), ord(text[0])] for text in texts], np.float32)


def expected(text: str) -> list[float]:
    return [len(text), ord(text[0])]


def wait_until_waiting(batcher: Batcher, count: int) -> None:
    while len(batcher._waiting) < count:
        threading.Event().wait(0.001)


def test_what_waits_is_encoded_in_one_call() -> None:
    encoder = SlowEncoder()
    sizes: list[int] = []
    batcher = Batcher(encoder.encode, sizes.append)
    questions = [f"{letter} question" * (n + 1) for n, letter in enumerate("abcdefgh")]
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(batcher.encode, ["first"])
        encoder.entered.wait(10)
        others = [pool.submit(batcher.encode, [question, "second text"]) for question in questions]
        wait_until_waiting(batcher, len(others))
        encoder.go_on.set()
    assert first.result().tolist() == [expected("first")]
    for question, other in zip(questions, others, strict=True):
        assert other.result().tolist() == [expected(question), expected("second text")]
    assert sizes == [1, 16]
    assert len(encoder.calls) == 2


def test_a_large_call_goes_alone() -> None:
    encoder = SlowEncoder()
    sizes: list[int] = []
    encoder.go_on.set()
    batcher = Batcher(encoder.encode, sizes.append)
    assert len(batcher.encode(["x"] * (MAX_TEXTS + 1))) == MAX_TEXTS + 1
    assert sizes == []


def test_a_text_that_cannot_be_encoded_harms_at_most_whoever_encoded_for_all() -> None:
    encoder = SlowEncoder()
    batcher = Batcher(encoder.encode, lambda size: None)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(batcher.encode, ["first"])
        encoder.entered.wait(10)
        poisoned = pool.submit(batcher.encode, ["poison"])
        sound = [pool.submit(batcher.encode, [f"sound {n}"]) for n in range(6)]
        wait_until_waiting(batcher, 7)
        encoder.go_on.set()
    assert first.result().tolist() == [expected("first")]
    with pytest.raises(ValueError, match="poison"):
        poisoned.result()
    assert sum(call.exception() is not None for call in sound) <= 1
    assert all(call.result().tolist() == [expected("sound 0")] for call in sound if call.exception() is None)
