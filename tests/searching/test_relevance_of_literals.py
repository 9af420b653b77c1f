"""What holds the very letters that were asked for is relevant, whatever its cosine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from albert_search import Index

TEXTS = [
    "The warranty lasts two years from the day of purchase.",
    "The error code E-4711 means that the pump is blocked.",
    *(f"In room {number} people talk about the weather and their holidays." for number in range(40)),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("literals") / "index"
    with Index.create(folder, threads=1) as made:
        made.add_texts(TEXTS)
        yield made


@pytest.mark.parametrize(("question", "expected"), [('"lasts two years"', TEXTS[0]), ("E-4711", TEXTS[1])])
def test_the_very_letters_are_relevant(index: Index, question: str, expected: str) -> None:
    hits = index.search(question, 3, min_relevance=0.9)
    assert (hits[0].text, hits[0].relevance) == (expected, 1.0)
