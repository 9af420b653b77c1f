"""Pairs of texts that belong together: some are learned from, some held out."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from albert_search.errors import ReadError, UsageError
from albert_search.readers import discover, read
from albert_search.sentences import Splitter
from albert_search.storage.folder import MARKS_OF_AN_INDEX
from albert_search.types import Document

Pair: TypeAlias = tuple[str, str]

FEWEST_WORDS = 4
"""A sentence of the corpus with fewer words says too little to be learned from."""

HELD_OUT_SHARE = 0.1
HELD_OUT_PAIRS = range(4, 301)
"""Pairs that may be held out, for each of both purposes."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Pairs of texts that belong together; of plain texts, each with itself.

    Attributes:
        learned: What is learned from.
        stopping: Held out, to see when to stop. Of plain texts, a question made of half a sentence's words and the
            sentence.
        reporting: Held out too, and not looked at before the end, so that its figures are no luck of the choice.
    """

    learned: tuple[Pair, ...]
    stopping: tuple[Pair, ...]
    reporting: tuple[Pair, ...]


def read_pairs(file: Path) -> list[Pair]:
    """Read pairs of texts that belong together, such as a question and its answer.

    Args:
        file: Two texts a line with a tab between them, in UTF-8, not quoted.

    Returns:
        The pairs, each once.

    Raises:
        UsageError: There is no such file.
        ReadError: A line of it is not two texts.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file} ({error}): give a file of tab-separated UTF-8 text") from error
    for number, row in enumerate(rows, start=1):
        if len(row) != 2 or not all(text.strip() for text in row):
            raise ReadError(f"pair {number} of {file} is not two texts: put one tab between them")
    return list(dict.fromkeys((row[0], row[1]) for row in rows))


def read_sentences(
    paths: Iterable[Path], count_tokens: Callable[[Sequence[str]], Sequence[int]], limit: int
) -> list[str]:
    """Read the sentences of documents, each once.

    Args:
        paths: Files, folders and globs; what cannot be read is passed over.
        count_tokens: Counts the model's tokens of each text.
        limit: The most tokens that a sentence may have; longer ones are cut.
    """
    splitter = Splitter(count_tokens, max_tokens=limit)
    sentences: dict[str, None] = {}
    for path in discover(paths, marks_of_an_index=MARKS_OF_AN_INDEX):
        if not isinstance(path, Path):
            continue
        try:
            for document in read(path):
                if isinstance(document, Document):
                    sentences |= dict.fromkeys(sentence.text for sentence in splitter.split(document))
        except (ReadError, OSError):
            continue
    return [text for text in sentences if len(text.split()) >= FEWEST_WORDS]


def examples_of_pairs(pairs: Sequence[Pair], seed: int) -> Examples:
    """Hold some pairs out; what shares a text with one of them is not learned from.

    Raises:
        UsageError: There are too few pairs.
    """
    stopping, reporting, rest = _split(pairs, seed)
    known = {text for pair in (*stopping, *reporting) for text in pair}
    learned = tuple(pair for pair in rest if known.isdisjoint(pair))
    if not learned:
        raise UsageError("the pairs share their texts too widely to hold some out: give pairs of more different texts")
    return Examples(learned, stopping, reporting)


def examples_of_texts(texts: Sequence[str], seed: int) -> Examples:
    """Hold some texts out.

    Raises:
        UsageError: There are too few texts.
    """
    stopping, reporting, rest = _split([(text, text) for text in texts], seed)
    return Examples(rest, tuple(map(_asked, stopping)), tuple(map(_asked, reporting)))


def _asked(pair: Pair) -> Pair:
    """Return a question made of every other word of a text, and the text."""
    return " ".join(pair[0].split()[::2]), pair[1]


def _split(pairs: Sequence[Pair], seed: int) -> tuple[tuple[Pair, ...], tuple[Pair, ...], tuple[Pair, ...]]:
    held_out = min(max(int(len(pairs) * HELD_OUT_SHARE), HELD_OUT_PAIRS[0]), HELD_OUT_PAIRS[-1])
    if len(pairs) < 4 * held_out:
        raise UsageError(f"{len(pairs)} examples are too few to learn from and to hold some out: give {4 * held_out}")
    drawn = random.Random(seed).sample(pairs, len(pairs))
    return tuple(drawn[:held_out]), tuple(drawn[held_out : 2 * held_out]), tuple(drawn[2 * held_out :])
