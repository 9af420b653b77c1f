from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from albert_search.searching.token_cache import TokenCache

BYTES_A_TEXT = 3 * 4 * 2  # float16


def encode(texts: Sequence[str]) -> list[np.ndarray]:
    return [np.full((3, 4), len(text), np.float32) for text in texts]


def test_it_keeps_the_latest_and_no_more_than_it_may() -> None:
    asked: list[str] = []

    def counted(texts: Sequence[str]) -> list[np.ndarray]:
        asked.extend(texts)
        return encode(texts)

    cache = TokenCache(counted, most_bytes=2 * BYTES_A_TEXT)
    cache.vectors(["a", "bb"])
    cache.vectors(["a"])  # now bb is the oldest
    cache.vectors(["ccc"])
    assert cache.size_bytes == 2 * BYTES_A_TEXT
    asked.clear()
    cache.vectors(["a", "ccc"])
    assert asked == []
    cache.vectors(["bb"])
    assert asked == ["bb"]


def test_a_text_larger_than_all_it_may_keep_is_encoded_all_the_same() -> None:
    cache = TokenCache(encode, most_bytes=BYTES_A_TEXT - 1)
    assert [vectors[0, 0] for vectors in cache.vectors(["a", "bb", "a"])] == [1, 2, 1]
    assert cache.size_bytes == 0


def test_known_and_new_texts_are_rounded_alike() -> None:
    cache = TokenCache(lambda texts: [np.full((1, 1), 0.1, np.float32) for _ in texts])
    assert cache.vectors(["a"])[0] == cache.vectors(["a"])[0] == np.float16(0.1)


def test_threads_get_what_they_asked_for() -> None:
    cache = TokenCache(encode, most_bytes=5 * BYTES_A_TEXT)

    def ask(number: int) -> bool:
        texts = ["x" * (1 + (number + step) % 9) for step in range(4)]
        return [vectors[0, 0] for vectors in cache.vectors(texts)] == [len(text) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(400)))
    assert cache.size_bytes <= 5 * BYTES_A_TEXT
