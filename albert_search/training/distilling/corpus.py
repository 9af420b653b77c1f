"""The texts to learn from: a fixed, shuffled sample of the corpora."""

from __future__ import annotations

import lzma
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

from albert_search.training.distilling.third_teacher import is_question
from albert_search.training.stage import Source

CHARACTERS = range(3, 2000)
"""Lengths of the texts that are taken."""


def sample_texts(corpora: Path, sources: Mapping[str, tuple[Source, ...]], seed: int) -> list[str]:
    """Return texts, each once, in an order that depends on the seed alone.

    Args:
        corpora: The folder with the ``.txt.xz`` and ``.tsv.xz`` files.
        sources: Which files give how many texts.
        seed: Seed of the choice.

    Returns:
        The texts, shuffled; fewer than asked for where a file is short.
    """
    random_ = random.Random(seed)
    texts: dict[str, None] = {}
    for name in sorted(sources):
        lines = read_lines(corpora, name)
        for source in sources[name]:
            candidates = list(_candidates(lines, source, random_))
            chosen = random_.sample(candidates, min(source.texts, len(candidates)))
            texts.update(dict.fromkeys(chosen))
    shuffled = list(texts)
    random_.shuffle(shuffled)
    return shuffled


def sample_pairs(corpora: Path, name: str, count: int, seed: int) -> list[tuple[str, str]]:
    """Return questions, each with a passage that answers it, in an order that depends on the seed alone.

    Args:
        corpora: The folder with the file.
        name: The file, without its ending: a question, a tab and a passage on each line.
        count: How many pairs; lines that do not begin with a question are left out.
        seed: Seed of the choice.
    """
    lines = [line.split("\t") for line in read_lines(corpora, name)]
    pairs = [
        (question, passage)
        for question, passage in lines
        if is_question(question) and len(question) in CHARACTERS and len(passage) in CHARACTERS
    ]
    return random.Random(seed).sample(pairs, min(count, len(pairs)))


def read_lines(corpora: Path, name: str) -> list[str]:
    """Return the lines of one file of the corpora, named without its ending."""
    path = next(corpora.glob(f"{name}.t[xs][tv].xz"))
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file]


def _candidates(lines: list[str], source: Source, random_: random.Random) -> Iterator[str]:
    position = 0
    while position < len(lines):
        count = random_.randint(min(2, source.sentences), source.sentences)
        columns = [_column(line, source.column) for line in lines[position : position + count]]
        text = " ".join(" ".join(columns).split())
        position += count
        if len(text) in CHARACTERS:
            yield text


def _column(line: str, column: int | None) -> str:
    columns = line.split("\t")
    return ". ".join(columns) if column is None else columns[column]
