"""Known-item search: an index is asked for its own sentences in other words, without any labels.

The figures are no substitute for real questions but an upper bound for them, since a question shares most of its
words with the sentence. They show whether an index works at all, and how two models or modes compare on it.

Source: Azzopardi, de Rijke, Balog 2007, Building Simulated Queries for Known-Item Topics.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from time import process_time

import numpy as np

from albert_search.arrays import Vectors
from albert_search.errors import UsageError
from albert_search.evaluation.measures import METRICS, measure
from albert_search.evaluation.resampling import mean_figures
from albert_search.evaluation.results import Evaluation, System
from albert_search.evaluation.variants import garbled, reordered, reworded, shortened
from albert_search.index.reader import IndexReader
from albert_search.searching.long_texts import encode_long
from albert_search.storage.catalog import Reading
from albert_search.storage.vectors.space import Space
from albert_search.types import Mode, Place

CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "half the words": shortened,
    "words reordered": reordered,
    "words replaced": reworded,
    "all three": garbled,
}
"""Changes that make a question of a sentence."""

MEASURES = ("MRR@10", "recall@10")
AGAINST_EXACT = "index against exact search"
SENTENCES = 200
_FEWEST_WORDS = 6
_SEED = 17
_SAME_SCORE = 1e-5


def evaluate_known_items(
    index: IndexReader, *, modes: Sequence[Mode] = ("semantic",), rerank: Sequence[bool | None] = ()
) -> list[Evaluation]:
    """Ask an index for a sample of its own sentences, and compare its search with an exact one.

    Args:
        index: The index.
        modes: How to search.
        rerank: Whether to rerank, for each of the modes that is not beyond its end; None for what a search does.

    Returns:
        For each mode and each of `CHANGES` how often the sentence comes first and among the first ten; and, as
        `AGAINST_EXACT`, the share of the true ten nearest that the vector index finds.

    Raises:
        UsageError: There are too few sentences of some length.
    """
    with index.reading() as view:
        items = sample(view)
    if len(items) < 2:
        raise UsageError(f"the index in {index.folder} has too few sentences of {_FEWEST_WORDS} words to ask for")
    questions = {name: list(_questions(items, change)) for name, change in CHANGES.items()}
    evaluations = [
        _evaluate(index, name, asked, mode, choice)
        for mode, choice in zip_longest(modes, rerank)
        for name, asked in questions.items()
        if len(asked) > 1
    ]
    everything = [question for asked in questions.values() for _, question in asked]
    return [*evaluations, _against_exact(index, everything)]


def sample(view: Reading) -> list[Place]:
    """Draw up to `SENTENCES` sentences with different texts, the same each time; short ones are passed over."""
    last = view.last_text_id()
    numbers = random.Random(_SEED).sample(range(1, last + 1), min(last, 20 * SENTENCES))  # noqa: S311
    places = (hit for number in numbers for hit in view.places(number, limit=1))
    return [hit for hit in places if len(hit.text.split()) >= _FEWEST_WORDS][:SENTENCES]


def _questions(items: Sequence[Place], change: Callable[[str, random.Random], str]) -> Iterator[tuple[int, str]]:
    """Yield the number of a text, and what to ask to find it, where the change changes anything."""
    draw = random.Random(_SEED)  # noqa: S311
    for item in items:
        question = change(item.text, draw).replace('"', " ")  # whose own quotes would ask for their very words
        if question != item.text:
            yield item.text_id, question


def _evaluate(
    index: IndexReader, name: str, asked: Sequence[tuple[int, str]], mode: Mode, rerank: bool | None
) -> Evaluation:
    start_s = process_time()
    answers = index.search([question for _, question in asked], 10, mode=mode, rerank=rerank)
    question_ms = 1000 * (process_time() - start_s) / len(asked)
    columns = [METRICS.index(name) for name in MEASURES]
    values = np.array(
        [
            measure([str(hit.text_id) for hit in hits], {str(text_id): 1})
            for (text_id, _), hits in zip(asked, answers, strict=True)
        ]
    )[:, columns]
    figures = dict(zip(MEASURES, mean_figures(name, values), strict=True))
    system = replace(_system(index, mode), reranked=index.reranks(mode, rerank))
    return Evaluation(name, system, len(asked), figures, question_ms)


def _against_exact(index: IndexReader, questions: Sequence[str]) -> Evaluation:
    """Compare scores, not sentences: of several that score the same any is as good."""
    vectors = encode_long(index.encoder, questions)
    with index.reading() as view:
        tenth = exact_scores(view, vectors, 10)
    answers = [index.search_vector(vector, 10) for vector in vectors]
    shares = [
        [sum(hit.score >= scores[-1] - _SAME_SCORE for hit in hits) / len(scores)]
        for hits, scores in zip(answers, tenth, strict=True)
    ]
    figures = mean_figures(AGAINST_EXACT, np.array(shares))
    return Evaluation(AGAINST_EXACT, _system(index, "semantic"), len(shares), {"recall@10": figures[0]})


def _system(index: IndexReader, mode: Mode) -> System:
    return System(index.info().model, mode, index.unit)


def exact_scores(view: Reading, questions: Vectors, k: int) -> Vectors:
    """Return the k highest cosines of each question with any text, by comparing it with every one.

    Args:
        view: The state of the catalog.
        questions: float32 (n, dim), L2-normalised.
        k: How many; fewer come back only where there are fewer texts.

    Returns:
        float32 (n, k), highest first.
    """
    best: Vectors = np.empty((len(questions), 0), np.float32)
    space = Space(view)
    asked = space.questions(questions)
    for _, vectors in space.texts_after(0):
        scores = np.concatenate([best, asked @ vectors.T], axis=1)
        best = -np.sort(-scores, axis=1)[:, :k]
    return np.clip(best, -1.0, 1.0)
