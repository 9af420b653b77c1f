"""Whatever is written by people or strangers, the answer is an answer or one of our errors, never another exception.

Readers are fuzzed in `readers/formats/test_damage.py`, files of an index in `storage/test_every_byte.py`.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from albert_search import Index
from albert_search.albert import Encoder
from albert_search.config import load_settings
from albert_search.errors import AlbertSearchError
from albert_search.storage.catalog import parse_filter

COUNTS = pytest.mark.parametrize("count", [150, pytest.param(10_000, marks=pytest.mark.slow)], ids=["few", "many"])
QUESTIONS = ['who "pays for" -returns?', "path:*.md AND NOT x", "C++ (a OR b) NEAR/2", "'' \"\" () *", "日本語 naïve ﬁ"]
FILTERS = ["path=docs/*.pdf", "year>=2020 and (tags=git or not author!=x)", 'a.b = "c d"', "date<=2024-05", "number"]
SETTINGS = ['index = "notes"\nmodel = "albert"\nthreads = 2\n', "[a]\nb = [1, 2]\n", 'index = """\nx"""\n']
ODD = ["[" * 3000, "\0", "\ud800", "\U0001f30a", "1e999", " " * 50, "9" * 400, "\u202e", "NOT ", "and ", "or ", "*?["]
PIECES = [*ODD, *"\"'(){}-%\\="]


def mutated(texts: list[str], count: int, seed: int) -> Iterator[str]:
    """Yield texts with pieces of them cut out, doubled, changed, or put beside odd ones."""
    chance = random.Random(seed)
    for _ in range(count):
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 6)):
            start, end = sorted(chance.randint(0, len(text)) for _ in "ab")
            middle = chance.choice(["", text[start:end] * 2, chance.choice(PIECES), chr(chance.randrange(0x110000))])
            text = text[:start] + middle + text[chance.choice([start, end]) :]
        yield text


def ours_alone(act: Callable[[str], object], texts: list[str], count: int, seed: int = 0) -> None:
    refused = 0
    for text in mutated(texts, count, seed):
        try:
            act(text)
        except AlbertSearchError:
            refused += 1
    assert refused < count


@pytest.fixture(scope="module")
def index(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with Index.create(tmp_path_factory.mktemp("fuzz") / "index", model=tiny_model) as made:
        numbers = range(30)
        made.add_texts(
            [f"Text {n} pays for returns." for n in numbers],
            metadatas=[{"year": 2000 + n, "tags": ["git", str(n)], "date": f"2024-05-{n + 1:02}"} for n in numbers],
        )
        yield made


@COUNTS
def test_questions(index: Index, count: int) -> None:
    ours_alone(lambda text: index.search(text[:2000], k=3), QUESTIONS, count)


@COUNTS
def test_filters(index: Index, count: int) -> None:
    ours_alone(lambda text: index.documents(parse_filter(text)), FILTERS, count)


@COUNTS
def test_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    file = tmp_path / "config.toml"
    monkeypatch.setattr("albert_search.config.config_file", lambda: file)

    def load(text: str) -> object:
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        return load_settings()

    ours_alone(load, SETTINGS, count)


@COUNTS
def test_settings_of_a_model(tiny_model: Path, tmp_path: Path, count: int) -> None:
    folder = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    config = (folder / "config.json").read_text(encoding="utf-8")
    assert json.loads(config)["name"]

    def load(text: str) -> object:
        (folder / "config.json").write_bytes(text.encode("utf-8", "surrogatepass"))
        return Encoder.load(folder, threads=1)

    chance = random.Random(1)
    for number in range(count // 10):
        old, new = (
            chance.choice(["1", "32", "true", '"', ":", "mean", "{"]),
            chance.choice(["0", "-1", "1e9", "null", "[]"]),
        )
        with suppress(AlbertSearchError):
            load(next(mutated([config], 1, number)) if number % 2 else config.replace(old, new, 1))
